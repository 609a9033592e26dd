"""A public load balancer lets in CloudFront and Route 53's checkers alone."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.edge import BALANCER, is_public
from policy.views.security_groups import GROUP, INGRESS, SEPARATE_RULE, Traffic, of_group

GROUPS = "securityGroups"
OWN_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
LISTS = ("prefixListId", "prefixListIds", "ingress")


def check(subject: Subject) -> Iterator[Complaint]:
    """A prefix list that no resource of the stack makes is one of AWS's: there is no other source of one."""
    if not is_public(subject):
        raise NotApplicable("the internet does not reach it")
    groups = subject.links(GROUPS, GROUP)
    if not groups:
        yield wrong(GROUPS, "security groups of this stack")
    for rule in (rule for group in groups for rule in of_group(group) if rule.inward):
        if rule.cidrs:
            yield wrong(rule.path, "prefix lists of CloudFront and Route 53 rather than addresses", at=rule.at)
        elif _own_list(rule):
            yield wrong(rule.path, "a prefix list of AWS's", at=rule.at)


def _own_list(rule: Traffic) -> bool:
    return any(rule.at.links(name, OWN_LIST) for name in LISTS)


def inline(**source: list[str]) -> dict[str, object]:
    return {"ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, **source}]}


HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "prefixListId": "pl-1"}
RULE = Rule(
    id="edge-balancer-network",
    on=BALANCER,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Who reaches the load balancer goes round the edge, and round what it refuses and counts",
    mend="Let the load balancer's security groups admit the managed prefix lists of CloudFront and Route 53 alone",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BALANCER, name="balancer", props={"internal": False}, links={GROUPS: ["edge", "checkers"]}),
            Declared(type=GROUP, name="edge"),
            Declared(type=INGRESS, name="https", props=HTTPS, links={"securityGroupId": ["edge"]}),
            Declared(type=GROUP, name="checkers", props=inline(prefixListIds=["pl-2"])),
            Declared(type=SEPARATE_RULE, name="more", links={"securityGroupId": ["checkers"]},
                     props={"type": "ingress", "protocol": "tcp", "fromPort": 443, "toPort": 443,
                            "prefixListIds": ["pl-3"]}),
            Declared(type=OWN_LIST, name="office"),
        ],
        refused=Change("ingress[0].cidrBlocks", ["0.0.0.0/0"], on="checkers"),
        unknown=Change("ingress[0].cidrBlocks", None, on="checkers"),
        absent=Absent(Unlink(GROUPS, on="balancer"), Verdict.REFUSED, "the network's default group then guards it"),
        not_applicable=[Declared(type=BALANCER, props={"internal": True})],
        stronger=[Drop("https"), Drop("more")],
        also_refused=[
            Change("cidrIpv4", "0.0.0.0/0", on="https"), Change("cidrIpv6", "::/0", on="https"),
            Change("cidrBlocks", ["198.51.100.0/24"], on="more"),
            Change("ingress[0].ipv6CidrBlocks", ["::/0"], on="checkers"),
        ],
    ),
    breaks=[
        Break(on=BALANCER, path=GROUPS, unlink=True),
        Break(on=INGRESS, path="cidrIpv4", value="198.51.100.0/24", where=lambda props: "prefixListId" in props),
    ],
)  # fmt: skip
