"""The smallest flow that talks: it asks, and asks again."""

ECHO = {
    "schema": "flow/1",
    "name": "Echo",
    "language": "en",
    "start": "ask",
    "nodes": {"ask": {"type": "ask", "prompt": "Say something.", "exits": {"next": "ask"}}},
}
