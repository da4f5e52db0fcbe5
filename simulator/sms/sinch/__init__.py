"""Sinch, the XMS API."""
