"""Explain a proposal: reasons in sentences, next best guides, a report, and recruiting advice."""
