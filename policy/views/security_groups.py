"""What security groups let through, whichever of three forms it is written in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.addresses import any_wide
from policy.views.stated import stated, states

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SEPARATE_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUPS = (GROUP, DEFAULT_GROUP)
RULE_FORMS = (SEPARATE_RULE, INGRESS, EGRESS)
FORMS = (*GROUPS, *RULE_FORMS)

EVERY_PROTOCOL = "-1"
EVERY_PORT = (0, 65535)
PROTOCOLS = {"all": EVERY_PROTOCOL, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """What one rule of a security group lets through."""

    inward: bool
    protocol: str
    """`tcp`, `udp`, …, or `-1` for every one."""

    ports: tuple[int, int]
    """The first and the last; all of them for a protocol without ports."""

    cidrs: tuple[str, ...]
    """Of both address families."""

    prefix_lists: tuple[str, ...]
    from_groups: bool
    """Whether other groups, or its own members, are let through."""

    groups: tuple[Subject, ...]
    """Those groups, as far as a rule of a stack sees them; inline rules share the groups of their direction."""

    at: Subject
    path: str
    """Where it is written; empty for a resource of its own."""

    @property
    def world(self) -> bool:
        """Whether the whole internet is let through, or halves or quarters of it."""
        return any_wide(self.cidrs)

    def opens(self, ports: Iterable[int]) -> list[int]:
        """Which of some TCP or UDP ports it opens."""
        if self.protocol not in {EVERY_PROTOCOL, "tcp", "udp"}:
            return []
        first, last = self.ports
        return [port for port in ports if first <= port <= last]

    def place(self, name: str) -> str:
        """The path of one of its properties in its resource."""
        return f"{self.path}.{name}" if self.path else name


def of_group(group: Subject) -> Iterator[Traffic]:
    """All rules of a group: its own, and those written as resources that depend on it. For rules of a stack."""
    yield from traffic(group)
    for rule in group.users("securityGroupId", *RULE_FORMS):
        yield from traffic(rule)


def traffic(subject: Subject) -> Iterator[Traffic]:
    """The rules that one resource states, be it a group or a rule of one."""
    if subject.type in GROUPS:
        for direction in ("ingress", "egress"):
            if stated(subject, direction) is not None:
                for position, entry in each(subject.props, direction):
                    yield _inline(subject, direction, position, entry)
    elif subject.type == SEPARATE_RULE:
        yield _rule(subject)
    elif subject.type in {INGRESS, EGRESS}:
        yield _single(subject)


def _inline(subject: Subject, direction: str, position: int, entry: Any) -> Traffic:
    protocol = _protocol(get(entry, "protocol"))
    named = states(entry, "securityGroups") and len(get(entry, "securityGroups", ())) > 0
    return Traffic(
        inward=direction == "ingress",
        protocol=protocol,
        ports=_ports(protocol, get(entry, "fromPort"), get(entry, "toPort")),
        cidrs=(*_texts(entry, "cidrBlocks"), *_texts(entry, "ipv6CidrBlocks")),
        prefix_lists=_texts(entry, "prefixListIds"),
        from_groups=named or truth(get(entry, "self", False)),
        groups=tuple(subject.links(direction, *GROUPS)) if named else (),
        at=subject,
        path=f"{direction}[{position}]",
    )


def _rule(subject: Subject) -> Traffic:
    protocol = _protocol(get(subject.props, "protocol"))
    groups = tuple(subject.links("sourceSecurityGroupId", *GROUPS))
    by_group = _names_group(subject, "sourceSecurityGroupId")
    blocks = [stated(subject, name) or () for name in ("cidrBlocks", "ipv6CidrBlocks")]
    return Traffic(
        inward=get(subject.props, "type") == "ingress",
        protocol=protocol,
        ports=_ports(protocol, stated(subject, "fromPort"), stated(subject, "toPort")),
        cidrs=tuple(str(block) for listed in blocks for block in listed),
        prefix_lists=tuple(str(one) for one in stated(subject, "prefixListIds") or ()),
        from_groups=by_group or truth(stated(subject, "self") or False),
        groups=groups,
        at=subject,
        path="",
    )


def _single(subject: Subject) -> Traffic:
    """A rule with one source: another group, which may be unknown, or one block, or one prefix list."""
    protocol = _protocol(get(subject.props, "ipProtocol"))
    groups = tuple(subject.links("referencedSecurityGroupId", *GROUPS))
    by_group = _names_group(subject, "referencedSecurityGroupId")
    named = ("cidrIpv4", "cidrIpv6", "prefixListId")
    unset = by_group and subject.resource is not None  # an output that nobody set, and not worth a question
    v4, v6, prefix_list = (None, None, None) if unset else (stated(subject, name) for name in named)
    if not (by_group or v4 or v6 or prefix_list):
        get(subject.props, "cidrIpv4")  # hidden, where it is not missing
    return Traffic(
        inward=subject.type == INGRESS,
        protocol=protocol,
        ports=_ports(protocol, stated(subject, "fromPort"), stated(subject, "toPort")),
        cidrs=tuple(str(one) for one in (v4, v6) if one),
        prefix_lists=(str(prefix_list),) if prefix_list else (),
        from_groups=by_group,
        groups=groups,
        at=subject,
        path="",
    )


def _names_group(subject: Subject, prop: str) -> bool:
    """A rule of one resource sees an id that is unknown yet; one of a stack sees whose it is."""
    if subject.resource is None:
        return states(subject.props, prop)
    return bool(subject.links(prop, *GROUPS)) or stated(subject, prop) is not None


def _texts(entry: Any, name: str) -> tuple[str, ...]:
    return tuple(str(value) for _, value in each(entry, name))


def _protocol(value: Any) -> str:
    text = str(value).lower().removesuffix(".0")
    return PROTOCOLS.get(text, text)


def _ports(protocol: str, first: Any, last: Any) -> tuple[int, int]:
    if protocol not in {"tcp", "udp"} or first is None or int(first) < 0:
        return EVERY_PORT
    return int(first), int(first if last is None else last)
