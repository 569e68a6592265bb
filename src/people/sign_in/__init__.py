"""Ways in: passwords, sessions, devices and invitations."""
