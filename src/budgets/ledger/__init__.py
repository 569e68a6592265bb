"""Double-entry postings, their hash chains, and the proof that nothing was changed."""
