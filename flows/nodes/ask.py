"""`ask`: asks a question, waits, and keeps an answer that fits."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal, Self

from pydantic import model_validator
from typing_extensions import override

from domain.content import TextContent
from flows.events import MessageReceived
from flows.inputs import RULES_OF, InputKind, Rejected, Reply, Rules, read
from flows.nodes.base import UNDELIVERABLE, Exit, Slug, WaitingNode
from flows.parts import Parts, Place, TextPart, send_parts, templates_in
from flows.prompting import Retry, Timeout, joined, parked
from flows.sprint import Move, Park, Sprint, Take
from flows.state import Prompt


class AskNode(WaitingNode):
    """Sends its prompt and leaves through `next` with the value saved, `invalid`, or `timeout`."""

    type: Literal["ask"]
    prompt: Parts
    input: InputKind = "any"
    rules: Rules = Rules()
    save: Slug | None = None
    retry: Retry = Retry()
    timeout: Timeout | None = None

    @model_validator(mode="after")
    def _rules_fit_the_input(self) -> Self:
        given = [name for name in Rules.model_fields if getattr(self.rules, name) is not None]
        wrong = [name for name in given if name not in RULES_OF[self.input]]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} makes no sense for the input {self.input}")
        for low, high in (("min", "max"), ("min_length", "max_length")):
            if low in given and high in given and _bound(self, low) > _bound(self, high):
                raise ValueError(f"{low} is larger than {high}")
        return self

    @override
    def ways(self) -> tuple[Exit, ...]:
        return (
            Exit("next"),
            Exit("invalid", default="on_error", quiet=self.input == "any"),
            Exit("timeout", default="expire", quiet=self.timeout is None),
            UNDELIVERABLE,
        )

    @override
    def enter(self, sprint: Sprint) -> Move:
        send_parts(self.prompt, sprint)
        return Park(parked(sprint, self.timeout))

    @override
    def on_message(self, sprint: Sprint, prompt: Prompt, event: MessageReceived) -> Move:
        reply = Reply(event.text, event.content_type, sprint.language or "en")
        answer = read(self.input, reply, self.rules)
        if isinstance(answer, Rejected):
            return self._again(sprint, prompt.attempts + 1, answer.code)
        if self.save:
            sprint.assign(self.save, answer.value)
        return Take("next")

    @override
    def on_timeout(self, sprint: Sprint) -> Move:
        return Take("timeout")

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        return chain(templates_in(self.prompt, "prompt"), self.retry.templates())

    @override
    def writes(self) -> tuple[str, ...]:
        return (self.save,) if self.save else ()

    def _again(self, sprint: Sprint, attempts: int, code: str) -> Move:
        sprint.input = {**sprint.input, "error": code}
        if attempts > self.retry.max:
            return Take("invalid")
        question = next(
            (part for part in reversed(self.prompt) if isinstance(part, TextPart)), None
        )
        words = self.retry.words(attempts, sprint)
        text = joined(words, sprint.render(question.text) if question else "")
        if text.strip():
            sprint.send(TextContent(text=text))
        else:
            send_parts(self.prompt, sprint)
        return Park(parked(sprint, self.timeout, attempts))


def _bound(node: AskNode, name: str) -> float:
    return float(getattr(node.rules, name))
