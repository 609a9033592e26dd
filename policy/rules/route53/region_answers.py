"""Each region that can serve is in the set of names that leads visitors to the nearest one."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.route53.latency_target import record
from policy.subject import Subject
from policy.views.edge import API_DOMAIN, BALANCER, is_public
from policy.views.edge_dns import RECORD, latency_records
from policy.views.placement import REGION, state


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == BALANCER and not is_public(subject):
        raise NotApplicable("visitors are not led to it")
    if state(subject) == "draining":
        raise NotApplicable("its region is being drained, which is just that no name leads to it")
    records = latency_records(subject.stack)
    sets = {one.name for one in records if any(target.type == subject.type for target in one.targets)}
    own = {one.name for one in records if any(target.urn == subject.urn for target in one.targets)}
    if not own:
        yield wrong("", "a latency record that leads to it")
    elif own != sets:
        yield wrong("", "a latency record in the same set as its like in other regions")


RULE = Rule(
    id="route53-region-answers",
    on=(BALANCER, API_DOMAIN),
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A region that no name leads to costs money and serves nobody, least of all when another fails",
    mend="Add a latency record of the region to the set of names that leads to the others",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BALANCER, name="near"),
            Declared(type=BALANCER, name="far", region="us-east-1"),
            Declared(type=RECORD, name="to-near", props=record("near", "eu-west-2"), links={"records": ["near"]}),
            Declared(type=RECORD, name="to-far", props=record("far", "us-east-1"), links={"records": ["far"]}),
        ],
        refused=Change("name", "elsewhere.example.com", on="to-far"),
        unknown=Change("name", None, on="to-far"),
        absent=Absent(Drop("to-far"), Verdict.REFUSED, "nothing leads to a load balancer by itself"),
        not_applicable=[
            Declared(type=BALANCER, name="inside", props={"internal": True}),
            Declared(type=REGION, name="emptied", props={"state": "draining"}),
            Declared(type=BALANCER, name="left", parent="emptied"),
        ],
        also_refused=[Unlink("records", on="to-far"), Link("records", ["near"], on="to-far")],
    ),
    breaks=[
        Break(on=RECORD, path="", where=lambda props: "latencyRoutingPolicies" in props),
        Break(
            on=RECORD, path="name", value="elsewhere.example.com",
            where=lambda props: "latencyRoutingPolicies" in props,
        ),
    ],
)  # fmt: skip
