"""Microsoft Teams, through a bot of the Bot Framework."""
