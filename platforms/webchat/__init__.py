"""Web chat: our own protocol, between the widget of a web site, or any server, and a conversation."""
