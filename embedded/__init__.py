"""The one-machine stack: real PostgreSQL, the real Temporal dev server and our own processes, as children."""
