"""The doors of smart_accounts: opening an account, its administrators, access requests."""
