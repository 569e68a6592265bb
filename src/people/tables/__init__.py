"""The tables of people, by what they are about."""
