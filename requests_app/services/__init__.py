"""The only writers of a request: one call per act, one transaction each."""
