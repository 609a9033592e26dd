"""Images are shared with nobody."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.imagebuilder._examples import DISTRIBUTION
from policy.subject import Subject
from policy.values import each, get

SHAPE = "amiDistributionConfiguration"


def check(subject: Subject) -> Iterator[Complaint]:
    for position, place in each(subject.props, "distributions"):
        for sharing in ("launchPermission", "targetAccountIds"):
            if get(place, f"{SHAPE}.{sharing}"):
                yield wrong(f"distributions[{position}].{SHAPE}.{sharing}", "nobody but our own account")


PERMISSION = f"distributions[0].{SHAPE}.launchPermission"
EVERYBODY = {"userGroups": ["all"]}

RULE = Rule(
    id="imagebuilder-images-private",
    on=DISTRIBUTION,
    severity=Severity.HIGH,
    why="Whoever may launch an image reads all that is in it",
    mend="Take launch permissions and target accounts out of the distribution",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, distributions=[{"region": "eu-west-2", SHAPE: {"name": "web-{{ buildDate }}"}}]),
        refused=Change(PERMISSION, EVERYBODY),
        also_refused=[Change(f"distributions[0].{SHAPE}.targetAccountIds", ["999999999999"])],
        unknown=Change(PERMISSION, None),
        absent=Absent(
            Remove(f"distributions[0].{SHAPE}"), Verdict.ACCEPTED, "an image is its account's own by default"
        ),
    ),
    breaks=[Break(on=DISTRIBUTION, path=PERMISSION, value=EVERYBODY)],
)
