"""A copy of the database lives on by the real code: nobody acts, nothing is sent, the source is only read."""
