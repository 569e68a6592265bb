"""Reading and writing spreadsheets (CSV), with an error for each invalid cell."""
