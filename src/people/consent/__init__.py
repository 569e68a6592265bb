"""What a citizen lets others see, and when they said so."""
