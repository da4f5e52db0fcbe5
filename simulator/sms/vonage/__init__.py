"""Vonage: the Messages API and the older SMS API."""
