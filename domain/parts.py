"""One message of a platform that is several of ours: how its parts are called, and what an edit says of them.

Some platforms put a text and files into one message; each is a message of its own here. The first has the platform's
id, a later one that id, `:` or `#`, and a number. Edits and deletions name the platform's id and mean all of them.
"""

import re
from typing import Literal

from domain.events import InboundEvent

PART_MARKS = ":#"
"""What stands between a message's id and the number of a later part."""

_NUMBER = re.compile(rf"[{PART_MARKS}]\d+")

EditKind = Literal["whole", "words", "restored"]


def is_part_of(external_id: str, whole: str) -> bool:
    """Whether an id is that of a platform's message, or of one of its parts."""
    rest = external_id.removeprefix(whole)
    return external_id == whole or (
        external_id.startswith(whole) and _NUMBER.fullmatch(rest) is not None
    )


def edit_kind(event: InboundEvent) -> EditKind:
    """What an edit tells, by `details.type`.

    `words`: only the text is new, and files stay as they are. `restored`: it was deleted, and is there again.
    Anything else is the `whole` message as it is now: what it no longer has is gone.
    """
    kind = (event.details or {}).get("type")
    return kind if kind in {"words", "restored"} else "whole"


def parts_now(event: InboundEvent) -> int:
    """How many parts the edited message has now, by `details.parts`; each of the later ones is an edit of its own."""
    count = (event.details or {}).get("parts")
    return count if isinstance(count, int) and count > 1 else 1
