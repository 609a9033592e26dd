"""Breaks the real program in one property at a time: the rule that is named for the fault sees it, and no other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2

from policy.examples import Change, Remove
from policy.pack import all_rules
from policy.rule import Break, Rule
from preview import requests
from preview.graph import STACK_TYPE, UNKNOWN, Graph, Node
from tests.policy.altering import REMOVED, put
from tests.policy.trial import ask, server

RULES = all_rules()


def breaks_of(rule: Rule) -> list[Break]:
    """The breaks of a rule; without any, its refused example says what to change."""
    if rule.breaks:
        return list(rule.breaks)
    refused = rule.examples.refused
    value = refused.value if isinstance(refused, Change) else None
    path = refused.path if isinstance(refused, Change | Remove) else ""
    return [Break(on=token, path=path, value=value) for token in rule.types[:1]]


CASES = [(rule, fault) for rule in RULES for fault in breaks_of(rule)]
Complaint = tuple[str, str]


@dataclass
class Ground:
    """A recorded stack, ready to be broken."""

    nodes: dict[str, list[Node]]
    """By type; the stack itself is one of them."""

    server: Any
    about: dict[str, Any]
    stack: Any
    positions: dict[str, int]
    known: frozenset[Complaint]
    """What the pack says of it unbroken."""

    def after(self, node: Node, props: dict[str, Any] | None, fault: Break) -> set[Complaint]:
        """What the pack says besides once one resource is changed, or is gone."""
        position = self.positions[node.urn]
        original = self.stack.resources.pop(position)
        about: list[Any] = []
        if props is not None:
            request = _copied(self.about[node.urn])
            _refill(request.properties, props)
            related = _copied(original)
            _show(self.about[node.urn].properties, request.properties, related)
            if fault.unlink:
                del related.propertyDependencies[fault.path]
            if fault.unprotect:
                request.options.protect = related.options.protect = False
            about.append(request)
            self.stack.resources.insert(position, related)
        try:
            said = ask(self.server, about, self.stack)
            return {(rule, urn) for rule, urn, _ in said.complaints} - self.known
        finally:
            if props is not None:
                self.stack.resources.pop(position)
            self.stack.resources.insert(position, original)


def _copied(message: Any) -> Any:
    copied = type(message)()
    copied.CopyFrom(message)
    return copied


def _refill(properties: Struct, props: dict[str, Any]) -> None:
    properties.Clear()
    properties.update(props)


def _show(before: Struct, after: Struct, related: Any) -> None:
    """What a resource is given is also what the stack shows of it; what it is not given any more is AWS's choice."""
    for name in after:
        related.properties.fields[name].CopyFrom(after.fields[name])
    for name in before.keys() - after.keys():
        related.properties[name] = UNKNOWN
        if name in related.propertyDependencies:
            del related.propertyDependencies[name]


@pytest.fixture(scope="module")
def ground(staging: Graph, prod: Graph) -> Callable[[str], Ground]:
    """Both stacks, judged once each."""
    made = {graph.stack: _ground(graph) for graph in (staging, prod)}
    return made.__getitem__


def _ground(graph: Graph) -> Ground:
    about, stack, judge = requests.about_resources(graph), requests.about_stack(graph), server(RULES)
    said = ask(judge, about, stack)
    whole = _whole(graph)
    nodes: dict[str, list[Node]] = {}
    for node in [*graph, whole]:
        nodes.setdefault(node.type, []).append(node)
    asked = analyzer_pb2.AnalyzeRequest(type=whole.type, urn=whole.urn, name=whole.name, properties=graph.raw_outputs)
    return Ground(
        nodes=nodes,
        server=judge,
        about={**{one.urn: one for one in about}, whole.urn: asked},
        stack=stack,
        positions={one.urn: position for position, one in enumerate(stack.resources)},
        known=frozenset((rule, urn) for rule, urn, _ in said.complaints),
    )


def _whole(graph: Graph) -> Node:
    """The stack as a resource whose properties are its outputs."""
    return Node(
        urn=graph.urn, type=STACK_TYPE, name=graph.stack, parent=None, provider=None, region=None,
        inputs=graph.outputs, dependencies=(),
    )  # fmt: skip


def _broken(ground: Ground, rule: Rule, fault: Break) -> tuple[Node, dict[str, Any] | None] | None:
    """The first resource that can be broken so, and its inputs afterwards; None to take it away."""
    content = {urn for name, urn in ground.known if name == rule.id}
    for node in ground.nodes.get(fault.on, ()):
        inputs: dict[str, Any] = json_format.MessageToDict(ground.about[node.urn].properties)
        if node.urn in content or not fault.where(inputs):
            continue
        if not fault.path:
            return node, None if not fault.unprotect else inputs
        if fault.unlink:
            return node, inputs
        try:
            return node, put(inputs, fault.path, REMOVED if fault.value is None else fault.value)
        except KeyError:
            continue
    return None


@pytest.mark.parametrize(("rule", "fault"), CASES, ids=[f"{rule.id}-{n}" for n, (rule, _) in enumerate(CASES)])
def test_a_fault_is_caught_by_its_rule_alone(rule: Rule, fault: Break, ground: Callable[[str], Ground]) -> None:
    for stack in ("staging", "prod"):
        target = _broken(ground(stack), rule, fault)
        if target is not None:
            caught = {name for name, _ in ground(stack).after(*target, fault)}
            assert rule.id in caught, f"{rule.id} does not see {fault.path or 'the loss'} of {target[0].urn}"
            assert caught <= {rule.id, *fault.also}, f"seen by others too: {caught - {rule.id, *fault.also}}"
            return
    pytest.fail(f"neither stack has a {fault.on} with {fault.path}")


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 120
    assert {rule.id for rule, _ in CASES} == {rule.id for rule in RULES}, "a rule that no break can trip proves nothing"
