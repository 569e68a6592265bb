"""The money page: what is left, for what, and until when."""
