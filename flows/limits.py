"""The bounds of the flow language: what a definition may hold and what a run may do."""

from datetime import timedelta

# Guards of a run. They catch what a validator cannot see; passing one hands the run to people.
MAX_SPRINT_VISITS = 100
"""Nodes entered between two waits."""
MAX_RUN_VISITS = 1_000
MAX_NODE_VISITS = 10
"""Entries of one node between two waits."""
MAX_UNANSWERED = 15
"""Messages sent without a reply of the contact."""

MAX_NODES = 1_000
MAX_DEPTH = 40
"""Nesting of a definition's JSON."""
MAX_DIAGNOSTICS = 500
MAX_PARTS = 10
MAX_OPTIONS = 50
MAX_LABEL = 200
MAX_SYNONYMS = 20
MAX_CASES = 50
MAX_TESTS = 20
MAX_ASSIGNMENTS = 50
MAX_RETRIES = 10
MAX_WAIT = timedelta(days=365)

MAX_TEMPLATE = 10_000
"""Characters, of a template and of what it renders to."""
MAX_PATH_STEPS = 20
MAX_FILTERS = 10
MAX_INPUT = 4_000
"""Characters of a reply that are read; the transcript keeps the rest."""
MAX_VARIABLE = 8_192
"""Size of one variable as JSON, in characters."""
MAX_VARIABLES = 65_536
"""Size of all variables together."""
MAX_WARNINGS = 20
"""Kept of one step."""
