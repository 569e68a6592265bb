"""The access log and the change log, written in groups and hash-chained."""
