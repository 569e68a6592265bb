"""What a run means for whom, and what other choices would do."""
