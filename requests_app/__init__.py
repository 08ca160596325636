"""The business: a Smart Account is requested, authorized, reviewed and set up."""
