"""Goals in the citizen's own words, with or without a formal plan."""
