"""Discord's Gateway: the WebSocket over which a bot is told of everything that nobody posts."""
