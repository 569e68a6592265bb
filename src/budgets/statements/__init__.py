"""The statement of a budget, on screen and as PDF."""
