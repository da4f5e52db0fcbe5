"""The one-machine stack as real processes on free ports, each of which can be killed and started again."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from cli import demo
from embedded import services
from embedded.ports import free_port
from embedded.process import Child, wait_until
from embedded.server import wait_until_healthy
from embedded.stack import Service
from settings import Settings


class System:
    """Everything that `pytake up` starts, under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            state_dir=folder,
            port=free_port(),
            temporal_port=free_port(),
            temporal_ui_port=free_port(),
            postgres_port=free_port(),
            simulator_port=free_port(),
        )
        plan = services.plan(self.settings)
        self._services = {service.name: service for service in plan.services}
        self._children: dict[str, Child] = {}

    @property
    def base_url(self) -> str:
        return self.settings.base_url

    @property
    def simulator_url(self) -> str:
        return demo.simulator_url(self.settings)

    @property
    def database_url(self) -> str:
        """As the role that serves requests."""
        passwords = json.loads((self.settings.state_dir / "secrets.json").read_text("utf-8"))
        port = self.settings.postgres_port
        return f"postgresql://pytake_app:{passwords['postgres_app']}@127.0.0.1:{port}/pytake"

    @property
    def temporal_address(self) -> str:
        return f"127.0.0.1:{self.settings.temporal_port}"

    def __enter__(self) -> Self:
        try:
            for name in ("postgres", "temporal", "simulator", "migrate", "seed"):
                self.start(name)
            # The API tells whether the worker polls, so both are launched before either is asked.
            for name in ("worker", "api"):
                self.launch(name)
            for name in ("api", "worker"):
                self.wait(name)
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_all()

    def launch(self, name: str) -> None:
        """Start a process without waiting for it."""
        self._children[name] = self._service(name).launch()

    def start(self, name: str) -> None:
        """Start a process and wait until it serves, or has done its work."""
        self.launch(name)
        self.wait(name)

    def wait(self, name: str) -> None:
        service, child = self._service(name), self._children[name]
        if service.once:
            if not wait_until(lambda: child.exit_code is not None, service.patience):
                raise RuntimeError(f"{name} has not ended after {service.patience:g} s")
            if child.exit_code != 0:
                raise RuntimeError(f"{name} ended with {child.exit_code}: {child.log_tail()}")
            return
        wait_until_healthy(child, service.probe)
        service.settle()

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash would."""
        self._children[name].kill()

    def stop(self, name: str) -> None:
        self._children[name].stop()

    def stop_all(self) -> None:
        for name in reversed(list(self._children)):
            self._children.pop(name).stop()

    def log_tail(self, name: str) -> list[str]:
        return self._children[name].log_tail(40)

    def sign_in(self, email: str = "ana@demo.example") -> str:
        """An access token."""
        body = {"email": email, "password": demo.PASSWORD}
        answer = httpx.post(f"{self.base_url}/api/v1/auth/login", json=body, trust_env=False)
        token: str = answer.raise_for_status().json()["access_token"]
        return token

    def _service(self, name: str) -> Service:
        return self._services[name]
