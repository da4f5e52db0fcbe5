"""The Discord API: interactions and webhook events over HTTP, Gateway frames, messages over REST."""
