"""HTTP and WebSocket: authenticate, verify, translate, signal or query. It decides nothing."""
