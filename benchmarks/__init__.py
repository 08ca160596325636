"""Measures the post office against its peers: same letter, same servers, rounds in turn. Never part of the tests."""
