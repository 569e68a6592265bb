"""The ledger as CSV, JSON, hledger and beancount files."""
