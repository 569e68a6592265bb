"""Reading in an emergency without a relation to the citizen, for a short time and reviewed."""
