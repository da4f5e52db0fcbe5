"""Files of our own store that messages carry: what is known of them, their bytes, and links to them."""

from datetime import datetime
from uuid import UUID

from activities.links import MediaLinks
from domain.content import MediaRef, MessageContent
from domain.enclosures import file_of, with_file
from domain.errors import MediaRejected, MediaUnavailable
from storage.database import DatabaseUnavailable
from storage.media import MediaStore, StoredMedia

_GONE = "the file is not in our store"


class Enclosures:
    """The files that go out with messages."""

    def __init__(self, media: MediaStore, links: MediaLinks | None) -> None:
        """Without `links` there are none: what has to go by its link is refused."""
        self._media = media
        self._links = links

    async def described(self, tenant_id: UUID, content: MessageContent) -> MessageContent:
        """The content with what was found out about its file, whatever it says itself: that decides who takes it.

        Raises `MediaRejected` for a file that is not there.
        """
        media = file_of(content)
        if media is None or media.key is None:
            return content
        stored = await self._media.find(tenant_id, media.key)
        if stored is None:
            raise MediaRejected(_GONE)
        return with_file(content, known(media, stored))

    def link(self, tenant_id: UUID, content: MessageContent, now: datetime) -> str | None:
        """Where anybody can fetch the content's file, from `now` on; None when it has none of ours."""
        media = file_of(content)
        if self._links is None or media is None or media.key is None:
            return None
        return self._links.make(tenant_id, media.key, now)

    async def load(self, tenant_id: UUID, key: str) -> bytes:
        """The bytes of a file. Raises `MediaRejected`, and `MediaUnavailable`: never anything that leaves a doubt."""
        try:
            return await self._media.read(tenant_id, key)
        except FileNotFoundError:
            raise MediaRejected(_GONE) from None
        except DatabaseUnavailable:
            raise MediaUnavailable("the database is away") from None


def known(media: MediaRef, stored: StoredMedia) -> MediaRef:
    """A reference with what our store knows of the file. Only its name may be another one each time."""
    about = {"mime_type": stored.mime_type, "size": stored.size}
    return media.model_copy(update={**about, "filename": media.filename or stored.filename})
