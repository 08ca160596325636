"""Ninety days of many requests, lived through by the real code with a fast clock, and held against an oracle."""
