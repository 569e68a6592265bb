"""The logs of reads and of changes, written in groups and chained."""
