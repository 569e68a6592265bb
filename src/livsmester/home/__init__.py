"""Front pages, and the page of all data about me."""
