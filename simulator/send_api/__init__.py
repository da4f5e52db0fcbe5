"""What the simulated Messenger and Instagram share: the Send API, its files, its profiles, its webhooks."""
