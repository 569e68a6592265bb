"""Credentials as they are stored: passwords, second factors, letter codes, devices; and the count of failed
attempts.
"""
