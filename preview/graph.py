"""What a program declares: its resources, as the engine would see them at preview."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.struct_pb2 import Struct

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes in place of a value that AWS decides."""

STACK_TYPE = "pulumi:pulumi:Stack"

SECRET = "[secret]"  # noqa: S105 - what the engine prints in place of a secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One resource or component, with the engine's property names."""

    urn: str
    type: str
    name: str
    parent: str | None
    provider: str | None
    region: str | None
    """Region of the provider; None for components and for providers themselves."""

    inputs: dict[str, Any]
    dependencies: tuple[str, ...]
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    custom: bool = True
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    expanded_from: str | None = None
    """URN of the packaged component that creates this resource, where the recorder spelled it out."""

    raw: Struct = field(default_factory=Struct, repr=False, compare=False)
    """The inputs as they were registered, secrets in their envelopes: for policies alone, never for a file."""

    raw_outputs: Struct | None = field(default=None, repr=False, compare=False)
    """What a component registered as its outputs, which is what the engine shows of it in the end."""

    source: str | None = field(default=None, compare=False)
    """Where the program creates it, `components/storage.py:80`; None where that is not known."""

    def described(self) -> dict[str, Any]:
        """The node as the graph file holds it."""
        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "parent": self.parent,
            "provider": self.provider,
            "region": self.region,
            "inputs": self.inputs,
            "dependencies": list(self.dependencies),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """All that a stack declares, sorted by URN, so that two runs are alike."""

    project: str
    stack: str
    nodes: tuple[Node, ...]
    outputs: dict[str, Any]
    raw_outputs: Struct = field(default_factory=Struct, repr=False, compare=False)
    """The exports as they were registered, secrets in their envelopes."""

    @property
    def urn(self) -> str:
        """URN of the stack itself, whose properties are the exports."""
        return f"urn:pulumi:{self.stack}::{self.project}::{STACK_TYPE}::{self.project}-{self.stack}"

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def of_type(self, token: str) -> list[Node]:
        """The nodes of one type."""
        return [node for node in self.nodes if node.type == token]

    def named(self, name: str) -> list[Node]:
        """The nodes with a logical name."""
        return [node for node in self.nodes if node.name == name]

    def children(self, urn: str) -> list[Node]:
        """The nodes right under a component."""
        return [node for node in self.nodes if node.parent == urn]

    def described(self) -> dict[str, Any]:
        """The graph as its file holds it."""
        return {
            "project": self.project,
            "stack": self.stack,
            "resources": [node.described() for node in self.nodes],
        }
