"""`handover`: people take over."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from pydantic import Field
from typing_extensions import override

from domain.conversation import Priority
from flows.effects import HandOver
from flows.nodes.base import NodeBase
from flows.parts import Parts, Place, TemplateText, send_parts, templates_in
from flows.sprint import Finish, Move, Sprint


class HandoverNode(NodeBase):
    """Says its last words, then ends the run with the conversation in a queue."""

    type: Literal["handover"]
    queue: str | None = Field(default=None, min_length=1, max_length=120)
    message: Parts | None = None
    summary: TemplateText | None = None
    """What agents read first; the contact never sees it. (`note` is for the flow's authors.)"""
    priority: Priority | None = None

    @override
    def ways(self) -> tuple[()]:
        return ()

    @override
    def enter(self, sprint: Sprint) -> Move:
        send_parts(self.message or (), sprint)
        effect = HandOver(
            queue=self.queue,
            note=(sprint.render(self.summary) or None) if self.summary else None,
            priority=self.priority,
            node_id=sprint.node,
        )
        return Finish("handover", effect)

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        note: tuple[Place, str] = (("summary",), self.summary or "")
        return chain(templates_in(self.message, "message"), (note,))
