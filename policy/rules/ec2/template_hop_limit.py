"""What runs inside an instance's containers does not reach its metadata."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import TEMPLATE, TEMPLATE_PROPS
from policy.subject import Subject
from policy.values import get


def check(subject: Subject) -> Iterator[Complaint]:
    options = get(subject.props, "metadataOptions", {})
    limit = get(options, "httpPutResponseHopLimit")
    if get(options, "httpEndpoint") != "disabled" and (limit is None or limit > 1):
        yield wrong("metadataOptions.httpPutResponseHopLimit", "1", found=limit)


RULE = Rule(
    id="ec2-template-hop-limit",
    on=TEMPLATE,
    severity=Severity.HIGH,
    controls=("AutoScaling.4",),
    why="With more hops the answer leaves the instance, through a container or a proxy on it",
    mend="Set httpPutResponseHopLimit to 1",
    check=check,
    examples=Examples(
        accepted=one(TEMPLATE, **TEMPLATE_PROPS),
        refused=Change("metadataOptions.httpPutResponseHopLimit", 2),
        unknown=Change("metadataOptions.httpPutResponseHopLimit", None),
        absent=Absent(
            Remove("metadataOptions.httpPutResponseHopLimit"),
            Verdict.REFUSED,
            "images made for IMDSv2, Amazon Linux 2023 among them, set 2 where a template says nothing",
        ),
        stronger=[Change("metadataOptions", {"httpEndpoint": "disabled"})],
    ),
)
