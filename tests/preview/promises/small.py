"""Graphs of a few resources, for tests of one model or of what the models stand on."""

from typing import Any

from preview.graph import Graph, Node

STACK = "test"


def urn(type_: str, name: str) -> str:
    """A URN as the engine would write it for a resource at the top."""
    return f"urn:pulumi:{STACK}::storefront::{type_}::{name}"


def node(type_: str, name: str, /, *, region: str | None = "eu-west-2", **inputs: Any) -> Node:
    """A resource with these inputs."""
    return Node(
        urn=urn(type_, name),
        type=type_,
        name=name,
        parent=None,
        provider=None,
        region=region,
        inputs=inputs,
        dependencies=(),
    )


def graph(*nodes: Node, promises: dict[str, Any] | None = None, load: dict[str, Any] | None = None) -> Graph:
    """A stack of these resources, with these pledges and this load."""
    ordered = tuple(sorted(nodes, key=lambda each: each.urn))
    outputs = {"service_levels": {"promises": promises or {}, "load": load or {}}}
    return Graph(project="storefront", stack=STACK, nodes=ordered, outputs=outputs)
