"""A message that Teams takes. Text and attachments in one activity become two messages, of which the answer names none.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.responses import JSONResponse, Response

from simulator.receipts import report
from simulator.schemas import Draft, Option
from simulator.state import Simulation
from simulator.teams import cards
from simulator.teams.markdown import seen
from simulator.teams.validate import ADAPTIVE, Activity, card_of
from simulator.teams.world import KEY, Chat, Json, Sent, TeamsWorld


class Shown(NamedTuple):
    """One message as it stands in the conversation."""

    type: str
    text: str
    options: list[tuple[Option, Any]]


async def take(
    simulation: Simulation,
    app_id: str,
    chat: Chat,
    conversation: str,
    activity: Activity,
    body: Json,
) -> Response:
    messages = list(_shown(activity))
    keys = [
        await _keep(simulation, app_id, chat, conversation, message, body) for message in messages
    ]
    if len(keys) > 1:
        return Response(status_code=HTTPStatus.ACCEPTED)
    return JSONResponse({"id": keys[0]}, status_code=HTTPStatus.CREATED)


def _shown(activity: Activity) -> Iterator[Shown]:
    if activity.text and activity.text.strip():
        yield Shown("text", seen(activity.text, activity.text_format), [])
    if not activity.attachments:
        return
    found = [one for one in activity.attachments if one.content_type == ADAPTIVE]
    read = [card_of(one) for one in found]
    text = "\n".join(cards.words(card) for card in read)
    options = [option for card in read for option in cards.pressable(card)]
    yield Shown("card" if read else "image", text, options)


async def _keep(
    simulation: Simulation,
    app_id: str,
    chat: Chat,
    conversation: str,
    message: Shown,
    body: Json,
) -> str:
    key = simulation.part(TeamsWorld).message_id()
    values = {option.id: value for option, value in message.options}
    chat.messages.put(key, Sent(key, conversation, values))
    entry = await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=app_id,
            to=chat.address(conversation),
            external_id=key,
            type=message.type,
            text=message.text,
            options=[option for option, _ in message.options],
            request=body,
        )
    )
    simulation.background.spawn(report(simulation, entry))
    return key
