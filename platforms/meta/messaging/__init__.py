"""What Messenger and Instagram share: one Send API, one frame of a webhook."""
