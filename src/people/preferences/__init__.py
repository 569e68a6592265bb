"""How a person prefers to read: language, easy reading, pictures."""
