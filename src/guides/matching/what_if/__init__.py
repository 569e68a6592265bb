"""The consequences of a change to a matched pool: the requests that move and the totals that change."""
