"""`message`: says something and goes on."""

from collections.abc import Iterator
from typing import Literal

from typing_extensions import override

from flows.nodes.base import UNDELIVERABLE, Exit, NodeBase
from flows.parts import Parts, Place, send_parts, templates_in
from flows.sprint import Move, Sprint, Take


class MessageNode(NodeBase):
    """Sends its parts in order and leaves through `next`."""

    type: Literal["message"]
    parts: Parts

    @override
    def ways(self) -> tuple[Exit, ...]:
        return (Exit("next"), UNDELIVERABLE)

    @override
    def enter(self, sprint: Sprint) -> Move:
        send_parts(self.parts, sprint)
        return Take("next")

    @override
    def templates(self) -> Iterator[tuple[Place, str]]:
        return templates_in(self.parts, "parts")
