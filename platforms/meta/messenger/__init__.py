"""Facebook Messenger: the conversations of a page."""
