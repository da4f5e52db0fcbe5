"""Instagram Direct: the conversations of a professional account."""
