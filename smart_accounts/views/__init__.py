"""Thin doors: each view makes one service call and says what came of it."""
