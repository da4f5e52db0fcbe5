"""What a test does to a bot's connections, and what it may see of them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import Field

from domain.value import Value
from simulator.discord.account import DiscordAccount
from simulator.discord.gateway.protocol import Op, payload
from simulator.discord.gateway.sessions import BotGateway, Gateways, Hangup, Session
from simulator.discord.objects import Json
from simulator.discord.requests import KEY
from simulator.schemas import Order
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/control/discord")


class GatewayOrder(Order):
    """Something happens to every session of a bot."""

    action: Literal["drop", "close", "reconnect", "invalidate", "forget", "mute", "tell"]
    code: int = 4000
    """For `close`."""
    resumable: bool = False
    """For `invalidate`: whether the session stays."""
    kind: str = ""
    content: Json = Field(default_factory=dict)
    """For `tell`: any event."""


class SessionState(Value):
    """One session."""

    session_id: str
    seq: int
    connected: bool
    intents: int


class GatewayState(Value):
    """What the Gateway knows of a bot."""

    sessions: list[SessionState]
    identifies: int
    """Also those that were refused."""
    resumes: int
    heartbeats: int


def _drop(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    """The socket breaks; the session can be resumed."""
    session.say(Hangup())


def _close(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    session.say(Hangup(order.code))


def _reconnect(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    session.say(payload(Op.RECONNECT))


def _invalidate(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    session.say(payload(Op.INVALID_SESSION, content=order.resumable))
    if not order.resumable:
        bot.end(session)


def _forget(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    """The socket breaks, and the session cannot be resumed."""
    bot.end(session)
    session.say(Hangup())


def _mute(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    session.mute = True


def _tell(bot: BotGateway, session: Session, order: GatewayOrder) -> None:
    session.dispatch(order.kind, order.content)


_ACTIONS: dict[str, Callable[[BotGateway, Session, GatewayOrder], None]] = {
    "drop": _drop,
    "close": _close,
    "reconnect": _reconnect,
    "invalidate": _invalidate,
    "forget": _forget,
    "mute": _mute,
    "tell": _tell,
}


@router.post("/{application}/gateway")
async def act(application: str, order: GatewayOrder, simulation: Sim) -> GatewayState:
    bot = _bot(simulation, application)
    for session in list(bot.sessions.values()):
        _ACTIONS[order.action](bot, session, order)
    return _state(bot)


@router.get("/{application}/gateway")
async def state(application: str, simulation: Sim) -> GatewayState:
    return _state(_bot(simulation, application))


def _bot(simulation: Simulation, application: str) -> BotGateway:
    if simulation.accounts.find(KEY, application, DiscordAccount) is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no application {application!r}")
    return simulation.part(Gateways).of(application)


def _state(bot: BotGateway) -> GatewayState:
    sessions = [_shown(one) for one in bot.sessions.values()]
    counts: dict[str, Any] = {
        name: getattr(bot, name) for name in ("identifies", "resumes", "heartbeats")
    }
    return GatewayState(sessions=sessions, **counts)


def _shown(session: Session) -> SessionState:
    return SessionState(
        session_id=session.key,
        seq=session.seq,
        connected=session.connection is not None,
        intents=session.intents,
    )
