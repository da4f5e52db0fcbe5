"""What can go wrong on one machine. The text of each is the one line its reader sees.

StackError
├── AlreadyRunning    another `up` holds this state folder
├── BadSecrets        the generated secrets are unreadable, or do not belong to the data
├── DataInUse         a PostgreSQL that is not ours serves the data folder
├── Interrupted       Ctrl-C or SIGTERM while starting
├── NotInstalled      a server's binary is missing
├── PortBusy          something else listens where we want to
└── ProcessFailed     a process of ours ended, or never became healthy; carries the end of its log
"""


class StackError(Exception):
    """The stack cannot be started, or has to stop."""


class AlreadyRunning(StackError):
    """Another `up` holds this state folder."""


class BadSecrets(StackError):
    """The generated secrets are unreadable, or do not belong to the data."""


class DataInUse(StackError):
    """A PostgreSQL that is not ours serves the data folder."""


class Interrupted(StackError):
    """Ctrl-C or SIGTERM while starting."""


class NotInstalled(StackError):
    """A server's binary is missing."""


class PortBusy(StackError):
    """Something else listens where we want to."""


class ProcessFailed(StackError):
    """A process of ours ended, or never became healthy."""

    def __init__(self, message: str, tail: list[str]) -> None:
        super().__init__(message)
        self.tail = tail
        """The last lines of its log, from this start only."""
