"""Shared by all packages: database, money, clock, ids, forms, templates, files. Knows no feature."""
