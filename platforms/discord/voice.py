"""How long an OGG file with Opus plays: the count of samples at its end.

https://www.rfc-editor.org/rfc/rfc3533#section-6, https://www.rfc-editor.org/rfc/rfc7845#section-4
"""

_PAGE = b"OggS"
_HEADER_BYTES = 27
_POSITION = slice(6, 14)
_NO_POSITION = (1 << 64) - 1
_SAMPLES_PER_SECOND = 48_000
_LONGEST = 24 * 60 * 60


def seconds_of(content: bytes) -> float | None:
    """Seconds, to the hundredth; None when it is no such file."""
    if not content.startswith(_PAGE) or b"OpusHead" not in content[:512]:
        return None
    end = len(content)
    while (start := content.rfind(_PAGE, 0, end)) >= 0:
        header = content[start : start + _HEADER_BYTES]
        position = int.from_bytes(header[_POSITION], "little")
        if len(header) == _HEADER_BYTES and position != _NO_POSITION:
            seconds = round(position / _SAMPLES_PER_SECOND, 2)
            return seconds if 0 < seconds <= _LONGEST else None
        end = start + len(_PAGE) - 1
    return None
