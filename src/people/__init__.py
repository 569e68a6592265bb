"""Citizens, staff, roles, relations, sign-in, who may see what, and the log of who looked."""
