"""No platform is named outside `platforms/`: what the core must know about one is a fact in its `facts.py`.

Names and string literals count; comments and docstrings may mention whom they like. A key that is no other word is
found anywhere in them (`whatsapp_url`, `WhatsApp`, "/webhooks/whatsapp"); a key that is an ordinary word only where it
is the whole name or the whole literal.
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

from platforms.registry import PLATFORMS

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("domain", "workflows", "activities", "storage", "api", "flows")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))

ORDINARY_WORDS = frozenset({"email", "messenger", "slack", "discord", "teams", "sms", "line"})

EXCEPTIONS = (
    # Web chat is our own protocol: visitors speak it to a socket of ours, which lives here and is mounted there.
    ("webchat", "api/webchat/*.py"),
    ("webchat", "api/app.py"),
    # An e-mail address: what a person signs in with, and one kind of answer that a flow can ask for.
    ("email", "api/auth.py"),
    ("email", "flows/inputs.py"),
    ("email", "storage/users.py"),
    ("email", "storage/seeding.py"),
    ("email", "storage/tables/tenants.py"),
    ("email", "storage/migrations/versions/0001_tables.py"),
)
"""Key and files. Each is about something else than a platform."""

OUR_OWN = "api.webchat"
"""Importing what lives there names no platform either."""


class Leak(NamedTuple):
    """One place that names a platform."""

    line: int
    key: str
    said: str


def leaks(source: str, keys: list[str]) -> list[Leak]:
    return [
        Leak(line, key, said)
        for line, said, is_name in _words(ast.parse(source))
        for key in keys
        if _names(key, said.replace("_", "") if is_name else said)
    ]


def _names(key: str, said: str) -> bool:
    return said.lower() == key if key in ORDINARY_WORDS else key in said.lower()


def _words(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Line, words, and whether they are a name, of everything but comments and docstrings."""
    # A string that stands alone says something to people: a docstring, or the note below a field.
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str | bytes) and id(node) not in notes:
                value = node.value
                yield line, value if isinstance(value, str) else value.decode("latin-1"), False
            continue
        for _, value in ast.iter_fields(node):
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str) and not name.startswith(OUR_OWN):
                    yield line, name, True


def _allowed(key: str, file: str) -> bool:
    return any(key == other and fnmatch(file, pattern) for other, pattern in EXCEPTIONS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_platform_is_named(file: Path) -> None:
    path = file.relative_to(ROOT).as_posix()
    keys = [str(key) for key in PLATFORMS if not _allowed(str(key), path)]
    assert leaks(file.read_text("utf-8"), keys) == []
    assert [key for key in keys if _names(key, file.stem.replace("_", ""))] == []


@pytest.mark.parametrize(
    "source",
    [
        "from platforms.meta.whatsapp import facts",
        "import platforms.telegram.facts",
        "from platforms.registry import WhatsApp",
        "whatsapp_url = 1",
        "if channel.platform == 'whatsapp': ...",
        "match platform:\n    case 'telegram': ...",
        "table = {'telegram': 1}",
        "statement = '''SELECT 1 WHERE platform = 'telegram' '''",
        "path = f'/webhooks/telegram/{channel}'",
        "body = b'telegram'",
        "def send_whats_app(): ...",
        "def f(*, telegram=None): ...",
        "f(telegram=1)",
        "class TelegramRouter: ...",
        "try: ...\nexcept E as telegram: ...",
        "def f():\n    global telegram",
        "match x:\n    case {**telegram}: ...",
        "import facts as telegram",
    ],
)
def test_a_name_or_a_literal_is_a_leak(source: str) -> None:
    assert leaks(source, ["whatsapp", "telegram"])


@pytest.mark.parametrize(
    "source",
    [
        "# telegram does this differently",
        '"""What telegram and whatsapp share."""',
        'def f():\n    """Not for telegram."""',
        'class C:\n    field: int\n    """Telegram calls it so."""',
    ],
)
def test_comments_and_docstrings_may_mention_a_platform(source: str) -> None:
    assert leaks(source, ["whatsapp", "telegram"]) == []


def test_the_web_chats_side_of_our_api_may_be_imported_and_the_platform_may_not() -> None:
    assert leaks("from api.webchat.pace import Paces", ["webchat"]) == []
    assert leaks("from platforms.webchat.facts import LIMITS", ["webchat"])


@pytest.mark.parametrize(
    ("source", "leaking"),
    [
        ("if platform == 'sms': ...", True),
        ("sms = 1", True),
        ("from platforms import teams", True),
        ("smsc = transmission = 1", False),
        ("words = 'all teams of a tenant'", False),
        ("def teams_of(tenant): ...", False),
    ],
)
def test_an_ordinary_word_is_a_leak_only_where_it_stands_alone(
    source: str,
    leaking: bool,  # noqa: FBT001  a table's column
) -> None:
    assert bool(leaks(source, ["sms", "teams"])) is leaking


@pytest.mark.parametrize(("key", "pattern"), EXCEPTIONS)
def test_every_exception_is_still_needed(key: str, pattern: str) -> None:
    """One that nothing needs would hide the next leak."""
    assert any(leaks(file.read_text("utf-8"), [key]) for file in ROOT.glob(pattern))
