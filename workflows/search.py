"""Search attributes: what operators filter by. Never personal data; written once per change of state."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

TENANT = SearchAttributeKey.for_keyword("PytakeTenant")
PLATFORM = SearchAttributeKey.for_keyword("PytakePlatform")
STATUS = SearchAttributeKey.for_keyword("PytakeStatus")
OWNER = SearchAttributeKey.for_keyword("PytakeOwner")
FLOW = SearchAttributeKey.for_keyword("PytakeFlow")

KEYS = {key.name: key for key in (TENANT, PLATFORM, STATUS, OWNER, FLOW)}
ATTRIBUTES = dict.fromkeys(KEYS, "Keyword")
"""Name -> type: what a Temporal namespace must be told once."""


def typed(values: dict[str, str]) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [SearchAttributePair(KEYS[name], value) for name, value in values.items()]
    )
