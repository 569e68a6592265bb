"""Double-entry postings, their hash chains, and the verification of both."""
