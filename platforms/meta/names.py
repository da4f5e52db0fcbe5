"""Names of files, which senders choose."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_FILENAME = 240


def safe_filename(name: str | None) -> str | None:
    """The last part of a name without control characters."""
    if name is None:
        return None
    last = _CONTROL.sub("", re.split(r"[\\/]", name)[-1]).strip()
    return None if last in {"", ".", ".."} else last[-_MAX_FILENAME:]
