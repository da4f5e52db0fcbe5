"""A Page comments under its posts.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints
from starlette.responses import JSONResponse, Response

from simulator.deliver import TooManyPending
from simulator.faults import answer_with
from simulator.linkedin import notifications
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.errors import bad, gone, refuse
from simulator.linkedin.requests import Body, acting, allowed, check_version, read
from simulator.linkedin.world import KEY, Comment, LinkedInWorld, milliseconds
from simulator.schemas import Draft
from simulator.state import Sim, Simulation

MAX_TEXT = 1250

router = APIRouter(prefix="/linkedin/rest/socialActions", include_in_schema=False)


class Words(Body):
    """The text, and who is mentioned in it."""

    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""
    attributes: list[dict[str, Any]] = Field(default_factory=list)


class Image(Body):
    """A picture that was uploaded."""

    image: str


class Shown(Body):
    """What stands under the words."""

    entity: Image


class NewComment(Body):
    """A comment to create."""

    actor: str
    object: str
    message: Words
    parent_comment: str | None = None
    content: list[Shown] = Field(default_factory=list, max_length=1)


@router.post("/{target}/comments")
async def create(target: str, request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    if b"(" in request.scope["raw_path"] or target.count(":") < 3:
        raise bad("Syntax exception in path variables")
    comment = await read(request, NewComment)
    account = acting(accounts, comment.actor, "socialActions.CREATE")
    root = _root(simulation, comment, account, target)
    _check(simulation, comment)

    async def accept() -> Response:
        made = await _made(simulation, comment, account, root)
        number = made.urn.rpartition(",")[2].removesuffix(")")
        moment = {"actor": comment.actor, "time": milliseconds()}
        body = {
            **comment.model_dump(by_alias=True, exclude_defaults=True),
            "id": number,
            "commentUrn": made.urn,
            "$URN": made.urn,
            "created": moment,
            "lastModified": moment,
        }
        return JSONResponse(body, HTTPStatus.CREATED, headers={"x-restli-id": number})

    fault = simulation.faults.take(KEY, comment.actor, is_send=True)
    return await answer_with(fault, accept, refuse)


def _root(
    simulation: Simulation, comment: NewComment, account: LinkedInAccount, target: str
) -> Comment | None:
    """The first comment of the thread where it belongs; None: directly under a post. Raises `LinkedInError`."""
    if not target.startswith("urn:li:comment:"):
        if comment.parent_comment is not None:
            raise bad("parentComment is named for comments under comments alone")
        if comment.object != target:
            raise bad("/object :: does not match the entity in the path")
        if target not in account.posts:
            raise gone(target)
        return None
    above = simulation.part(LinkedInWorld).comments.get((comment.actor, target))
    if above is None or _is_hidden(simulation, comment.actor, above):
        raise gone(target)
    if comment.parent_comment != target or comment.object != above.post:
        raise bad("/parentComment and /object :: do not match the entity in the path")
    if above.root != above.urn:
        raise bad("/parentComment :: comments are nested one level deep")
    return above


def _is_hidden(simulation: Simulation, page: str, above: Comment) -> bool:
    """Who blocked the Page shows it nothing."""
    known = simulation.contacts.get(KEY, page, above.owner)
    return known is not None and known.blocked


def _check(simulation: Simulation, comment: NewComment) -> None:
    """Raises `LinkedInError`."""
    if not comment.message.text.strip() and not comment.content:
        raise bad("/message/text :: a comment says or shows something")
    for shown in comment.content:
        if simulation.media.get(f"{KEY}:{comment.actor}", shown.entity.image) is None:
            raise bad(f"/content/0/entity/image :: {shown.entity.image} was not uploaded")


async def _made(
    simulation: Simulation, comment: NewComment, account: LinkedInAccount, root: Comment | None
) -> Comment:
    world, page = simulation.part(LinkedInWorld), comment.actor
    made = world.add_comment(page, comment.object, page, world.number(), root)
    await simulation.ledger.add(
        Draft(
            platform=KEY,
            account=page,
            to=made.person if root else comment.object,
            external_id=made.urn,
            type="image" if comment.content else "text",
            text=comment.message.text,
            request=comment.model_dump(by_alias=True, exclude_defaults=True),
        )
    )
    if account.echoes:
        told = notifications.of_comment(
            world, page, made, comment.message.text, action="ADMIN_COMMENT"
        )
        with suppress(TooManyPending):
            notifications.publish(simulation, page, account, told)
    return made
