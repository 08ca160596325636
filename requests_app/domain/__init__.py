"""Pure rules: no clock, no database, no Django; every moment is passed in."""
