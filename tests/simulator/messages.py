"""Messages of the Cloud API, as a business would write them."""

from typing import Any

LINK = "https://files.example.com/a.jpg"


def buttons(*pairs: tuple[str, str], text: str = "Escolha", **extra: Any) -> dict[str, Any]:
    shown = [{"type": "reply", "reply": {"id": key, "title": title}} for key, title in pairs]
    interactive = {"type": "button", "body": {"text": text}, "action": {"buttons": shown}, **extra}
    return {"type": "interactive", "interactive": interactive}


def menu(*sections: tuple[str | None, list[dict[str, str]]], button: str = "Ver") -> dict[str, Any]:
    parts = [{"rows": rows} | ({"title": title} if title else {}) for title, rows in sections]
    action = {"button": button, "sections": parts}
    return {
        "type": "interactive",
        "interactive": {"type": "list", "body": {"text": "Menu"}, "action": action},
    }


def rows(count: int, start: int = 0) -> list[dict[str, str]]:
    return [{"id": f"r{n}", "title": f"Linha {n}"} for n in range(start, start + count)]


def template(name: str = "pedido_pronto", language: str = "pt_BR", *values: str) -> dict[str, Any]:
    parameters = [{"type": "text", "text": value} for value in values]
    body = [{"type": "body", "parameters": parameters}] if values else []
    content = {"name": name, "language": {"code": language}, "components": body}
    return {"type": "template", "template": content}


def text(body: str, **extra: Any) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, **extra}}
