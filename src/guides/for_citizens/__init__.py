"""The citizen's pages about their guide."""
