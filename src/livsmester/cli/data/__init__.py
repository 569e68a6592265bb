"""Commands that import and export data as files."""
