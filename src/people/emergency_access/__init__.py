"""Emergency access: reading without a relation to the citizen, for a short time, and reviewed."""
