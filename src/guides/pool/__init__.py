"""The guides and requests that a matching can use."""
