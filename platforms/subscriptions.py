"""Where a vendor sends its webhooks, compared with where they should come."""

import httpx


def comes_here(url: str | None, wanted: str, *, shared: bool = False) -> bool:
    """Whether an address is ours; of a platform with one address per app, also the part that all channels share.

    What stands before the host (a password) or in the query (a token) is no part of the place.
    """
    told, ours = _place(url or ""), _place(wanted)
    if told is None or ours is None:
        return False
    if told == ours:
        return True
    return shared and told == (*ours[:3], ours[3].rpartition("/")[0])


def shown(url: str | None) -> str | None:
    """An address for people: passwords and tokens in it are nobody's business."""
    place = _place(url or "")
    if place is None:
        return None
    scheme, host, port, path = place
    usual = {"https": 443, "http": 80}.get(scheme)
    return f"{scheme}://{host}{'' if port == usual else f':{port}'}{path}"


def _place(url: str) -> tuple[str, str, int, str] | None:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        return None
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    port = parsed.port or {"https": 443, "http": 80}[parsed.scheme]
    return parsed.scheme, host.lower(), port, parsed.path.rstrip("/")
