"""What a citizen reads about who has read their data, on screen and on paper."""
