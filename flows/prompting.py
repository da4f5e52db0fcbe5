"""What `ask` and `menu` share: a limit on patience, and what is said after an answer that does not fit."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from domain.value import Value
from flows.limits import MAX_RETRIES, MAX_WAIT
from flows.parts import FilledText, Place
from flows.sprint import Sprint
from flows.state import Prompt

Duration = Annotated[timedelta, Field(gt=timedelta(0), le=MAX_WAIT)]
"""ISO 8601, such as `PT10M` or `P1D`."""


class Timeout(Value, extra="forbid"):
    """How long an answer may take; every new prompt starts it again."""

    after: Duration


class Retry(Value, extra="forbid"):
    """What happens after an answer that does not fit."""

    max: int = Field(default=2, ge=0, le=MAX_RETRIES)
    """How often the question is asked again before the exit `invalid`."""
    messages: tuple[FilledText, ...] = Field(default=(), max_length=MAX_RETRIES)
    """What is said before the question, one for each time; the last one repeats."""

    def words(self, attempt: int, sprint: Sprint) -> str:
        """What is said after the given wrong answer (from 1); empty when nothing is."""
        if not self.messages:
            return ""
        return sprint.render(self.messages[min(attempt, len(self.messages)) - 1])

    def templates(self) -> Iterator[tuple[Place, str]]:
        for number, text in enumerate(self.messages):
            yield ("retry", "messages", number), text


def parked(sprint: Sprint, timeout: Timeout | None, attempts: int = 0) -> Prompt:
    """The prompt of a question that was just asked."""
    deadline = sprint.at + timeout.after if timeout and sprint.at else None
    return sprint.park("reply").model_copy(update={"attempts": attempts, "deadline": deadline})


def joined(words: str, question: str) -> str:
    """The words and the question as one message."""
    return f"{words}\n\n{question}" if words and question else words or question
