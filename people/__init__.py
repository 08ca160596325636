"""Who signs in: people, their addresses and their second factor."""
