"""Queries on the tables that every topic shares."""
