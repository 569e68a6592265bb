"""The guide's pages: offers, pairings, availability."""
