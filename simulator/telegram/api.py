"""The Bot API: `/bot{token}/{method}`, and the files it keeps at `/file/bot{token}/{path}`."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.schemas import TelegramAccount
from simulator.state import Sim, Simulation
from simulator.telegram import params
from simulator.telegram.call import Call, Effect
from simulator.telegram.errors import BotError, refuse
from simulator.telegram.methods import METHODS
from simulator.telegram.sends import SENDS, send

router = APIRouter(prefix="/telegram", include_in_schema=False)

NOT_FOUND = BotError(404, "Not Found")
UNAUTHORIZED = BotError(401, "Unauthorized")


def _bot(simulation: Simulation, token: str) -> str:
    bots = simulation.accounts.of("telegram", TelegramAccount)
    bot_id = next((bot for bot, known in bots.items() if known.token == token), None)
    if bot_id is None:
        raise UNAUTHORIZED
    return bot_id


@router.get("/file/bot{token}/{path:path}")
async def download(token: str, path: str, simulation: Sim) -> Response:
    """The file of an earlier getFile (https://core.telegram.org/bots/api#getfile)."""
    bot_id = _bot(simulation, token)
    file = simulation.media.get(bot_id, path.removeprefix("files/"))
    if file is None:
        raise NOT_FOUND
    return Response(file.content, media_type=file.mime_type)


@router.api_route("/bot{token}/{method}", methods=["GET", "POST"])
async def call_method(token: str, method: str, request: Request, simulation: Sim) -> Response:
    bot_id = _bot(simulation, token)
    name = method.lower()
    if name not in SENDS and name not in METHODS:
        raise NOT_FOUND
    call = Call(simulation, bot_id, await params.read(request))
    effect = _checked(name, call)

    async def accept() -> Response:
        return JSONResponse({"ok": True, "result": await effect()})

    fault = simulation.faults.take("telegram", bot_id, is_send=name in SENDS)
    return await answer_with(fault, accept, refuse)


def _checked(name: str, call: Call) -> Effect:
    """Everything that speaks against the call has spoken when this returns. Raises `BotError`."""
    if name in SENDS:
        kind, build = SENDS[name]
        return send(kind, build, call)
    return METHODS[name](call)


@router.api_route("/{path:path}", methods=["GET", "POST"])
async def unknown(path: str) -> Response:
    del path
    raise NOT_FOUND
