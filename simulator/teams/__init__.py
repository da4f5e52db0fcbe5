"""Microsoft Teams, as one of the simulated platforms."""
