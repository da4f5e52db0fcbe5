"""Simulated platform servers: strict, independent judges that the demo, tests and load generator use."""
