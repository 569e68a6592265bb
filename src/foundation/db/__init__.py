"""The database: engines, transactions, types, bulk writes, and what only one of the two databases understands."""
