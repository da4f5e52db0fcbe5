"""`pytake inbound parse` and `pytake outbound render`: what a platform says and is told, without any server.

Exit codes: 0 done, 1 the payload was refused, 2 the command makes no sense. With many files, 1 only when none of them
could be read: what is wrong with one stands in its own line.
"""

import json
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NoReturn, Union, get_args, get_origin
from uuid import UUID

import typer
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from domain.content import MessageContent
from domain.enclosures import file_of
from domain.errors import DomainError
from domain.fitting import fit
from platforms import registry
from platforms.base import MASK, Account, MessagingPlatform, OutboundMessage, WebhookRequest
from settings import load

REFUSED = 1
MISUSED = 2
DUMMY_ADDRESS = "5511900000000"
"""Digits are an address on platforms of phone numbers and of chat ids alike."""

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)
_CONTENT_TYPES = {
    ".json": "application/json",
    ".form": "application/x-www-form-urlencoded",
    ".xml": "application/xml",
    ".eml": "message/rfc822",
}

_PlatformKey = Annotated[str, typer.Option("--platform", "-p", help="Key of the platform.")]
_Provider = Annotated[
    str | None, typer.Option(help="Which provider, on a platform that has several.")
]
_AccountFile = Annotated[
    Path | None, typer.Option("--account", help="JSON file with an account's settings.")
]


def register(app: typer.Typer) -> None:
    inbound = typer.Typer(help="What platforms post to us.", no_args_is_help=True)
    outbound = typer.Typer(help="What we send to platforms.", no_args_is_help=True)
    inbound.command("parse")(parse)
    outbound.command("render")(render)
    app.add_typer(inbound, name="inbound")
    app.add_typer(outbound, name="outbound")


def parse(
    files: Annotated[
        list[str],
        typer.Argument(metavar="BODY_FILE...", help="A body as delivered; - for standard input."),
    ],
    platform: _PlatformKey,
    headers: Annotated[
        Path | None, typer.Option("--headers", help="JSON file with the request's headers.")
    ] = None,
    account: _AccountFile = None,
    provider: _Provider = None,
    url: Annotated[
        str, typer.Option(help="The address that was called: some signatures cover it.")
    ] = "",
) -> None:
    """Print the normalised events of a webhook's body as JSON; of many bodies, one line each.

    Signatures are checked only when both --headers and --account are given; their age is not.
    """
    spoken = _find(platform, provider)
    given = {name.lower(): str(value) for name, value in _object(headers).items()}
    known = _account(spoken, account, provider) if account else None
    owner = known if headers else None
    by = known.provider_name if known else provider
    asked = WebhookRequest(url=url, headers=given, provider=by)
    requests = (_Body(file, asked) for file in files)
    if len(files) == 1:
        result = _events(spoken, next(requests), owner)
        _print(result, indent=2) if isinstance(result, list) else _fail(result, REFUSED)
        return
    read = 0
    for file, request in zip(files, requests, strict=True):
        result = _events(spoken, request, owner)
        read += isinstance(result, list)
        _print({"file": file, "events" if isinstance(result, list) else "error": result})
    if not read:
        raise typer.Exit(REFUSED)


class _Body:
    """One body that will be read when its turn comes."""

    def __init__(self, file: str, asked: WebhookRequest) -> None:
        self._file = file
        self._asked = asked

    def request(self) -> WebhookRequest:
        declared = _CONTENT_TYPES.get(Path(self._file).suffix.lower())
        headers = {"content-type": declared} if declared else {}
        return self._asked.model_copy(
            update={"headers": {**headers, **self._asked.headers}, "body": _bytes(self._file)}
        )


def _events(
    platform: MessagingPlatform, body: _Body, account: Account | None
) -> list[dict[str, Any]] | str:
    """The events as JSON, or what is wrong in one line."""
    try:
        request = body.request()
        if account is not None:
            platform.verify(request, account)
        return [event.model_dump(mode="json") for event in platform.parse(request)]
    except DomainError as error:
        return f"{error.code}: {error}"
    except OSError as error:
        return error.strerror or type(error).__name__
    except Exception as error:  # noqa: BLE001  whatever one file does to a parser, the others are still read
        return f"{type(error).__name__}: {error}"


def render(
    content: Annotated[
        str,
        typer.Argument(metavar="CONTENT.json", help="A message's content; - for standard input."),
    ],
    platform: _PlatformKey,
    account: _AccountFile = None,
    to: Annotated[str, typer.Option("--to", help="The contact's address.")] = DUMMY_ADDRESS,
    reply_to: Annotated[
        str | None, typer.Option(help="The platform's id of a quoted message.")
    ] = None,
    provider: _Provider = None,
) -> None:
    """Print the request(s) that would send a content, fitted to the platform, with secrets masked."""
    spoken = _find(platform, provider)
    owner = _account(spoken, account, provider)
    meant = _content(content)
    link = _link(meant)
    try:
        parts = fit(meant, spoken.capabilities, link)
        messages = [
            OutboundMessage(
                id=str(UUID(int=number)),
                address=to,
                content=part,
                reply_to=reply_to if number == 1 else None,
                file_link=link,
            )
            for number, part in enumerate(parts, 1)
        ]
        requests = [spoken.render(message, owner).masked(owner.secrets()) for message in messages]
    except DomainError as error:
        _fail(f"{error.code}: {error}", REFUSED)
    _print(requests, indent=2)


def _link(content: MessageContent) -> str | None:
    """The link that a file of our store would get, without what makes it one."""
    file = file_of(content)
    return f"{load().base_url}/media/{MASK}" if file is not None and file.key else None


def _find(key: str, provider: str | None) -> MessagingPlatform:
    platform = registry.find(key)
    if platform is None:
        known = ", ".join(sorted(registry.PLATFORMS))
        _fail(f"unknown platform {key!r}; known are: {known}", MISUSED)
    model = platform.account_model
    if provider and "provider" not in model.model_fields:
        _fail(f"{key} has no providers", MISUSED)
    if provider and model.of_provider(provider) is model:
        _fail(f"{key} has no provider {provider!r}", MISUSED)
    return platform


def _content(file: str) -> MessageContent:
    try:
        return _CONTENT.validate_json(_bytes(file))
    except OSError as error:
        _fail(f"{file}: {error.strerror}", MISUSED)
    except ValidationError as error:
        _fail(f"{file} is no content: {_problems(error)}", MISUSED)


def _account(platform: MessagingPlatform, file: Path | None, provider: str | None) -> Account:
    """The account of that file, or one made of placeholders."""
    chosen = {"provider": provider} if provider else {}
    model = platform.account_model if file else platform.account_model.of_provider(provider)
    values = _object(file) if file else placeholders(model)
    try:
        return model.model_validate(values | chosen)
    except ValidationError as error:
        source = str(file) if file else "an account of placeholders will not do, give --account"
        _fail(f"{source}: {_problems(error)}", MISUSED)


def placeholders(model: type[BaseModel]) -> dict[str, Any]:
    """A value for every field that an account must have: secrets say so, names are their field's own."""
    return {
        name: _placeholder(name, field.annotation)
        for name, field in model.model_fields.items()
        if field.is_required()
    }


def _placeholder(name: str, annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin in {Union, UnionType, Annotated}:
        return _placeholder(name, get_args(annotation)[0])
    if origin is Literal:
        return get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if annotation is SecretStr:
        # As long as any platform asks of a secret.
        return f"SECRET-{name}-".ljust(48, "0")
    return _PLAIN.get(origin or annotation, name)


_PLAIN: dict[Any, Any] = {int: 1, float: 1.0, bool: False, list: [], dict: {}}


def _object(file: Path | None) -> dict[str, Any]:
    """The JSON object in a file; without a file, an empty one."""
    if file is None:
        return {}
    try:
        value = json.loads(file.read_bytes())
    except OSError as error:
        _fail(f"{file}: {error.strerror}", MISUSED)
    except ValueError:
        _fail(f"{file} is not JSON", MISUSED)
    return value if isinstance(value, dict) else _fail(f"{file} is not a JSON object", MISUSED)


def _bytes(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _problems(error: ValidationError) -> str:
    """What is wrong and where, without the values: they may be secrets."""
    return "; ".join(_lines(error))


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        place = ".".join(str(part) for part in problem["loc"])
        yield f"{place}: {problem['msg']}" if place else problem["msg"]


def _print(value: Any, indent: int | None = None) -> None:
    """As people read it; half a surrogate pair, which no output takes, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    whole = text.encode("utf-8", "replace").decode() == text
    typer.echo(text if whole else json.dumps(value, indent=indent))


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"pytake: {message}", err=True)
    raise typer.Exit(code)
