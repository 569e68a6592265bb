"""Who may read or change what: roles, relations and the policy."""
