"""What every platform brings along for its tests: fixtures, a harness, a page; and how the contract test reads them."""

import importlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import httpx
from pydantic import TypeAdapter

from domain.content import CardContent, MediaContent, MediaRef, MessageContent
from domain.platform import PlatformCapabilities
from platforms.base import Account, MessagingPlatform, OutboundMessage, WebhookRequest
from platforms.registry import PLATFORMS, get

TESTS = Path(__file__).parent
CODE = TESTS.parent.parent / "platforms"
DOCS = TESTS.parent.parent / "docs" / "platforms"
EXPECTED = ".expected.json"
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
"""The message of every outbound fixture."""
FILE_LINK = "https://arquivos.loja.example/f/a"
"""Where others can open a file of our own store."""

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


class Harness(NamedTuple):
    """How to speak for one platform."""

    platform: MessagingPlatform
    account: Account
    sign: Callable[[bytes], dict[str, str]]
    """The headers that prove where a body comes from."""
    sends_over_http: bool
    url: str
    """Where the platform calls us, for signatures that cover it."""
    sends: bool
    """False for a platform whose connection is not there yet: it says so instead of sending."""
    token: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
    """What a token endpoint answers, on platforms that fetch one first; None for every other request."""
    keys: Mapping[str, Any] = MappingProxyType({})
    """The public keys (JWK by key id) that signatures are verified with, where the platform publishes some."""
    signed_at: datetime | None = None
    """When `sign` says that it signed; None where the vendor's proof holds no time."""
    batch: str | None = None
    """The name of the list in which several items come in one body, "" for a list by itself; None: they never do."""
    alone: tuple[str, ...] = ()
    """Names of fixtures that never stand in a batch: checks of our address, and other forms of the body."""
    renewing: Account | None = None
    """The same with what its token is exchanged by, where `account` has none."""
    fetched: tuple[str, ...] = ()
    """Secrets that are no part of the account: tokens that a token endpoint gave."""

    def client(self, vendor: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
        """A client that gives tokens as always, and answers everything else as this vendor does."""

        def answer(request: httpx.Request) -> httpx.Response:
            given = self.token(request)
            return vendor(request) if given is None else given

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))

    def request(
        self,
        body: bytes,
        proof: dict[str, str] | None = None,
        received_at: datetime | None = None,
    ) -> WebhookRequest:
        """A body as it is posted, with its own proof unless another is given."""
        return WebhookRequest(
            url=self.url,
            headers=self.sign(body) if proof is None else proof,
            body=body,
            received_at=received_at,
            provider=self.account.provider_name,
            keys=self.keys,
        )

    @property
    def secrets(self) -> list[str]:
        return [*self.account.secrets(), *self.fetched]


def keys() -> list[str]:
    """Every platform; one of several providers through each of them, as `platform/provider`."""
    found: list[str] = []
    for key in PLATFORMS:
        providers = (CODE / key / "providers").glob("*/provider.py")
        found += [f"{key}/{path.parent.name}" for path in providers] or [key]
    return sorted(found)


def unregistered(code: Path = CODE) -> list[str]:
    """Folders of code that no line of the registry leads to: neither a platform nor a family of registered ones."""
    known = {kin.__module__ for platform in PLATFORMS.values() for kin in type(platform).__mro__}
    reached = {part for name in known for part in _folders(name)}
    inside = [path for path in sorted(code.iterdir()) if path.is_dir()]
    # A member of a family has a folder beside its siblings; what they share has no `platform.py`.
    members = [path for family in inside for path in family.iterdir() if _is_platform(path)]
    folders = [path for path in [*inside, *members] if path.name[:1] not in {"_", "."}]
    names = [path.relative_to(code.parent).as_posix() for path in folders]
    return [name for name in names if name not in reached]


def _folders(module: str) -> list[str]:
    """`platforms/meta` and `platforms/meta/whatsapp`, of `platforms.meta.whatsapp.platform`."""
    parts = module.split(".")[:-1]
    return ["/".join(parts[:count]) for count in range(2, len(parts) + 1)]


def _is_platform(path: Path) -> bool:
    return (path / "platform.py").is_file()


def platform_key(key: str) -> str:
    return key.partition("/")[0]


def missing(key: str, tests: Path = TESTS) -> list[str]:
    """What a platform lacks, by name; empty when it has everything."""
    folder = tests / key
    wanted = {
        f"tests/platforms/{key}/inbound: no body with its .expected.json": bool(
            _expected(folder / "inbound")
        ),
        f"tests/platforms/{key}/outbound: no fixture": bool(fixtures(folder / "outbound")),
        f"tests/platforms/{key}/harness.py": (folder / "harness.py").is_file(),
        f"docs/platforms/{platform_key(key)}.md": (DOCS / f"{platform_key(key)}.md").is_file(),
    }
    return [name for name, there in wanted.items() if not there]


def harness(key: str) -> Harness:
    name = key.replace("/", ".")
    module: ModuleType = importlib.import_module(f"tests.platforms.{name}.harness")
    return Harness(
        platform=get(platform_key(key)),
        account=module.ACCOUNT,
        sign=module.sign,
        sends_over_http=getattr(module, "SENDS_OVER_HTTP", True),
        url=getattr(module, "URL", ""),
        sends=getattr(module, "SENDS", True),
        token=getattr(module, "token_answer", lambda _: None),
        keys=getattr(module, "KEYS", {}),
        signed_at=_moment(getattr(module, "SIGNED_AT", None)),
        batch=getattr(module, "BATCH", None),
        alone=getattr(module, "ALONE", ()),
        renewing=getattr(module, "RENEWING", None),
        fetched=(module.TOKEN,) if hasattr(module, "TOKEN") else (),
    )


def _moment(signed_at: Any) -> datetime | None:
    """Some harnesses give it as the vendor's header does: in seconds."""
    if signed_at is None or isinstance(signed_at, datetime):
        return signed_at
    return datetime.fromtimestamp(int(signed_at), UTC)


def fixtures(folder: Path) -> list[Path]:
    """Every file of a folder but the expectations and files that belong to another."""
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    return [path for path in found if len(path.suffixes) == 1]


def bodies(key: str) -> list[Path]:
    return fixtures(TESTS / key / "inbound")


def expected(key: str) -> list[Path]:
    """The bodies whose events are written beside them."""
    return _expected(TESTS / key / "inbound")


def _expected(folder: Path) -> list[Path]:
    return [path for path in fixtures(folder) if path.with_suffix(EXPECTED).is_file()]


def unread(key: str, tests: Path = TESTS) -> list[str]:
    """Fixtures that no test would compare with anything: a body, an expectation or a request by itself."""
    inbound, outbound = tests / key / "inbound", tests / key / "outbound"
    compared = {path.name for path in _expected(inbound)}
    compared |= {path.with_suffix(EXPECTED).name for path in _expected(inbound)}
    found = [path for path in inbound.glob("*") if path.name not in compared]
    found += [path for path in outbound.glob("*") if not _is_case(path)]
    return sorted(path.name for path in found)


def _is_case(path: Path) -> bool:
    """Whether it is an outbound fixture in the common form: a content, an address, the request it becomes."""
    case = load(path) if path.suffixes == [".json"] else None
    return isinstance(case, dict) and {"content", "address", "request"} <= {*case}


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def fields(path: Path) -> Any:
    """A body as a value that can be changed: its JSON, the fields of its form, or the lines of its message."""
    if path.suffix == ".eml":
        return path.read_bytes().decode("latin-1").split("\n")
    if path.suffix == ".form":
        return dict(parse_qsl(path.read_text("utf-8"), keep_blank_values=True))
    return load(path)


def written(value: Any, path: Path) -> bytes:
    """Such a value as a body of the same kind."""
    if path.suffix == ".eml":
        lines = (item if isinstance(item, str) else json.dumps(item) for item in value)
        return "\n".join(lines).encode("latin-1", "replace")
    if path.suffix != ".form":
        return json.dumps(value).encode()
    texts = {
        name: item if isinstance(item, str) else json.dumps(item) for name, item in value.items()
    }
    return urlencode(texts, errors="replace").encode()


def together(key: str) -> tuple[list[Any], Any, list[Path]]:
    """The items of all fixtures that can stand in one body, what stands around them, and which fixtures those are."""
    spoken = harness(key)
    files = [
        path for path in bodies(key) if path.suffix == ".json" and path.name not in spoken.alone
    ]
    loaded = {path: load(path) for path in files}
    if not spoken.batch:
        single = {path: body for path, body in loaded.items() if isinstance(body, dict)}
        return [*single.values()], None, list(single)
    name = spoken.batch
    lists = {
        path: body for path, body in loaded.items() if isinstance(body, dict) and body.get(name)
    }
    around = {**next(iter(lists.values())), name: []}
    alike = {path: body for path, body in lists.items() if {**body, name: []} == around}
    return [item for body in alike.values() for item in body[name]], around, list(alike)


def posted(key: str, items: list[Any], around: Any) -> bytes:
    """Items as one body."""
    name = harness(key).batch
    return json.dumps({**around, name: items} if name else items).encode()


def outbound_cases(key: str) -> list[dict[str, Any]]:
    """The outbound fixtures: a content, an address, the request it becomes."""
    return [load(path) for path in fixtures(TESTS / key / "outbound") if _is_case(path)]


def message_of(case: dict[str, Any]) -> OutboundMessage:
    return OutboundMessage(
        id=MESSAGE_ID,
        address=case["address"],
        content=_CONTENT.validate_python(case["content"]),
        reply_to=case.get("reply_to"),
        thread=case.get("thread"),
        file_link=case.get("file_link"),
    )


def a_message(key: str) -> OutboundMessage:
    """A plain text to an address that a fixture of this platform uses."""
    address = outbound_cases(key)[0]["address"]
    return message_of({"content": {"type": "text", "text": "oi"}, "address": address})


def files_of(content: MessageContent) -> list[tuple[str, MediaRef]]:
    """The files of a content with the kind of each: a card's is what its type says."""
    if isinstance(content, MediaContent):
        return [(content.type, content.media)]
    if isinstance(content, CardContent) and content.media:
        return [((content.media.mime_type or "image/").partition("/")[0], content.media)]
    return []


def is_carried(kind: str, media: MediaRef, facts: PlatformCapabilities) -> bool:
    """By the facts alone: as what it is; where that kind is unknown as a document; where neither is, as a link."""
    rule = facts.media.get(kind)
    if rule is None and media.url:
        return True
    rule = rule or facts.media.get("document")
    return rule is not None and any(
        fnmatch(media.mime_type or pattern, pattern) for pattern in rule.mime_types
    )
