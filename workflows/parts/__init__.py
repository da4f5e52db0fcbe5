"""Objects that a workflow owns and drives: an inbox, lanes, a deadline, its display."""
