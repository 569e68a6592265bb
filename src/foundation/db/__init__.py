"""The database: engines, transactions, column types, bulk writes, and what differs between SQLite and
PostgreSQL.
"""
