"""What several migrations share. Nothing here changes once a migration that uses it has been applied.

A migration that needs something else gets a new function beside the old one, so that an old database and a
new one end with the same schema. Migrations import nothing from `src/` for the same reason.
"""
