"""The write side: every change of money is a command that one dispatcher decides."""
