"""A stack of small web servers, for tests: a plan, and a program that runs it.

`python fake_stack.py COMMAND FOLDER BASE_PORT APP_PORT FLAVOUR`
"""

import os
import sys
from pathlib import Path

from rich.console import Console

from embedded import control, health
from embedded.banner import Banner
from embedded.ports import LOOPBACK, Port, url
from embedded.process import Child, Command
from embedded.stack import Plan, Service
from embedded.status import status

_SERVE = (
    "from http.server import SimpleHTTPRequestHandler, test; "
    "test(SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
)
SERVES = f"import sys; print('serving', flush=True); {_SERVE}"
DIES = "import sys; print('cannot find the moon'); sys.exit(7)"
HANGS = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
BREEDS = (
    "import subprocess, sys; "
    f"subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']); {_SERVE}"
)
FLAVOURS = {
    "good": {"base": SERVES, "once": "print('done')", "app": SERVES},
    "app-dies": {"base": SERVES, "once": "print('done')", "app": DIES},
    "once-dies": {"base": SERVES, "once": DIES, "app": SERVES},
    "app-hangs": {"base": SERVES, "once": "print('done')", "app": HANGS},
    "app-breeds": {"base": SERVES, "once": "print('done')", "app": BREEDS},
}


def child(folder: Path, name: str, script: str, *arguments: str, grace: float = 5) -> Child:
    """A Python one-liner; it serves `folder`, in which a file named `health` is the answer to GET /health."""
    return Child(
        Command(
            name=name,
            argv=[sys.executable, "-c", script, *arguments],
            log=folder / "logs" / f"{name}.log",
            env=dict(os.environ),
            folder=folder,
            grace=grace,
        )
    )


def plan(folder: Path, base_port: int, app_port: int, flavour: str = "good") -> Plan:
    scripts = FLAVOURS[flavour]
    (folder / "health").write_text('{"status": "ok"}')

    def web(name: str, port: int, *after: str) -> Service:
        return Service(
            name=name,
            title=name.capitalize(),
            launch=lambda: child(folder, name, scripts[name], str(port), grace=1),
            probe=lambda: health.http_ok(LOOPBACK, port),
            after=after,
            ports=(Port(port, name.capitalize(), f"FAKE_{name.upper()}_PORT"),),
            where=((name.capitalize(), url(LOOPBACK, port)),),
            patience=20,
        )

    once = Service(
        name="once",
        title="Once",
        launch=lambda: child(folder, "once", scripts["once"]),
        after=("base",),
        once=True,
    )
    return Plan(folder, (web("base", base_port), once, web("app", app_port, "base", "once")))


def main(command: str, folder: str, base_port: str, app_port: str, flavour: str) -> int:
    made, console = plan(Path(folder), int(base_port), int(app_port), flavour), Console()
    banner = Banner([("Agent", "ana@example.com", "secret")], ["curl /hello"])
    again = [sys.executable, __file__, "up", folder, base_port, app_port, flavour]
    return {
        "up": lambda: control.up(made, banner, console),
        "detach": lambda: control.detach(again, made, console),
        "down": lambda: control.down(made, console),
        "status": lambda: status(made, console, as_json=True),
    }[command]()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
