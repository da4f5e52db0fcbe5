"""How fast each platform reads what arrives and writes what is sent, on one core.

    python -m bench.platforms [--rounds 7] [--seconds 0.05] [PLATFORM...]

The payloads are the project's own fixtures. A machine's speed says little by itself, so each figure stands beside one
of the same round: reading the same bodies, and writing the same requests, as JSON and nothing more. Forms, XML and
Internet messages count as JSON of the same words. A factor of 20 means: twenty times as long as `json` alone.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from typing_extensions import override

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from tests.platforms import contract
from tests.platforms.contract import Harness

Task = Callable[[], object]


class Work(NamedTuple):
    """One thing to do, how many results it has, and the same with `json` alone."""

    ours: Task
    results: int
    plain: Task


class Pace(NamedTuple):
    """How fast it went, and how many times as long as with `json` alone."""

    per_second: float
    factors: list[float]

    @property
    def factor(self) -> float:
        return statistics.median(self.factors)

    @override
    def __str__(self) -> str:
        spread = f"{min(self.factors):.0f}-{max(self.factors):.0f}"
        return f"{self.per_second:>10,.0f} {self.factor:>7.1f} {spread:>9}"


def as_json(path: Path) -> str:
    """A body as JSON: itself, or its fields, lines or text."""
    if path.suffix == ".json":
        return path.read_text("utf-8")
    plain = path.suffix not in {".form", ".eml"}
    return json.dumps(path.read_text("latin-1") if plain else contract.fields(path))


def reading(key: str) -> Work:
    """Every inbound fixture that can be read, parsed once."""
    spoken = contract.harness(key)
    requests: list[WebhookRequest] = []
    texts: list[str] = []
    events = 0
    for path in contract.bodies(key):
        request = spoken.request(path.read_bytes())
        try:
            events += len(spoken.platform.parse(request))
        except PayloadUnreadable:
            continue
        requests.append(request)
        texts.append(as_json(path))

    def ours() -> None:
        for request in requests:
            spoken.platform.parse(request)

    def plain() -> None:
        for text in texts:
            json.loads(text)

    return Work(ours, events, plain)


def writing(key: str) -> Work:
    """Every outbound fixture, rendered once. Both ways end at the text of a request."""
    spoken = contract.harness(key)
    messages = [contract.message_of(case) for case in contract.outbound_cases(key)]
    rendered = [_rendered(spoken, message) for message in messages]

    def ours() -> None:
        for message in messages:
            json.dumps(_rendered(spoken, message))

    def plain() -> None:
        for request in rendered:
            json.dumps(request)

    return Work(ours, len(rendered), plain)


def _rendered(spoken: Harness, message: Any) -> Any:
    """What the request says, without the cost of showing it to people."""
    request = spoken.platform.render(message, spoken.account)
    said = (request.url, request.headers, request.json_body, request.form, request.text_body)
    return [each for each in said if each is not None]


def seconds_for(task: Task, at_least: float) -> float:
    """How long one run takes, by as many runs as fill the time."""
    runs, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < at_least or not runs:
        task()
        runs += 1
    return passed / runs


def paces(works: dict[str, Work], rounds: int, seconds: float) -> dict[str, Pace]:
    """Round by round, each thing with its counterpart right behind it: what slows the machine down meets both."""
    ours: dict[str, list[float]] = {key: [] for key in works}
    factors: dict[str, list[float]] = {key: [] for key in works}
    for _ in range(rounds):
        for key, work in works.items():
            took = seconds_for(work.ours, seconds)
            ours[key].append(took)
            factors[key].append(took / seconds_for(work.plain, seconds))
    return {
        key: Pace(work.results / statistics.median(ours[key]), factors[key])
        for key, work in works.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast platforms read and write, on one core.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.05, help="per measurement")
    parser.add_argument("platforms", nargs="*", metavar="PLATFORM", help="default: all")
    given = parser.parse_args()
    known = [key for key in contract.keys() if not contract.missing(key)]  # noqa: SIM118  a function
    wanted = [key for key in known if contract.platform_key(key) in given.platforms]
    keys = wanted or known
    read = paces({key: reading(key) for key in keys}, given.rounds, given.seconds)
    written = paces({key: writing(key) for key in keys}, given.rounds, given.seconds)
    head = f"{'x json':>7} {'range':>9}"
    print(f"{'':14} {'events/s':>10} {head}   {'requests/s':>10} {head}")
    for key in keys:
        print(f"{key:14} {read[key]}   {written[key]}")


if __name__ == "__main__":
    main()
