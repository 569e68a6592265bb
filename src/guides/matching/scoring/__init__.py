"""From people to points: rules, travel and the policy."""
