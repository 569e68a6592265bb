"""An invented municipality to try the software with."""
