"""What exists after activation: accounts, administrators, access requests."""
