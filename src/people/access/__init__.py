"""Who may see or change what: roles, relationships and the policy."""
