"""The requests that the engine would send to a policy pack about a recorded graph."""

from typing import Any, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import analyzer_pb2

from preview import declared
from preview.graph import STACK_TYPE, UNKNOWN, Graph, Node

RESOURCE_MARK = rpc._special_resource_sig  # pyright: ignore[reportPrivateUsage] - the SDK keeps its marks to itself
MARK = rpc._special_sig_key  # pyright: ignore[reportPrivateUsage]


def about_resources(graph: Graph) -> list[analyzer_pb2.AnalyzeRequest]:
    """One request a resource or component, in the order of their URNs."""
    providers = _providers(graph)
    return [_about(node, providers) for node in graph]


def about_stack(graph: Graph) -> analyzer_pb2.AnalyzeStackRequest:
    """The one request about all of them and the stack, in which every output that nobody has set is unknown."""
    providers = _providers(graph)
    whole = analyzer_pb2.AnalyzerResource(
        type=STACK_TYPE,
        urn=graph.urn,
        name=f"{graph.project}-{graph.stack}",
        properties=flattened(graph.raw_outputs),
    )
    return analyzer_pb2.AnalyzeStackRequest(resources=[*(_related(node, providers) for node in graph), whole])


def _about(node: Node, providers: dict[str, Any]) -> analyzer_pb2.AnalyzeRequest:
    return analyzer_pb2.AnalyzeRequest(
        type=node.type,
        urn=node.urn,
        name=node.name,
        properties=flattened(node.raw),
        options=_options(node),
        provider=providers.get(node.provider or ""),
    )


def _related(node: Node, providers: dict[str, Any]) -> analyzer_pb2.AnalyzerResource:
    properties = flattened(node.raw if node.raw_outputs is None else node.raw_outputs)
    for name in declared.outputs(node.type) if node.custom else ():
        if name not in properties:
            properties[name] = UNKNOWN
    return analyzer_pb2.AnalyzerResource(
        type=node.type,
        urn=node.urn,
        name=node.name,
        properties=properties,
        options=_options(node),
        provider=providers.get(node.provider or ""),
        parent=node.parent or "",
        dependencies=node.dependencies,
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in node.property_dependencies.items()
        },
    )


def _options(node: Node) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=node.protect, ignoreChanges=node.ignore_changes, aliases=node.aliases, parent=node.parent or ""
    )


def _providers(graph: Graph) -> dict[str, Any]:
    return {
        node.urn: analyzer_pb2.AnalyzerProviderResource(
            type=node.type, urn=node.urn, name=node.name, properties=flattened(node.raw)
        )
        for node in graph
        if node.type.startswith("pulumi:providers:")
    }


def flattened(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """A copy in which each reference to a resource is its id, which nobody knows before it exists."""
    flat = struct_pb2.Struct()
    if RESOURCE_MARK not in str(properties):
        flat.CopyFrom(properties)
        return flat
    content: Any = _flat(json_format.MessageToDict(properties))
    flat.update(content)
    return flat


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        content = cast(dict[str, Any], value)
        return UNKNOWN if content.get(MARK) == RESOURCE_MARK else {key: _flat(item) for key, item in content.items()}
    if isinstance(value, list):
        return [_flat(item) for item in cast(list[Any], value)]
    return value
