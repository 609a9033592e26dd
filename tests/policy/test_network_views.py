"""The views of networks and security groups: every form of a thing is read as the same thing."""

from collections.abc import Iterator, Sequence

import pytest

from policy.examples import Change, Declared, Examples
from policy.rule import Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.addresses import any_wide
from policy.views.security_groups import EGRESS, GROUP, INGRESS, SEPARATE_RULE, of_group
from tests.policy.trial import said_of

WEB = {"fromPort": 443, "toPort": 443}
INLINE = {**WEB, "protocol": "tcp"}


def _told(subject: Subject) -> Iterator[Complaint]:
    """Says what the view sees, as complaints."""
    for one in of_group(subject) if subject.name == "web" else ():
        sources = [*one.cidrs, *one.prefix_lists, *(group.name for group in one.groups)]
        yield wrong("", f"{'in' if one.inward else 'out'} {one.protocol} {one.ports} {' '.join(sources)}")


TELLING = Rule(
    id="ec2-telling", on=GROUP, scope=Scope.STACK, severity=Severity.LOW, why="It tells what the view sees",
    mend="Nothing is to be mended", check=_told,
    examples=Examples(accepted=[], refused=Change("", None), unknown=None, absent=None),
)  # fmt: skip


def told(*declared: Declared) -> list[str]:
    """What the view says of the group `web`."""
    said = said_of(TELLING, declared)
    assert not said.undecided, said.undecided
    return sorted(
        message.partition("expected: ")[2].removesuffix(". Nothing is to be mended.") for *_, message in said.complaints
    )


CLIENTS = Declared(type=GROUP, name="clients", props={"ingress": [], "egress": []})


@pytest.mark.parametrize(
    "forms",
    [
        [Declared(type=GROUP, name="web", props={"ingress": [{**INLINE, "cidrBlocks": ["10.0.0.0/16"]}]})],
        [
            Declared(type=GROUP, name="web"),
            Declared(
                type=SEPARATE_RULE, name="rule", props={**INLINE, "type": "ingress", "cidrBlocks": ["10.0.0.0/16"]},
                links={"securityGroupId": ["web"]},
            ),
        ],
        [
            Declared(type=GROUP, name="web"),
            Declared(
                type=INGRESS, name="rule", props={**WEB, "ipProtocol": "6", "cidrIpv4": "10.0.0.0/16"},
                links={"securityGroupId": ["web"]},
            ),
        ],
    ],
    ids=["inline", "rule", "ingress"],
)  # fmt: skip
def test_a_block_is_read_in_every_form(forms: Sequence[Declared]) -> None:
    assert told(*forms) == ["in tcp (443, 443) 10.0.0.0/16"]


def test_another_group_is_followed_by_its_relation() -> None:
    ingress = Declared(
        type=INGRESS, name="rule", props={**WEB, "ipProtocol": "tcp"},
        links={"securityGroupId": ["web"], "referencedSecurityGroupId": ["clients"]},
    )  # fmt: skip
    assert told(Declared(type=GROUP, name="web"), CLIENTS, ingress) == ["in tcp (443, 443) clients"]


def test_all_protocols_open_every_port() -> None:
    egress = Declared(
        type=EGRESS,
        name="rule",
        props={"ipProtocol": "-1", "prefixListId": "pl-0123"},
        links={"securityGroupId": ["web"]},
    )
    assert told(Declared(type=GROUP, name="web"), egress) == ["out -1 (0, 65535) pl-0123"]


def test_a_rule_whose_source_is_hidden_is_undecided() -> None:
    hidden = Declared(type=INGRESS, name="rule", props={**WEB, "ipProtocol": "tcp"}, links={"securityGroupId": ["web"]})
    assert said_of(TELLING, [Declared(type=GROUP, name="web"), hidden]).undecided


@pytest.mark.parametrize(
    "cidrs",
    [["0.0.0.0/0"], ["::/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["128.0.0.0/1"], ["2000::/3"], ["0.0.0.0/8", "1.0.0.0/8"]],
    ids=str,
)
def test_the_internet_is_known_in_pieces(cidrs: list[str]) -> None:
    assert any_wide(cidrs)


@pytest.mark.parametrize("cidrs", [["10.0.0.0/8"], ["fc00::/7"], ["203.0.113.0/24"], ["no block"], []], ids=str)
def test_an_owners_block_is_not_the_internet(cidrs: list[str]) -> None:
    assert not any_wide(cidrs)
