"""Erasing what is due, and answering people who ask to be erased."""
