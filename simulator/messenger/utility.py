"""Utility messages: approved templates, which need no open window.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages
"""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from simulator.messenger.account import MessengerAccount
from simulator.schemas import Template
from simulator.send_api.errors import invalid
from simulator.send_api.models import Part, upto
from simulator.send_api.product import Json
from simulator.send_api.validate import read

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def _lower(value: object) -> object:
    """The pages write these words in either case."""
    return value.lower() if isinstance(value, str) else value


class Language(Part):
    """Which translation."""

    code: Annotated[str, upto(15)]


class Parameter(Part):
    """One value of a variable, or what a button returns."""

    type: Annotated[Literal["text", "postback", "url"], BeforeValidator(_lower)]
    text: Annotated[str, upto(1024)] | None = None
    payload: Annotated[str, upto(1000)] | None = None
    url: Annotated[str, upto(2000)] | None = None
    parameter_name: Annotated[str, upto(128)] | None = None


class Component(Part):
    """The variables of one part of the template."""

    type: Annotated[Literal["header", "body", "buttons"], BeforeValidator(_lower)]
    parameters: list[Parameter] = Field(default_factory=list)


class UtilityTemplate(Part):
    """Which template, in which language, with which values."""

    name: Annotated[str, upto(512)]
    language: Language
    components: list[Component] = Field(default_factory=list)


def read_template(account: MessengerAccount, raw: Json) -> str:
    """The approved template as the customer reads it. Raises `GraphError`."""
    asked = read(UtilityTemplate, raw, "message[template]")
    wanted = (asked.name, asked.language.code)
    known = [one for one in account.templates if one.status == "APPROVED"]
    approved = next((one for one in known if (one.name, one.language) == wanted), None)
    if approved is None:
        raise invalid(f"Template {asked.name} does not exist in {asked.language.code}")
    given = [value for part in asked.components if part.type == "body" for value in part.parameters]
    return _filled(approved, given)


def _filled(template: Template, given: list[Parameter]) -> str:
    """Without a known body, the values alone."""
    values = {
        value.parameter_name or str(position): value.text or ""
        for position, value in enumerate(given, start=1)
    }
    if template.body is None:
        return " ".join([f"[{template.name} {template.language}]", *values.values()])
    if set(_VARIABLE.findall(template.body)) != set(values):
        raise invalid("Number of parameters does not match the expected number of params")
    return _VARIABLE.sub(lambda match: values[match[1]], template.body)
