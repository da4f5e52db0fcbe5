"""The message templates of a business account or a page.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
https://developers.facebook.com/docs/graph-api/reference/page/message_templates
"""

from typing import Any

import httpx

from platforms.abilities import ApprovedTemplate
from platforms.meta.account import GraphAccount
from platforms.meta.asking import ask_for_all
from platforms.meta.errors import Rules
from platforms.meta.reading import as_list, as_text

_FIELDS = "id,name,language,status,category,components"
_A_PAGE = "100"


async def templates_of(
    client: httpx.AsyncClient, account: GraphAccount, node: str, rules: Rules
) -> list[ApprovedTemplate]:
    """All of them, whatever became of them. Raises a `DeliveryError`."""
    query = {"fields": _FIELDS, "limit": _A_PAGE}
    pages = ask_for_all(client, account, f"{node}/message_templates", query, rules=rules)
    read = [_template(item) async for item in pages]
    return [template for template in read if template is not None]


def _template(item: dict[str, Any]) -> ApprovedTemplate | None:
    """None for what cannot be sent, because it names neither itself nor its language."""
    name, language = as_text(item.get("name")), as_text(item.get("language"))
    if name is None or language is None:
        return None
    components = [part for part in as_list(item.get("components")) if isinstance(part, dict)]
    return ApprovedTemplate(
        external_id=as_text(item.get("id")) or f"{name}/{language}",
        name=name,
        language=language,
        category=(as_text(item.get("category")) or "unknown").lower(),
        status=(as_text(item.get("status")) or "unknown").lower(),
        components=components,
    )
