"""The words of the demo: names, places, goals."""
