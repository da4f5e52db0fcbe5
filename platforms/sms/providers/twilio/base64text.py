"""Undoes a slip of Twilio: the text of a joined message sometimes arrives as base64, cut off in the middle.

Seen by others in use, on no page of Twilio's. https://github.com/nyaruka/courier/blob/main/utils/misc.go
"""

import base64
import binascii
import codecs

_SHORTEST = 30
"""Anything shorter may be a word, a code or an order number."""


def unwrapped(text: str) -> str:
    """The text that was meant, where there is no doubt that it was encoded; else the text itself."""
    packed = "".join(text.split())
    if len(packed) <= _SHORTEST or len(packed) % 4 or " " in text.strip():
        return text
    try:
        octets = base64.b64decode(packed, validate=True)
        # Not final: a character that was cut off at the end is dropped.
        meant = codecs.getincrementaldecoder("utf-8")().decode(octets, final=False)
    except (binascii.Error, ValueError):
        return text
    return meant if _is_prose(meant) else text


def _is_prose(text: str) -> bool:
    printable = all(character.isprintable() or character in "\n\r\t" for character in text)
    return printable and any(character.isspace() for character in text.strip())
