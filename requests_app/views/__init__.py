"""Thin doors: a view reads the request, makes one service call and answers with a page."""
