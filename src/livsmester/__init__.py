"""The front door: composes the app, settings, command line, background jobs and the demo municipality."""
