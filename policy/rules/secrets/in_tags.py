"""No secret shows in tags."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.tags._tags import TAGGABLE, default_tags, own_tags
from policy.subject import Subject
from policy.views.payloads import lines, secrets_in

TABLE = "aws:dynamodb/table:Table"


def check(subject: Subject) -> Iterator[Complaint]:
    kinds = {
        kind for tags in (default_tags(subject), own_tags(subject)) for line in lines(tags) for kind in secrets_in(line)
    }
    for kind in sorted(kinds):
        yield wrong("tags", f"no secret; what shows there is {kind}")


KEY = "AKIA" + "QWERTYUIOPASDF23"

RULE = Rule(
    id="secrets-in-tags",
    on=TAGGABLE,
    severity=Severity.CRITICAL,
    why="Tags are in every list of resources, in the bill and in exports of both",
    mend="Take the secret out of the tag, and change it: it has been seen",
    check=check,
    examples=Examples(
        accepted=one(TABLE, name="carts", tags={"owner": "platform-team"}),
        refused=Change("tags.owner", KEY),
        unknown=Change("tags.owner", None),
        absent=Absent(Remove("tags"), Verdict.ACCEPTED, "a resource without tags shows nothing"),
        also_refused=[Change("tags.db-password", "correct-horse-battery")],
    ),
    breaks=[Break(on=TABLE, path="tags.key", value=KEY, where=lambda inputs: "tags" in inputs)],
)
