"""The coordinator's lists and pages of citizens and guides."""
