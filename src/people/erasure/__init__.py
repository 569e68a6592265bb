"""Which data of a person is erased, kept or decided by a human."""
