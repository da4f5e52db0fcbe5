"""The embedded PostgreSQL: roles, extensions, and data that survives whatever happens to the process."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from embedded import cluster
from embedded.errors import BadSecrets, DataInUse, ProcessFailed, StackError
from embedded.postgres import EmbeddedPostgres
from embedded.unprivileged import account


@pytest.fixture(scope="module")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One server that the tests below only read, or use under names of their own."""
    folder = Path(tempfile.mkdtemp(prefix="pytake-test-"))
    with EmbeddedPostgres(folder, fsync=False) as running:
        yield running
    shutil.rmtree(folder)


def one(url: str, query: LiteralString) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]


def test_the_app_role_can_log_in_and_has_no_power(postgres: EmbeddedPostgres) -> None:
    assert one(postgres.app_url(), "SELECT current_user") == "pytake_app"
    query = (
        "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication) "
        "FROM pg_roles WHERE rolname LIKE 'pytake_%'"
    )
    assert one(postgres.superuser_url, query) is False


def test_the_owner_owns_the_database_and_the_app_may_not_create_in_it(
    postgres: EmbeddedPostgres,
) -> None:
    query = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
    assert one(postgres.owner_url(), query) == "pytake_owner"
    with (
        psycopg.connect(postgres.app_url()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE public.mine (id int)")


def test_the_extensions_are_there(postgres: EmbeddedPostgres) -> None:
    query = "SELECT array_agg(extname::text) FROM pg_extension"
    found = one(postgres.app_url(), query)
    assert isinstance(found, list)
    assert {"pg_trgm", "unaccent", "btree_gin"} <= set(found)


def test_letters_with_accents_are_letters(postgres: EmbeddedPostgres) -> None:
    url = postgres.app_url()
    assert one(url, "SELECT lower('AÇÃO')") == "ação"
    assert one(url, "SELECT unaccent('ação')") == "acao"
    assert one(url, "SELECT similarity('coração', 'coracao ') < 1") is True
    # One word of seven letters has eight trigrams; were "ç" and "ã" no letters there would be fewer.
    assert one(url, "SELECT array_length(show_trgm('coração'), 1)") == 8


def test_nobody_gets_in_without_a_password(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://pytake_app:guess@127.0.0.1:{postgres.port}/pytake")


def test_it_listens_on_the_loopback_only(postgres: EmbeddedPostgres) -> None:
    assert one(postgres.superuser_url, "SHOW listen_addresses") == "127.0.0.1"
    assert one(postgres.superuser_url, "SHOW unix_socket_directories") == ""


def test_a_database_may_be_copied_from_another(postgres: EmbeddedPostgres) -> None:
    postgres.create_database("pattern")
    with psycopg.connect(postgres.owner_url("pattern")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    postgres.create_database("copy", template="pattern")
    postgres.create_database("copy", template="pattern")  # again: nothing happens
    assert one(postgres.owner_url("copy"), "SELECT value FROM kept") == 42
    postgres.drop_database("copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(postgres.owner_url("copy"))


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_data_survives(folder: Path, ending: str) -> None:
    with EmbeddedPostgres(folder, fsync=False) as postgres:
        with psycopg.connect(postgres.owner_url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'still here' AS value")
        getattr(postgres, ending)()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(postgres.owner_url())
        postgres.start()
        assert one(postgres.owner_url(), "SELECT value FROM kept") == "still here"


async def test_it_may_be_used_inside_an_event_loop(folder: Path) -> None:
    async with EmbeddedPostgres(folder, fsync=False) as postgres:
        assert one(postgres.app_url(), "SELECT 1") == 1


def test_a_lock_whose_pid_went_to_another_program_is_ignored(folder: Path) -> None:
    with EmbeddedPostgres(folder, fsync=False) as postgres:
        postgres.stop()
        lines = [str(os.getpid()), str(postgres.data), "1700000000", "5432", "", "127.0.0.1", ""]
        (postgres.data / "postmaster.pid").write_text("\n".join(lines))
        postgres.start()
        assert one(postgres.app_url(), "SELECT 1") == 1


def test_a_second_server_on_the_same_data_is_refused(folder: Path) -> None:
    with (
        EmbeddedPostgres(folder, fsync=False) as first,
        pytest.raises(DataInUse, match=r"already serves .*postgres. Stop it first"),
    ):
        EmbeddedPostgres(folder, fsync=False).start()
    assert first.child is None


def test_lost_secrets_are_named(folder: Path) -> None:
    with EmbeddedPostgres(folder, fsync=False):
        pass
    (folder / "secrets.json").unlink()
    with pytest.raises(BadSecrets, match=r"refuses the password in .*secrets\.json"):
        EmbeddedPostgres(folder, fsync=False).start()


def test_a_half_made_cluster_is_made_again(folder: Path) -> None:
    half_made = folder / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(folder, fsync=False) as postgres:
        assert one(postgres.app_url(), "SELECT 1") == 1
    assert not half_made.exists()


def test_somebody_elses_folder_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "thesis.txt").write_text("years of work")
    with pytest.raises(DataInUse, match="Move it away"):
        EmbeddedPostgres(folder, fsync=False).start()


def test_a_failed_start_shows_the_end_of_the_log(folder: Path) -> None:
    with EmbeddedPostgres(folder, fsync=False) as postgres:
        postgres.stop()
        (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")
        with pytest.raises(ProcessFailed, match="postgres ended with code 1") as caught:
            postgres.start()
    assert any("no_such_setting" in line for line in caught.value.tail)


def test_initdb_explains_itself(folder: Path) -> None:
    data = folder / "missing" / "postgres"
    with pytest.raises(StackError, match="initdb failed: initdb: error"):
        cluster._initdb(folder, None, "", sync=False)
    assert not data.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a process away")
def test_as_root_it_runs_as_somebody_else_below_closed_folders(folder: Path) -> None:
    closed = folder / "closed" / "state"
    closed.mkdir(parents=True, mode=0o700)
    (folder / "closed").chmod(0o700)
    user = account()
    assert user is not None
    with EmbeddedPostgres(closed, fsync=False) as postgres:
        assert postgres.data.stat().st_uid == user.uid
        assert stat.S_IMODE(postgres.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "closed").stat().st_mode) == 0o711
        assert stat.S_IMODE((closed / "secrets.json").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give its rights up")
def test_not_as_root_it_runs_as_ourselves(folder: Path) -> None:
    user = account()
    assert user is not None
    os.chown(folder, user.uid, user.gid)
    script = f"""
import os, pathlib, psycopg
from embedded.postgres import EmbeddedPostgres
os.setgroups([]); os.setgid({user.gid}); os.setuid({user.uid})
with EmbeddedPostgres(pathlib.Path({str(folder)!r}), fsync=False) as postgres:
    postgres.kill()
    postgres.start()
    with psycopg.connect(postgres.app_url()) as connection:
        print(connection.execute("SELECT current_user").fetchone()[0])
"""
    said = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.stdout == "pytake_app\n", said.stderr
    assert (folder / "postgres").stat().st_uid == user.uid
