"""The operators' pages: how letters flow, which are stuck, and what can be done by hand."""
