"""The Web API: `/api/{method}`, and the same without `/api` for a base that ends at the platform's name.

https://docs.slack.dev/apis/web-api/
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.slack import arguments, files, history, lookups, posting
from simulator.slack.account import SlackAccount
from simulator.slack.arguments import Arguments
from simulator.slack.call import KEY, Call, Effect
from simulator.slack.errors import SlackError, refuse
from simulator.slack.world import Json
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/slack", include_in_schema=False)


def _always(_: Arguments) -> bool:
    return True


def _never(_: Arguments) -> bool:
    return False


@dataclass(frozen=True)
class Method:
    """What checks a call and says what it does, and how it may be called."""

    run: Callable[[Call], Effect]
    scopes: tuple[str, ...]
    """One of these is needed."""
    takes_json: bool = True
    sends: Callable[[Arguments], bool] = _never


_READING = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS = {
    "auth.test": Method(lookups.auth_test, ()),
    "users.info": Method(lookups.users_info, ("users:read",), takes_json=False),
    "conversations.open": Method(lookups.conversations_open, ("im:write", "mpim:write")),
    "conversations.info": Method(lookups.conversations_info, _READING, takes_json=False),
    "conversations.history": Method(history.conversations_history, _HISTORY),
    "conversations.replies": Method(history.conversations_replies, _HISTORY, takes_json=False),
    "assistant.threads.setStatus": Method(lookups.set_status, ("chat:write", "assistant:write")),
    "chat.postMessage": Method(posting.post_message, ("chat:write",), sends=_always),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",), takes_json=False),
    "files.completeUploadExternal": Method(
        files.complete_upload, ("files:write",), sends=files.shares
    ),
    "files.info": Method(files.files_info, ("files:read",), takes_json=False),
}


def account_of(simulation: Simulation, token: str) -> tuple[str, SlackAccount] | None:
    """The workspace that a token is good for. Raises `SlackError` for one that was, and is no more."""
    for team, account in simulation.accounts.of(KEY, SlackAccount).items():
        known = {account.bot_token: account.token_expires_at, **account.older_tokens}
        found = [one for one in known if hmac.compare_digest(token.encode(), one.encode())]
        if found and account.revoked:
            raise SlackError("token_revoked")
        until = known[found[0]] if found else None
        if until is not None and until <= clock.now():
            raise SlackError("token_expired")
        if found:
            return team, account
    return None


def bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@router.api_route("/api/{name}", methods=["GET", "POST"])
@router.api_route("/{name}", methods=["GET", "POST"])
async def call_method(name: str, request: Request, simulation: Sim) -> Response:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    args = await arguments.read(request, takes_json=method.takes_json)
    try:
        call = _call(simulation, request, args)
        _check_scope(call.account, method)
        effect = method.run(call)
    except SlackError as error:
        return JSONResponse(_warned(error.body(), args), status_code=error.status)

    async def accept() -> Response:
        body = _warned({"ok": True, **await effect()}, args)
        return JSONResponse(body, headers=_scopes(call.account, method))

    fault = simulation.faults.take(KEY, call.team, is_send=method.sends(args))
    return await answer_with(fault, accept, refuse)


def _call(simulation: Simulation, request: Request, args: Arguments) -> Call:
    """Raises `SlackError` for a token that is missing or nobody's."""
    token = bearer(request) or args.text("token")
    if not token:
        raise SlackError("not_authed")
    known = account_of(simulation, token)
    if known is None:
        raise SlackError("invalid_auth")
    return Call(simulation, *known, args, base_url=f"{str(request.base_url).rstrip('/')}/slack")


def _check_scope(account: SlackAccount, method: Method) -> None:
    if method.scopes and not set(method.scopes) & set(account.scopes):
        provided = ",".join(account.scopes)
        raise SlackError("missing_scope", needed=method.scopes[0], provided=provided)


def _scopes(account: SlackAccount, method: Method) -> dict[str, str]:
    """https://docs.slack.dev/reference/methods/auth.test: every answer tells what the token may."""
    told = {"x-oauth-scopes": ",".join(account.scopes)}
    return {**told, "x-accepted-oauth-scopes": ",".join(method.scopes)} if method.scopes else told


def _warned(body: Json, args: Arguments) -> Json:
    if not args.warnings:
        return body
    told = {**body.get("response_metadata", {}), "warnings": args.warnings}
    return {**body, "warning": ",".join(args.warnings), "response_metadata": told}
