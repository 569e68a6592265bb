"""One-time codes from an app, and recovery codes."""
