"""The post office: knows letters, envelopes and a provider, and has never heard of a request."""
