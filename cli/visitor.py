"""Playing a visitor of the web chat."""

from collections.abc import Callable, Sequence
from typing import Any


async def say(  # noqa: PLR0913  one argument for each option of the command
    base_url: str,
    inbox: str,
    sender: str,
    texts: Sequence[str],
    *,
    wait: float,
    emit: Callable[[dict[str, Any]], None],
    press: str | None = None,
) -> int:
    """Not yet: the visitors' socket is not written."""
    emit({"error": "the web chat cannot be played yet"})
    return 1
