"""The verdict is about what is declared, not about how it was written down or recorded."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi_policy import deserialize as sdk
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from policy.pack import all_rules
from policy.rule import NotApplicable, Scope
from policy.subject import Subject
from policy.views import security_groups
from preview import requests
from preview.graph import UNKNOWN, Graph, Node
from tests.policy.trial import Said, ask, server, with_props

RULES = all_rules()
SECRET = {sdk.SPECIAL_SIG_KEY: sdk.SPECIAL_SECRET_SIG}
DOCUMENTS = ("policy", "assumeRolePolicy")
Form = Callable[[Graph], Graph]


def _props(node: Node) -> dict[str, Any]:
    return json_format.MessageToDict(node.raw)


def _each(change: Callable[[Node, dict[str, Any]], dict[str, Any]]) -> Form:
    def form(graph: Graph) -> Graph:
        nodes = [with_props(node, change(node, _props(node))) if node.custom else node for node in graph]
        return replace(graph, nodes=tuple(nodes))

    return form


def _secret(_: Node, props: dict[str, Any]) -> dict[str, Any]:
    """Every value in the envelope of a secret; unknowns stay as they are."""
    wrapped = {key: _clear(value) for key, value in props.items()}
    return {key: value if value == UNKNOWN else {**SECRET, "value": value} for key, value in wrapped.items()}


def _open(_: Node, props: dict[str, Any]) -> dict[str, Any]:
    return _clear(props)


def _clear(value: Any) -> Any:
    if isinstance(value, dict):
        content = cast(dict[str, Any], value)
        if content.get(sdk.SPECIAL_SIG_KEY) == sdk.SPECIAL_SECRET_SIG:
            return _clear(content["value"])
        return {key: _clear(item) for key, item in content.items()}
    return [_clear(item) for item in cast(list[Any], value)] if isinstance(value, list) else value


def _short_documents(_: Node, props: dict[str, Any]) -> dict[str, Any]:
    """Lists of one as text, one statement without its list, other letter case, other order."""
    return {key: _shortened(value) if key in DOCUMENTS else value for key, value in props.items()}


def _shortened(text: Any) -> Any:
    if not isinstance(text, str) or not text.startswith("{"):
        return text
    document: dict[str, Any] = json.loads(text)
    statements = [
        {key: _of_one(value) for key, value in reversed(one.items())}
        for one in cast(list[dict[str, Any]], document["Statement"])
    ]
    for one in statements:
        if isinstance(one.get("Action"), str):
            one["Action"] = one["Action"].upper()
    return json.dumps({"Statement": statements[0] if len(statements) == 1 else statements, "Version": "2012-10-17"})


def _of_one(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    listed = cast(list[Any], value)
    return listed[0] if len(listed) == 1 else listed


def _rules_of_one_type(graph: Graph) -> Graph:
    """Each rule of a security group as the older SecurityGroupRule."""
    return replace(graph, nodes=tuple(_older(node) if node.type in _NEWER else node for node in graph))


_NEWER = {security_groups.INGRESS: "ingress", security_groups.EGRESS: "egress"}
_SINGLE = {"cidrIpv4": "cidrBlocks", "cidrIpv6": "ipv6CidrBlocks", "prefixListId": "prefixListIds"}
_SAME = {"ipProtocol": "protocol", "referencedSecurityGroupId": "sourceSecurityGroupId"}


def _older(node: Node) -> Node:
    props = _props(node)
    made = {_SAME.get(key, key): value for key, value in props.items() if key not in _SINGLE}
    made.update({_SINGLE[key]: [value] for key, value in props.items() if key in _SINGLE})
    links = {_SAME.get(key, _SINGLE.get(key, key)): urns for key, urns in node.property_dependencies.items()}
    return replace(
        with_props(node, {"type": _NEWER[node.type], **made}),
        type=security_groups.SEPARATE_RULE,
        property_dependencies=links,
    )


def _rules_inline(graph: Graph) -> Graph:
    """Each rule inside its group."""
    inside: dict[str, list[Node]] = {}
    for node in graph:
        if node.type in _NEWER:
            inside.setdefault(node.property_dependencies["securityGroupId"][0], []).append(node)
    nodes = [_with_rules(node, inside[node.urn]) if node.urn in inside else node for node in graph]
    return replace(graph, nodes=tuple(node for node in nodes if node.type not in _NEWER))


def _with_rules(group: Node, rules: list[Node]) -> Node:
    props, links = _props(group), dict(group.property_dependencies)
    for node in rules:
        entry = {key: value for key, value in _props(_older(node)).items() if key not in {"type", "securityGroupId"}}
        source = entry.pop("sourceSecurityGroupId", None)
        direction = _NEWER[node.type]
        props.setdefault(direction, []).append({**entry, **({"securityGroups": [source]} if source else {})})
        others = [urns for key, urns in node.property_dependencies.items() if key != "securityGroupId"]
        links[direction] = tuple(sorted({*links.get(direction, ()), *(urn for urns in others for urn in urns)}))
    return replace(with_props(group, props), property_dependencies=links)


def _versioning(props: dict[str, Any]) -> dict[str, Any]:
    return {"versioning": {"enabled": props["versioningConfiguration"]["status"] == "Enabled"}}


def _encryption(props: dict[str, Any]) -> dict[str, Any]:
    return {"serverSideEncryptionConfiguration": {"rule": props["rules"][0]}}


def _policy(props: dict[str, Any]) -> dict[str, Any]:
    return {"policy": props["policy"]}


BUCKET_TYPE = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_INLINE = {"aws:s3/bucketVersioning:BucketVersioning": _versioning, ENCRYPTION: _encryption}
_INLINE["aws:s3/bucketPolicy:BucketPolicy"] = _policy


def _buckets_inline(graph: Graph) -> Graph:
    """Versioning, encryption and policy inside their buckets."""
    inside: dict[str, list[Node]] = {}
    for node in graph:
        if node.type in _INLINE:
            bucket = next(
                urn
                for urn in node.property_dependencies["bucket"]
                if urn.split("::")[2].endswith("aws:s3/bucket:Bucket")
            )
            inside.setdefault(bucket, []).append(node)
    nodes = [_with_settings(node, inside[node.urn]) if node.urn in inside else node for node in graph]
    return replace(graph, nodes=tuple(node for node in nodes if node.type not in _INLINE))


def _with_settings(bucket: Node, settings: list[Node]) -> Node:
    props, links = _props(bucket), dict(bucket.property_dependencies)
    for node in settings:
        made = _INLINE[node.type](_props(node))
        props.update(made)
        urns = {urn for key, linked in node.property_dependencies.items() if key != "bucket" for urn in linked}
        links.update({name: tuple(sorted(urns)) for name in made})
    return replace(with_props(bucket, props), property_dependencies=links)


FORMS: dict[str, Form] = {
    "every value a secret": _each(_secret),
    "no value a secret": _each(_open),
    "documents in their shortest form": _each(_short_documents),
    "rules of security groups of the older type": _rules_of_one_type,
    "rules of security groups inline": _rules_inline,
    "settings of buckets inline": _buckets_inline,
}


def _said(graph: Graph) -> Said:
    return ask(server(RULES), requests.about_resources(graph), requests.about_stack(graph))


@pytest.fixture(scope="module")
def as_recorded(prod: Graph) -> Said:
    """The verdicts about prod as the recorder has it."""
    return _said(prod)


@pytest.mark.parametrize("name", FORMS)
def test_another_form_has_the_same_verdicts(name: str, prod: Graph, as_recorded: Said) -> None:
    said = _said(FORMS[name](prod))
    assert sorted((rule, urn) for rule, urn, _ in said.complaints) == sorted(
        (rule, urn) for rule, urn, _ in as_recorded.complaints
    )
    assert {rule for rule, _ in said.undecided} <= {rule for rule, _ in as_recorded.undecided}


_OPEN = {"cidrIpv4": "0.0.0.0/0", "fromPort": 22, "toPort": 22, "ipProtocol": "tcp"}


@pytest.mark.parametrize("name", ["rules of security groups of the older type", "rules of security groups inline"])
def test_an_open_port_is_seen_in_every_form(name: str, staging: Graph) -> None:
    node = staging.of_type(security_groups.INGRESS)[0]
    opened = with_props(node, {"securityGroupId": UNKNOWN, **_OPEN})
    graph = replace(staging, nodes=tuple(opened if one is node else one for one in staging))
    plain, other = _said(graph).rules(), _said(FORMS[name](graph)).rules()
    assert other == plain
    assert any(rule.startswith(("ec2-", "vpc-")) for rule in other)


def test_an_unversioned_bucket_is_seen_inline(staging: Graph) -> None:
    node = staging.of_type("aws:s3/bucketVersioning:BucketVersioning")[0]
    suspended = with_props(node, {**_props(node), "versioningConfiguration": {"status": "Suspended"}})
    graph = replace(staging, nodes=tuple(suspended if one is node else one for one in staging))
    assert "s3-bucket-versioned" in _said(_buckets_inline(graph)).rules()


def test_whole_numbers_count_as_the_wire_s_floats(prod: Graph) -> None:
    """The wire has only floats; a pack that is called in another way sees integers."""
    for rule in (rule for rule in RULES if rule.scope is Scope.RESOURCE):
        for node in (node for token in rule.types for node in prod.of_type(token)):
            settings = {key: setting.default for key, setting in rule.settings.items()}
            outcomes = [_outcome(rule.check, node, settings, props) for props in (_props(node), _whole(_props(node)))]
            assert outcomes[0] == outcomes[1], f"{rule.id} on {node.urn}"


def _outcome(check: Any, node: Node, settings: dict[str, Any], props: Any) -> list[tuple[str, str]] | str:
    subject = Subject(
        type=node.type, name=node.name, urn=node.urn, props=unknown_checking_proxy(_clear(props)), protect=node.protect,
        region=node.region, settings=settings,
    )  # fmt: skip
    try:
        return [(one.path, one.expected) for one in check(subject)]
    except (UnknownValueError, NotApplicable) as verdict:
        return type(verdict).__name__


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [_whole(item) for item in cast(list[Any], value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def test_no_message_holds_a_secret(staging: Graph) -> None:
    """Every secret of the program, and every text of every launch template and function, becomes a telltale."""
    telltale = "Tell-Tale-9f8e7d"

    def marked(value: Any) -> Any:
        if isinstance(value, dict):
            content = cast(dict[str, Any], value)
            if content.get(sdk.SPECIAL_SIG_KEY) == sdk.SPECIAL_SECRET_SIG:
                return {**SECRET, "value": telltale}
            return {key: marked(item) for key, item in content.items()}
        return [marked(item) for item in cast(list[Any], value)] if isinstance(value, list) else value

    nodes = [with_props(node, marked(_props(node))) if node.custom else node for node in staging]
    assert telltale in str(nodes), "the program has secrets"
    said = _said(replace(staging, nodes=tuple(nodes)))
    assert not [message for _, _, message in said.complaints if telltale in message]
    assert not [message for _, message in said.undecided if telltale in message]


def test_a_struct_keeps_what_it_is_given() -> None:
    content = Struct()
    content.update({"a": [1, {"b": None}]})
    assert json_format.MessageToDict(content) == {"a": [1.0, {"b": None}]}
