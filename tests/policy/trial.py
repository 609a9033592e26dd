"""Tries rules on examples and on recorded graphs, through the pack's real server and the SDK's real proxies."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from google.protobuf.struct_pb2 import Struct
from pulumi_policy import EnforcementLevel

from policy.examples import Declared, Verdict
from policy.exemptions import Exemptions
from policy.levels import Levels
from policy.pack import NAME, Pack
from policy.rule import WHOLE_STACK, Rule, Scope
from policy.serving import Servicer
from policy.text import CANNOT_RUN
from policy.text import read as read_text
from preview import requests
from preview.graph import UNKNOWN, Graph, Node

PROVIDER = "pulumi:providers:aws"


@dataclass
class Said:
    """What the pack said of a graph."""

    complaints: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """(rule, URN, message)."""

    undecided: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """(rule, message)."""

    left_alone: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """(rule, number of subjects)."""

    def rules(self) -> set[str]:
        """The rules that complain."""
        return {rule for rule, _, _ in self.complaints}


def server(rules: Sequence[Rule]) -> Any:
    """The pack's server, in this process, with these rules alone."""
    pack = Pack(
        rules=rules,
        exemptions=Exemptions([], "test", date(2030, 1, 1)),
        levels=Levels([], [r.id for r in rules], "test"),
    )
    Servicer.levels = pack.levels
    return Servicer(NAME, "1.0.0", pack.policies(), EnforcementLevel.MANDATORY)


def ask(analyzer: Any, about: Iterable[Any], stack: Any | None) -> Said:
    """Have the server judge resources and, where there is one, the stack."""
    said = Said()
    for request in about:
        _take(analyzer.Analyze(request, None), said, request.urn)
    if stack is not None:
        _take(analyzer.AnalyzeStack(stack, None), said, "")
    return said


def _take(response: Any, said: Said, urn: str) -> None:
    for one in response.diagnostics:
        if one.message.startswith(CANNOT_RUN):
            said.undecided.append((one.policyName, one.message))
        else:
            said.complaints.append((one.policyName, urn or one.urn, one.message))
    for one in response.not_applicable:
        said.left_alone.append((one.policy_name, len(read_text(one.reason)[1]) if not urn else 1))


def verdict(rule: Rule, declared: Sequence[Declared], *, shuffled: int | None = None) -> Verdict:
    """What one rule says of an example."""
    said = said_of(rule, declared, shuffled=shuffled)
    if said.complaints:
        return Verdict.REFUSED
    if said.undecided:
        return Verdict.UNDECIDED
    subjects = 1 if rule.on == WHOLE_STACK else sum(one.type in rule.types for one in declared)
    if sum(number for _, number in said.left_alone) == subjects:
        return Verdict.NOT_APPLICABLE
    return Verdict.ACCEPTED


def said_of(rule: Rule, declared: Sequence[Declared], *, shuffled: int | None = None) -> Said:
    """All that one rule says of an example."""
    graph = graph_of(declared)
    if rule.scope is Scope.RESOURCE:
        return ask(server([rule]), requests.about_resources(graph), None)
    stack = requests.about_stack(graph)
    if shuffled is not None:
        resources = list(stack.resources)
        random.Random(shuffled).shuffle(resources)  # noqa: S311 - an order that can be repeated
        del stack.resources[:]
        stack.resources.extend(resources)
    return ask(server([rule]), [], stack)


def graph_of(declared: Sequence[Declared]) -> Graph:
    """An example as the recorder would have recorded it."""
    by_name = {one.name: one for one in declared}
    regions = sorted({one.region for one in declared if one.region})
    providers = [_provider(region) for region in regions]
    return Graph(
        project="storefront",
        stack="test",
        nodes=tuple(sorted([*providers, *(_node(one, by_name) for one in declared)], key=lambda node: node.urn)),
        outputs={},
    )


def _node(one: Declared, by_name: dict[str, Declared]) -> Node:
    props: dict[str, Any] = {**{key: UNKNOWN for key in one.links if "." not in key and "[" not in key}, **one.props}
    links = {key: tuple(sorted(_urn(by_name[to], by_name) for to in targets)) for key, targets in one.links.items()}
    custom = not one.type.startswith(("storefront:", "awsx:"))
    raw = Struct()
    raw.update(props)
    return Node(
        urn=_urn(one, by_name),
        type=one.type,
        name=one.name,
        parent=_urn(by_name[one.parent], by_name) if one.parent else None,
        provider=_provider(one.region).urn if custom and one.region else None,
        region=one.region if custom else None,
        inputs=props,
        dependencies=tuple(sorted({urn for urns in links.values() for urn in urns})),
        property_dependencies=links,
        custom=custom,
        protect=one.protect,
        raw=raw,
    )


def _urn(one: Declared, by_name: dict[str, Declared]) -> str:
    chain = [one.type]
    above = one.parent
    while above:
        chain.append(by_name[above].type)
        above = by_name[above].parent
    return f"urn:pulumi:test::storefront::{'$'.join(reversed(chain))}::{one.name}"


def _provider(region: str) -> Node:
    tags = {"environment": "test", "project": "storefront", "region": region}
    inputs: dict[str, Any] = {"region": region, "defaultTags": {"tags": tags}, "allowedAccountIds": ["123456789012"]}
    raw = Struct()
    raw.update(inputs)
    return Node(
        urn=f"urn:pulumi:test::storefront::{PROVIDER}::{region}", type=PROVIDER, name=region, parent=None,
        provider=None, region=None, inputs=inputs, dependencies=(), raw=raw,
    )  # fmt: skip


def with_props(node: Node, props: dict[str, Any]) -> Node:
    """A node of a graph with other inputs."""
    raw = Struct()
    raw.update(props)
    return replace(node, inputs=props, raw=raw)
