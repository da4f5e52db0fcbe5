"""Files that businesses uploaded and customers sent."""

import base64
import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from simulator.schemas import SaidMedia

MAX_TOTAL_BYTES = 512 * 1024 * 1024

SAMPLE_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""

DEFAULT_TYPES = {
    "image": "image/png",
    "video": "video/mp4",
    "audio": "audio/ogg",
    "document": "application/pdf",
    "sticker": "image/webp",
}


@dataclass(frozen=True)
class StoredFile:
    """One file and who may have it."""

    id: str
    account: str
    content: bytes
    mime_type: str
    filename: str | None = None

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


class MediaStore:
    """Files by account and id, up to a total size; the oldest go first."""

    def __init__(self, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._files: OrderedDict[tuple[str, str], StoredFile] = OrderedDict()
        self._max = max_total_bytes
        self._total = 0

    def put(self, file: StoredFile) -> StoredFile:
        self.delete(file.account, file.id)
        self._files[file.account, file.id] = file
        self._total += len(file.content)
        while self._total > self._max and len(self._files) > 1:
            self.delete(*next(iter(self._files)))
        return file

    def get(self, account: str, file_id: str) -> StoredFile | None:
        return self._files.get((account, file_id))

    def delete(self, account: str, file_id: str) -> bool:
        file = self._files.pop((account, file_id), None)
        self._total -= len(file.content) if file else 0
        return file is not None


def said_content(media: SaidMedia) -> tuple[bytes, str]:
    """The bytes and type of a file that a customer sends. Raises `ValueError` on bad base64."""
    mime_type = media.mime_type or DEFAULT_TYPES[media.type]
    if media.content_base64 is not None:
        return base64.b64decode(media.content_base64, validate=True), mime_type
    if media.type == "image":
        return SAMPLE_PNG, mime_type
    return f"simulated {media.type}".encode(), mime_type
