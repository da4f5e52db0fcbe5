"""`menu`: offers options and leaves through the one that was chosen."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from domain.content import (
    Button,
    ButtonsContent,
    ListContent,
    ListRow,
    ListSection,
    MessageContent,
    TextContent,
)
from domain.value import Value
from flows.events import MessageReceived
from flows.limits import MAX_LABEL, MAX_OPTIONS, MAX_SYNONYMS
from flows.matching import Option, match, payload, pressed
from flows.nodes.base import UNDELIVERABLE, Exit, Slug, WaitingNode
from flows.parts import FilledText, Place, TemplateText
from flows.prompting import Retry, Timeout, joined, parked
from flows.sprint import Move, Park, Sprint, Take
from flows.state import Prompt, PromptOption

MAX_BUTTONS = 3
"""More options than this are shown as a list; a platform's own limits are fitted on the way out."""

Synonym = Annotated[str, Field(min_length=1, max_length=80)]


class MenuOption(Value, extra="forbid"):
    """One thing to choose. A synonym is another way to say it."""

    id: Slug
    label: Annotated[str, Field(min_length=1, max_length=MAX_LABEL)]
    description: TemplateText | None = None
    synonyms: tuple[Synonym, ...] = Field(default=(), max_length=MAX_SYNONYMS)


class MenuNode(WaitingNode):
    """Leaves through `opt:<id>`, `invalid` or `timeout`.

    An option whose own exit is open leaves through `next`.
    """

    type: Literal["menu"]
    text: FilledText
    options: tuple[MenuOption, ...] = Field(min_length=1, max_length=MAX_OPTIONS)
    display: Literal["auto", "buttons", "list", "numbered"] = "auto"
    button: TemplateText | None = None
    """Label of the button that opens a list; None: the platform's default."""
    footer: TemplateText | None = None
    save: Slug | None = None
    retry: Retry = Retry()
    timeout: Timeout | None = None

    @override
    def ways(self) -> tuple[Exit, ...]:
        options = (
            Exit(f"opt:{option.id}", falls_to="next", quiet="next" in self.exits)
            for option in self.options
        )
        return (
            *options,
            Exit("next", quiet=True),
            Exit("invalid", default="on_error"),
            Exit("timeout", default="expire", quiet=self.timeout is None),
            UNDELIVERABLE,
        )

    @override
    def enter(self, sprint: Sprint) -> Move:
        return self._offer(sprint, attempts=0)

    @override
    def on_message(self, sprint: Sprint, prompt: Prompt, event: MessageReceived) -> Move:
        options = self._shown(prompt)
        found = pressed(options, event.choice_id, prompt.node) or match(options, event.text)
        if found is None:
            sprint.input = {**sprint.input, "error": "not_an_option"}
            attempts = prompt.attempts + 1
            return Take("invalid") if attempts > self.retry.max else self._offer(sprint, attempts)
        if self.save:
            sprint.assign(self.save, found)
        return Take(f"opt:{found}")

    @override
    def on_timeout(self, sprint: Sprint) -> Move:
        return Take("timeout")

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        yield ("text",), self.text
        for name in ("button", "footer"):
            if text := getattr(self, name):
                yield (name,), text
        for number, option in enumerate(self.options):
            yield ("options", number, "label"), option.label
            yield ("options", number, "description"), option.description or ""
        yield from self.retry.templates()

    @override
    def writes(self) -> tuple[str, ...]:
        return (self.save,) if self.save else ()

    def _offer(self, sprint: Sprint, attempts: int) -> Move:
        # A menu without a text would be refused by every platform.
        labels = [
            PromptOption(id=option.id, label=_label(option, sprint)) for option in self.options
        ]
        words = self.retry.words(attempts, sprint) if attempts else ""
        text = joined(words, sprint.render(self.text)).strip() or "…"
        sprint.send(_SHOW[self._display()](self, sprint, text, labels))
        prompt = parked(sprint, self.timeout, attempts)
        return Park(prompt.model_copy(update={"options": labels}))

    def _display(self) -> str:
        if self.display != "auto":
            return self.display
        described = any(option.description for option in self.options)
        return "list" if described or len(self.options) > MAX_BUTTONS else "buttons"

    def _shown(self, prompt: Prompt) -> list[Option]:
        """The options as the contact saw them, with the synonyms of the definition."""
        synonyms = {option.id: option.synonyms for option in self.options}
        return [
            Option(shown.id, shown.label, synonyms.get(shown.id, ())) for shown in prompt.options
        ]


def _buttons(
    node: MenuNode, sprint: Sprint, text: str, labels: list[PromptOption]
) -> MessageContent:
    buttons = [Button(id=_payload(sprint, option), title=option.label) for option in labels]
    return ButtonsContent(text=text, buttons=buttons, footer=_footer(node, sprint))


def _list(node: MenuNode, sprint: Sprint, text: str, labels: list[PromptOption]) -> MessageContent:
    rows = [
        ListRow(
            id=_payload(sprint, shown),
            title=shown.label,
            description=sprint.render(option.description) if option.description else None,
        )
        for shown, option in zip(labels, node.options, strict=True)
    ]
    return ListContent(
        text=text,
        button=sprint.render(node.button) if node.button else None,
        sections=[ListSection(rows=rows)],
        footer=_footer(node, sprint),
    )


def _numbered(
    node: MenuNode, sprint: Sprint, text: str, labels: list[PromptOption]
) -> MessageContent:
    lines = [f"{number}. {option.label}" for number, option in enumerate(labels, start=1)]
    footer = _footer(node, sprint)
    return TextContent(text="\n".join([text, "", *lines, *(["", footer] if footer else [])]))


_SHOW = {"buttons": _buttons, "list": _list, "numbered": _numbered}


def _label(option: MenuOption, sprint: Sprint) -> str:
    """The label as the contact sees it; one that came out empty could not be shown at all."""
    return sprint.render(option.label).strip()[:MAX_LABEL] or option.id


def _payload(sprint: Sprint, option: PromptOption) -> str:
    return payload(sprint.node or "", sprint.visit, option.id)


def _footer(node: MenuNode, sprint: Sprint) -> str | None:
    return sprint.render(node.footer) if node.footer else None
