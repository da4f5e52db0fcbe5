"""Template messages: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from simulator.schemas import Template, WhatsAppAccount
from simulator.whatsapp.errors import GraphError
from simulator.whatsapp.parts import Part, upto

_MESSY = re.compile(r"[\n\t]| {5,}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class TemplateLanguage(Part):
    """The translation to use."""

    code: Annotated[str, upto(15)]
    policy: Literal["deterministic"] = "deterministic"


def _lower(value: Any) -> Any:
    """Graph reads these words in either case (seen in recorded exchanges, not documented)."""
    return value.lower() if isinstance(value, str) else value


class TemplateParameter(BaseModel):
    """One value. Media, currencies and the like carry an object named like their type."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[
        Literal[
            "text",
            "payload",
            "currency",
            "date_time",
            "image",
            "video",
            "document",
            "location",
            "coupon_code",
            "action",
        ],
        BeforeValidator(_lower),
    ]
    text: str | None = None
    payload: str | None = None
    parameter_name: str | None = None

    @model_validator(mode="after")
    def _value(self) -> Self:
        value = getattr(self, self.type, None)
        if not value:
            raise ValueError(f"a parameter of type {self.type} needs {self.type}")
        return self

    def written(self) -> str:
        """The value as a person reads it."""
        value = getattr(self, self.type)
        return value if isinstance(value, str) else str(value.get("fallback_value", ""))


class TemplateComponent(Part):
    """The variables of one part of a template."""

    type: Annotated[Literal["header", "body", "button"], BeforeValidator(_lower)]
    sub_type: Literal["quick_reply", "url", "copy_code", "flow", "catalog", "otp"] | None = None
    index: Annotated[int, Field(ge=0, le=9)] | None = None
    parameters: list[TemplateParameter] = Field(default_factory=list)

    @model_validator(mode="after")
    def _button_position(self) -> Self:
        if self.type == "button" and (self.sub_type is None or self.index is None):
            raise ValueError("a button component needs sub_type and index")
        return self


class TemplateContent(Part):
    """`template`."""

    name: Annotated[str, upto(512)]
    language: TemplateLanguage
    components: list[TemplateComponent] = Field(default_factory=list)


def check_template(content: TemplateContent, account: WhatsAppAccount) -> None:
    """The template is approved in that language and has as many variables as the message fills."""
    approved = find_template(content, account)
    if approved is None:
        raise GraphError(
            132001, f"template name ({content.name}) does not exist in {content.language.code}"
        )
    values = [parameter.written() for parameter in body_parameters(content)]
    if any(_MESSY.search(value) for value in values):
        raise GraphError(
            132012,
            "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
        )
    if approved.body is None:
        return
    expected = len(set(_VARIABLE.findall(approved.body)))
    if len(values) != expected:
        raise GraphError(
            132000,
            f"body: number of localizable_params ({len(values)}) does not match the expected number "
            f"of params ({expected})",
        )
    if len(filled(approved, content)) > 1024:
        raise GraphError(132005, "The filled body is longer than 1024 characters.")


def find_template(content: TemplateContent, account: WhatsAppAccount) -> Template | None:
    return next(
        (
            template
            for template in account.templates
            if (template.name, template.language) == (content.name, content.language.code)
            and template.status == "APPROVED"
        ),
        None,
    )


def body_parameters(content: TemplateContent) -> list[TemplateParameter]:
    """What fills the body's variables, in order."""
    return [
        parameter
        for component in content.components
        if component.type == "body"
        for parameter in component.parameters
    ]


def filled(template: Template, content: TemplateContent) -> str:
    """The template's body as the customer reads it."""
    values = {
        parameter.parameter_name or str(position): parameter.written()
        for position, parameter in enumerate(body_parameters(content), start=1)
    }
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), template.body or "")
