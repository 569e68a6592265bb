"""What a coordinator has to do today."""
