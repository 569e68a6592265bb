"""Signing in and out: passwords, letters, second factor, devices, invitations and sessions."""
