"""Who sends a request: sessions, API tokens and the rules of sign-in."""
