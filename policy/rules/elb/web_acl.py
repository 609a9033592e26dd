"""Every application load balancer stands behind a web ACL."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.elb._examples import BALANCER
from policy.subject import Subject
from policy.views.stated import stated

ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"


def check(subject: Subject) -> Iterator[Complaint]:
    if stated(subject, "loadBalancerType") not in {None, "application"}:
        raise NotApplicable("a web ACL protects application load balancers alone")
    if not any(one.links("webAclArn") for one in subject.users("resourceArn", ASSOCIATION)):
        yield wrong("", "a WebAclAssociation of this load balancer")


RULE = Rule(
    id="elb-web-acl",
    on=BALANCER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("ELB.16",),
    why="Whoever gets past the edge meets the servers with nothing in between",
    mend="Associate a web ACL of the region with the load balancer",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BALANCER, name="public", props={"loadBalancerType": "application"}),
            Declared(type="aws:wafv2/webAcl:WebAcl", name="acl"),
            Declared(type=ASSOCIATION, name="firewall", links={"resourceArn": ["public"], "webAclArn": ["acl"]}),
        ],
        refused=Unlink("resourceArn", on="firewall"),
        also_refused=[Unlink("webAclArn", on="firewall")],
        unknown=None,
        absent=Absent(Drop("firewall"), Verdict.REFUSED, "a load balancer has no web ACL until it is given one"),
        not_applicable=[Declared(type=BALANCER, props={"loadBalancerType": "network"})],
    ),
    breaks=[Break(on=ASSOCIATION, path=""), Break(on=ASSOCIATION, path="resourceArn", unlink=True)],
)
