"""What request bodies share: unknown fields are refused, so that a typing error is never silently ignored."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid")
