"""Components within components, wherever they hang.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator
from typing import Any

from platforms.reading import Json, as_list, as_objects

TEXT_DISPLAY = 10


def walk(components: Any) -> Iterator[Json]:
    """Every component of a message or a modal, from top to bottom."""
    for component in as_objects(components):
        yield component
        # A row and a container have `components`, a label a `component`, a section an `accessory`.
        inner = [component.get("component"), component.get("accessory")]
        yield from walk([*as_list(component.get("components")), *inner])
