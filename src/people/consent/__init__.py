"""What a citizen consents to, and when they did."""
