"""A citizen asks for a guide."""
