"""The tables of `people`, by topic."""
