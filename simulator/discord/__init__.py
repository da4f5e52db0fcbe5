"""Discord, as far as a bot talks with people in direct channels."""
