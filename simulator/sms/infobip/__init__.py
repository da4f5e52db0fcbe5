"""Infobip, SMS API v3."""
