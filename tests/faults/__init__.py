"""Faults injected into real servers; every count is taken from the mail server's side."""
