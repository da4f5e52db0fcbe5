"""Files that bots send and fetch: https://core.telegram.org/bots/api#sending-files."""

import mimetypes
from collections.abc import Callable
from urllib.parse import urlsplit

from simulator.media import StoredFile
from simulator.telegram.call import Call, Effect, Json
from simulator.telegram.errors import bad_request
from simulator.telegram.markup import url_problem
from simulator.telegram.media_objects import new_file_id
from simulator.telegram.params import TOO_LARGE, Upload

MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
DOCUMENT_URL_TYPES = ("image/gif", "application/pdf", "application/zip")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")


def sent_file(call: Call, kind: str) -> Callable[[], StoredFile]:
    """Checks the file parameter now; the returned function stores it. Raises `BotError`."""
    value = call.params.text(kind) if kind in call.params.values else ""
    name = value.removeprefix("attach://") if value.startswith("attach://") else kind
    upload = call.params.files.get(name)
    if upload is not None:
        return _uploaded(call, kind, upload)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        return _by_url(call, kind, value)
    known = call.simulation.media.get(call.bot_id, value)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return lambda: known


def _uploaded(call: Call, kind: str, upload: Upload) -> Callable[[], StoredFile]:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        if len(upload.content) > MAX_PHOTO:
            raise TOO_LARGE
        if not upload.content.startswith(_PICTURES):
            raise bad_request("IMAGE_PROCESS_FAILED")
    return lambda: call.simulation.media.put(
        StoredFile(new_file_id(), call.bot_id, upload.content, upload.mime_type, upload.filename)
    )


def _by_url(call: Call, kind: str, url: str) -> Callable[[], StoredFile]:
    """The simulator fetches nothing: a well-formed address is taken for a file."""
    if url_problem(url):
        raise bad_request("wrong HTTP URL specified")
    path = urlsplit(url).path
    guessed = mimetypes.guess_type(path)[0]
    if kind == "document" and guessed is not None and guessed not in DOCUMENT_URL_TYPES:
        raise bad_request("wrong type of the web page content")
    filename = path.rpartition("/")[2] or None
    mime_type = guessed or "application/octet-stream"
    return lambda: call.simulation.media.put(
        StoredFile(new_file_id(), call.bot_id, url.encode(), mime_type, filename)
    )


def get_file(call: Call) -> Effect:
    file = call.simulation.media.get(call.bot_id, call.params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")

    async def effect() -> Json:
        return {
            "file_id": file.id,
            "file_unique_id": file.sha256.hex()[:16],
            "file_size": len(file.content),
            "file_path": f"files/{file.id}",
        }

    return effect
