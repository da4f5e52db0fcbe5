"""A tenant for an installation that has none."""

import pytest
from typer.testing import CliRunner

from cli.main import app
from settings import Settings
from storage.database import Database
from storage.users import UserStore
from tests.conftest import FreshDatabase

COMMAND = ["tenant", "add", "acme", "--name", "Acme", "--email", "boss@acme.example"]


@pytest.fixture
def owner(fresh: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "cli.owner.configuration.load",
        lambda: Settings.model_validate({"database_owner_url": fresh.owner_url}),
    )


@pytest.mark.usefixtures("owner")
async def test_the_first_administrator_exists_and_the_slug_is_taken(database: Database) -> None:
    good = CliRunner().invoke(app, [*COMMAND, "--password", "correct horse battery"])
    assert good.exit_code == 0, good.output
    user = await UserStore(database).find_by_email("boss@acme.example")
    assert user is not None
    assert (user.role, user.available) == ("administrator", False)
    assert "correct" not in user.password_hash
    again = CliRunner().invoke(app, [*COMMAND, "--password", "correct horse battery"])
    assert again.exit_code == 1
    assert "there is a tenant 'acme' already" in str(again.exception) + again.output


@pytest.mark.usefixtures("owner")
def test_a_short_password_is_refused() -> None:
    short = CliRunner().invoke(app, [*COMMAND, "--password", "short"])
    assert short.exit_code == 1
    assert "at least 12 characters" in str(short.exception) + short.output
