"""Composition root: the app, settings, command line, background jobs and the demo municipality."""
