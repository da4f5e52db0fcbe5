"""What to try first once everything runs. Needs nothing of the stack, so that the demo can describe itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Banner:
    """Shown under the table of what runs where."""

    logins: list[tuple[str, str, str]] = field(default_factory=list)
    """(who, e-mail, password)."""
    try_lines: list[str] = field(default_factory=list)
    """Commands to paste into a shell."""
