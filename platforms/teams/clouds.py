"""The clouds that Teams runs in, and where each keeps what a bot speaks to.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication (read 2026-08)
https://learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high (read 2026-08)
"""

from typing import NamedTuple


class Cloud(NamedTuple):
    """One cloud. Hosts that begin with a dot stand for everything below them."""

    login: str
    """Where access tokens are given."""
    scope: str
    issuer: str
    """Who signs what is posted to us."""
    keys: str
    service: str
    """Where messages may always be sent to, whatever region a conversation is in.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages (read 2026-08)
    """
    hosts: tuple[str, ...]
    """Whom we give our token to: connectors, which payloads name as `serviceUrl`."""


_LOGIN, _LOGIN_US = "https://login.microsoftonline.com", "https://login.microsoftonline.us"
_KEYS = "https://login.botframework.com/v1/.well-known/keys"
_KEYS_US = "https://login.botframework.azure.us/v1/.well-known/keys"
_SCOPE, _SCOPE_US = "https://api.botframework.com/.default", "https://api.botframework.us/.default"
_ISSUER, _ISSUER_US = "https://api.botframework.com", "https://api.botframework.us"

_WORLD = ("smba.trafficmanager.net", ".botapi.skype.com", ".teams.microsoft.com")
_GOVERNMENT = (".teams.microsoft.us", ".botframework.azure.us")

CLOUDS: dict[str, Cloud] = {
    "public": Cloud(
        _LOGIN, _SCOPE, _ISSUER, _KEYS, "https://smba.trafficmanager.net/teams", _WORLD
    ),
    "gcc": Cloud(
        _LOGIN, _SCOPE, _ISSUER, _KEYS, "https://smba.infra.gcc.teams.microsoft.com/teams", _WORLD
    ),
    "gcc_high": Cloud(
        _LOGIN_US,
        _SCOPE_US,
        _ISSUER_US,
        _KEYS_US,
        "https://smba.infra.gov.teams.microsoft.us/teams",
        _GOVERNMENT,
    ),
    "dod": Cloud(
        _LOGIN_US,
        _SCOPE_US,
        _ISSUER_US,
        _KEYS_US,
        "https://smba.infra.dod.teams.microsoft.us/teams",
        _GOVERNMENT,
    ),
}

FILE_HOSTS = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".svc.ms")
"""Where files of people are kept (OneDrive and SharePoint): their addresses bring their own permission.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4 (read 2026-08)
"""


def is_below(host: str, known: tuple[str, ...]) -> bool:
    return any(host.endswith(one) if one.startswith(".") else host == one for one in known)
