"""The simulated Slack: Web API, Events API and interactivity."""
