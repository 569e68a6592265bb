"""What every room stands on: database, money, clock, ids, forms, rendering, files. Knows no feature."""
