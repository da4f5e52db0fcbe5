"""Questions to a vendor, which send nothing to anybody: one without a readable answer is simply asked again."""

import contextlib
from collections.abc import Awaitable, Iterator
from typing import TypeVar

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    OutcomeUnknown,
    PlatformUnavailable,
)

Answer = TypeVar("Answer")


@contextlib.contextmanager
def asking() -> Iterator[None]:
    """Around a question: that nobody knows what became of it is the same as that nobody answered."""
    try:
        yield
    except OutcomeUnknown as error:
        raise PlatformUnavailable(error.detail, vendor_code=error.vendor_code) from None


@contextlib.contextmanager
def about_the_account() -> Iterator[None]:
    """Around a question that names nothing but the account: whatever is refused, it is the account that is."""
    with asking():
        try:
            yield
        except (ContactUnreachable, ContentRejected) as error:
            raise ChannelUnauthorized(error.detail, vendor_code=error.vendor_code) from None


async def if_allowed(
    question: Awaitable[Answer], name: str, notes: dict[str, str]
) -> Answer | None:
    """The answer, or a note under that name: a token that may send need not be allowed to ask this.

    Only for what comes after a question that the account must be able to answer.
    """
    try:
        return await question
    except (ChannelUnauthorized, ContentRejected) as error:
        notes[name] = f"cannot be asked: {error.detail}"
        return None
