"""Score pairs of people: hard rules, travel times, points and the policy that weighs them."""
