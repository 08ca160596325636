"""What only a test may add to the product: letters that harm their worker, and a clock that is wrong."""
