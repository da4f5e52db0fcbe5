"""`wait`: lets time pass."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from flows.events import MessageReceived
from flows.nodes.base import Exit, WaitingNode
from flows.prompting import Duration
from flows.sprint import Move, Park, Sprint, Stay, Take
from flows.state import Prompt


class WaitNode(WaitingNode):
    """Leaves through `next` when the time has passed.

    A message meanwhile changes nothing, unless `interrupt_on` is `message`: then it leaves through
    `message`.
    """

    type: Literal["wait"]
    duration: Annotated[Duration, Field(alias="for")]
    interrupt_on: Literal["message"] | None = None

    @override
    def ways(self) -> tuple[Exit, ...]:
        if self.interrupt_on is None:
            return (Exit("next"),)
        return (Exit("next"), Exit("message", falls_to="next"))

    @override
    def enter(self, sprint: Sprint) -> Move:
        prompt = sprint.park("time")
        deadline = sprint.at + self.duration if sprint.at else None
        return Park(prompt.model_copy(update={"deadline": deadline}))

    @override
    def on_message(self, sprint: Sprint, prompt: Prompt, event: MessageReceived) -> Move:
        return Take("message") if self.interrupt_on else Stay()

    @override
    def on_timeout(self, sprint: Sprint) -> Move:
        return Take("next")
