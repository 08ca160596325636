"""The requester's way from the first question to the submitted request; pages are values, views are thin."""
