"""Where a connection goes on: the durable cursor of a bot's session, and the last message seen of each channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from platforms.discord.reading import as_size
from platforms.reading import Json, as_object, as_text

MOST_CHANNELS = 200
"""Of so many channels, the most recent ones, it is known what was seen of them last."""


@dataclass
class Place:
    """The place after the last frame that was kept."""

    session: str | None = None
    resume_url: str | None = None
    seq: int | None = None
    bot: str | None = None
    gap: bool = False
    """Whether a session was lost, and what it did not tell is not all fetched yet."""
    channels: dict[str, str] = field(default_factory=dict)
    """The last message seen, by channel."""

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> "Place":
        """A cursor from anywhere: what is wrong with it is as if it were not there."""
        told = dict(cursor or {})
        seen = {key: as_text(last) for key, last in as_object(told.get("channels")).items()}
        place = cls(
            session=as_text(told.get("session_id")),
            resume_url=as_text(told.get("resume_url")),
            seq=as_size(told.get("seq")),
            bot=as_text(told.get("bot")),
            gap=told.get("gap") is True,
            channels={key: last for key, last in seen.items() if last and last.isdecimal()},
        )
        if not place.can_resume:
            place.lose_session()
        return place

    def cursor(self) -> dict[str, Any]:
        return {
            "session_id": self.session,
            "resume_url": self.resume_url,
            "seq": self.seq,
            "bot": self.bot,
            "gap": self.gap,
            "channels": dict(self.channels),
        }

    @property
    def can_resume(self) -> bool:
        return None not in (self.session, self.resume_url, self.seq)

    def lose_session(self) -> None:
        """What comes between it and the next one must be fetched, where anything was seen before."""
        self.session = self.resume_url = self.seq = None
        self.gap = bool(self.channels)

    def pass_frame(self, frame: Json, *, useful: bool) -> None:
        """A frame was kept, or needed no keeping: what bots chat about is no sign of a conversation.

        What was fetched has no number.
        """
        told = as_object(frame.get("d"))
        seq = as_size(frame.get("s"))
        if seq is not None:
            self.seq = seq
        if frame.get("t") == "READY":
            self.session = as_text(told.get("session_id"))
            self.resume_url = as_text(told.get("resume_gateway_url"))
            self.bot = as_text(as_object(told.get("user")).get("id"))
        elif useful and frame.get("t") == "MESSAGE_CREATE":
            self._see(as_text(told.get("channel_id")), as_text(told.get("id")))

    def _see(self, channel: str | None, message: str | None) -> None:
        """Ids grow with time, so the channel whose last one is the smallest has been quiet for longest."""
        if channel is None or message is None or not message.isdecimal():
            return
        self.channels[channel] = max(self.channels.get(channel, "0"), message, key=int)
        while len(self.channels) > MOST_CHANNELS:
            del self.channels[min(self.channels, key=lambda key: int(self.channels[key]))]
