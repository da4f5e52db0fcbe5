"""Slack: the Events API and interactivity inbound, the Web API outbound."""
