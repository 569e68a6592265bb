"""CPR numbers: stored encrypted, shown masked, searched by the whole number only."""
