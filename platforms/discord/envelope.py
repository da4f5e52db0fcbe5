"""A frame as our own connection hands it on: beside what Discord said, whose connection it came by.

`{"op": 0, "s": 42, "t": "MESSAGE_CREATE", "d": {…}, "connection": {"application": …, "bot": …, "session": …}}`
"""

import json

from platforms.discord.people import Own
from platforms.discord.reading import present
from platforms.reading import Json, as_object, as_text

CONNECTION = "connection"
SESSION = "session"


def wrapped(frame: Json, own: Own, session: str | None) -> bytes:
    """The body that `parse` reads."""
    about = {**own._asdict(), SESSION: session}
    return json.dumps({**frame, CONNECTION: present(about)}, ensure_ascii=False).encode()


def unwrapped(frame: Json, own: Own) -> tuple[Json, Own]:
    """What Discord said, and who we are there: what the frame itself does not tell is as it was known before."""
    about = as_object(frame.get(CONNECTION))
    told = Own(*(as_text(about.get(name)) or getattr(own, name) for name in Own._fields))
    return {key: value for key, value in frame.items() if key != CONNECTION}, told
