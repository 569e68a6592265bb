"""How a person wants to read: language, easy reading, pictures."""
