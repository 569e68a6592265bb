"""CPR numbers: stored encrypted, shown masked, found only exactly."""
