"""What the requester sees and does after submission."""
