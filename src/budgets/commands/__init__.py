"""The write side: every change of money is a command, executed by one dispatcher."""
