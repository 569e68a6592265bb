"""Templates, assets and the small pieces of HTML that are made in Python."""
