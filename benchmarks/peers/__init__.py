"""A Django project in which the peers send the same letter; it runs in an environment of their own."""
