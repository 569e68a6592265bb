"""Peer guides: requests for a guide, the matching, offers and pairings."""
