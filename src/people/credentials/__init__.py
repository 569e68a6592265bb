"""What people prove themselves with, as it is stored: passwords, one-time codes, letters, devices."""
