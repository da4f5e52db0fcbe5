"""What a bot does about an interaction: answers it by a call, and takes back what is shown meanwhile.

https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints
The token in the URL is all the proof.
"""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.discord import requests
from simulator.discord.errors import DiscordError
from simulator.discord.objects import Json
from simulator.recent import Recent
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/discord", include_in_schema=False)

ANSWER_SECONDS, TOKEN_SECONDS = 3.0, 900.0
_KINDS = frozenset({1, 4, 5, 6, 7, 8, 9, 12})


@dataclass
class Interaction:
    """One, and what it was answered with."""

    made_at: float
    answer: int | None = None
    removed: bool = False


class Interactions:
    """Those of every application, by their tokens."""

    def __init__(self) -> None:
        self.known: Recent[tuple[str, str], Interaction] = Recent(10_000)


def remember(simulation: Simulation, application: str, interaction: Json) -> None:
    key, token = str(interaction["id"]), str(interaction["token"])
    made, known = Interaction(clock.unix()), simulation.part(Interactions).known
    for place in ((application, token), (key, token)):
        known.put(place, made)


@router.post("/interactions/{key}/{token}/callback")
async def callback(key: str, token: str, request: Request, simulation: Sim) -> Response:
    found = simulation.part(Interactions).known.get((key, token))
    if found is None or clock.unix() - found.made_at > ANSWER_SECONDS:
        raise DiscordError(HTTPStatus.NOT_FOUND, 10062, "Unknown interaction")
    body, _ = await requests.read(request)
    if body.get("type") not in _KINDS:
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50035, "Invalid Form Body")
    if found.answer is not None:
        said = "Interaction has already been acknowledged."
        raise DiscordError(HTTPStatus.BAD_REQUEST, 40060, said)
    found.answer = body["type"]
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete("/webhooks/{application}/{token}/messages/@original")
async def remove(application: str, token: str, simulation: Sim) -> Response:
    found = simulation.part(Interactions).known.get((application, token))
    if found is None or clock.unix() - found.made_at > TOKEN_SECONDS:
        raise DiscordError(HTTPStatus.NOT_FOUND, 10015, "Unknown Webhook")
    if found.removed:
        raise DiscordError(HTTPStatus.NOT_FOUND, 10008, "Unknown Message")
    found.removed = True
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get("/webhooks/{application}/{token}/messages/@original")
async def shown(application: str, token: str, simulation: Sim) -> Response:
    """Whether "thinking" is still there to be seen. What an answer that was posted back said is not looked at."""
    found = simulation.part(Interactions).known.get((application, token))
    if found is None or found.removed:
        raise DiscordError(HTTPStatus.NOT_FOUND, 10008, "Unknown Message")
    return JSONResponse({"type": 20, "flags": 128 | 64, "content": ""})
