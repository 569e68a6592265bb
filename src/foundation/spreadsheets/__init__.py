"""Reading and writing spreadsheets (CSV), with an error for each cell that is wrong."""
