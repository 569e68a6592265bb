"""Reasons in sentences, the report, and advice on whom to recruit."""
