"""The node types, in one explicit list: a type that is not named here does not exist."""

from typing import Annotated

from pydantic import Field

from flows.nodes.ask import AskNode
from flows.nodes.base import NodeBase
from flows.nodes.branch import BranchNode
from flows.nodes.end import EndNode
from flows.nodes.handover import HandoverNode
from flows.nodes.menu import MenuNode
from flows.nodes.message import MessageNode
from flows.nodes.set import SetNode
from flows.nodes.wait import WaitNode

Node = Annotated[
    MessageNode | AskNode | MenuNode | BranchNode | SetNode | WaitNode | HandoverNode | EndNode,
    Field(discriminator="type"),
]

NODE_TYPES: dict[str, type[NodeBase]] = {
    "message": MessageNode,
    "ask": AskNode,
    "menu": MenuNode,
    "branch": BranchNode,
    "set": SetNode,
    "wait": WaitNode,
    "handover": HandoverNode,
    "end": EndNode,
}
"""The same list by name, for walking; a test compares the two."""
