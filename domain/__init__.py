"""Facts and pure decisions: pydantic only; no I/O, no clock, no vendor."""
