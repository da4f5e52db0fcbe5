"""`end`: the run is over."""

from collections.abc import Iterator
from typing import Literal

from typing_extensions import override

from flows.effects import End
from flows.nodes.base import NodeBase, Slug
from flows.parts import Parts, Place, send_parts, templates_in
from flows.sprint import Finish, Move, Sprint


class EndNode(NodeBase):
    """Says its last words, then ends the run with an outcome for the reports."""

    type: Literal["end"]
    outcome: Slug = "completed"
    message: Parts | None = None
    resolve: bool = True
    """Whether the conversation is resolved too."""

    @override
    def ways(self) -> tuple[()]:
        return ()

    @override
    def enter(self, sprint: Sprint) -> Move:
        send_parts(self.message or (), sprint)
        return Finish(self.outcome, End(outcome=self.outcome, resolve=self.resolve))

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        return templates_in(self.message, "message")
