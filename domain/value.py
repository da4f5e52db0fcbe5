"""The one base of every value: Temporal payload, API body and repository result at once."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen fact.

    Unknown fields are ignored, so that a worker one release behind can still read what a newer one wrote;
    every new field of a payload therefore needs a default.
    """

    model_config = ConfigDict(
        frozen=True,
        from_attributes=True,
        extra="ignore",
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )
