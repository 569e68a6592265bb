"""What the pages and API of every topic share."""
