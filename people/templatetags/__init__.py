"""What templates may ask for: moments in words, and the small facts that the shared parts need."""
