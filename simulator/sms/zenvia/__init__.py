"""Zenvia Customer Cloud, API v2."""
