"""Citizens, staff, roles, relations, sign-in, access control, and the logs of reads and changes."""
