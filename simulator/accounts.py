"""The accounts that were registered with the simulated platforms."""

from typing import TypeVar

from simulator.schemas import SimulatedAccount

Known = TypeVar("Known", bound=SimulatedAccount)


class Accounts:
    """What each platform knows about its business customers."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], SimulatedAccount] = {}

    def put(self, platform: str, account_id: str, account: SimulatedAccount) -> None:
        self._accounts[platform, account_id] = account

    def find(self, platform: str, account_id: str, kind: type[Known]) -> Known | None:
        account = self._accounts.get((platform, account_id))
        return account if isinstance(account, kind) else None

    def get(self, platform: str, account_id: str, kind: type[Known]) -> Known:
        """Raises `KeyError`."""
        account = self.find(platform, account_id, kind)
        if account is None:
            raise KeyError(account_id)
        return account

    def of(self, platform: str, kind: type[Known]) -> dict[str, Known]:
        """Every account of a platform, by its id."""
        return {
            account_id: account
            for (key, account_id), account in self._accounts.items()
            if key == platform and isinstance(account, kind)
        }

    def trusts(self, platform: str, account_id: str) -> bool:
        """Whether the account takes every address for a customer."""
        account = self._accounts.get((platform, account_id))
        return account is not None and account.trusting
