"""SMS and MMS through one of five providers."""
