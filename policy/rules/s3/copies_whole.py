"""Where a bucket is copied, all of it arrives: versions at both ends, a key at the far end, nothing left out."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, of_bucket
from policy.subject import Subject
from policy.values import get, truth
from policy.views.buckets import BUCKET, BUCKETS, COPYING, VERSIONING, copy_rules, inner, places, versioned
from policy.views.keys import KEY, keys
from policy.views.stated import states

TYPE = COPYING.types[0]
CIPHERED = "sourceSelectionCriteria.sseKmsEncryptedObjects"
FAR_KEY = "destination.encryptionConfiguration.replicaKmsKeyId"


def check(subject: Subject) -> Iterator[Complaint]:
    found = places(subject, COPYING)
    if not found:
        raise NotApplicable("it is not copied")
    for place in found:
        ends = [one for one in place.links(*BUCKETS) if one.region != subject.region]
        for end in [subject, *ends]:
            if not any(versioned(one) for one in places(end, VERSIONING)):
                yield wrong("versioning", "Enabled, at both ends of a replication", at=end)
        if {end.region for end in ends} - {key.region for key in keys(place.at, place.prop)}:
            yield wrong(place.path, "a key of each destination's own region", at=place.at)
        for position, rule in enumerate(copy_rules(place)):
            yield from _rule(f"{place.path}[{position}]", rule, place.at)


def _rule(path: str, rule: object, at: Subject) -> Iterator[Complaint]:
    ciphered = list(inner(rule, *CIPHERED.split(".")))
    if not any(get(one, "status") == "Enabled" or truth(get(one, "enabled")) for one in ciphered):
        yield wrong(f"{path}.{CIPHERED}.status", "Enabled", at=at)
    ends = list(inner(rule, "destination"))
    named = [states(one, "replicaKmsKeyId") for end in ends for one in (end, *inner(end, "encryptionConfiguration"))]
    if not any(named):
        yield wrong(f"{path}.{FAR_KEY}", "the key of the destination's region", at=at)


COPY = {
    "id": "far",
    "status": "Enabled",
    "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
    "destination": {"encryptionConfiguration": {"replicaKmsKeyId": "key"}},
}
LINKS = {"bucket": ["models"], "rules": ["far", "far-key"]}
ON = {"status": "Enabled"}

RULE = Rule(
    id="s3-copies-whole",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Objects under a KMS key, or under a key that the other region does not have, are silently not copied",
    mend="Version both buckets, select KMS-encrypted objects, and name the destination region's key as replica key",
    check=check,
    examples=Examples(
        accepted=[
            MODELS,
            Declared(type=BUCKET, name="far", region="us-east-2"),
            Declared(type=KEY, name="far-key", region="us-east-2"),
            Declared(type=KEY, name="key"),
            of_bucket(VERSIONING.types[0], "versions", versioningConfiguration=ON),
            of_bucket(VERSIONING.types[0], "far-versions", bucket="far", versioningConfiguration=ON),
            Declared(type=TYPE, name="copies", props={"rules": [COPY]}, links=LINKS),
        ],
        refused=Change(f"rules[0].{CIPHERED}.status", "Disabled", on="copies"),
        unknown=Change(f"rules[0].{CIPHERED}.status", None, on="copies"),
        absent=Absent(Remove(f"rules[0].{CIPHERED}", on="copies"), Verdict.REFUSED, "S3 leaves them out"),
        not_applicable=[MODELS],
        also_refused=[
            Drop("versions"), Drop("far-versions"), Remove(f"rules[0].{FAR_KEY}", on="copies"),
            Link("rules", ["far", "key"], on="copies"),
        ],
    ),
    breaks=[
        Break(on=TYPE, path=f"rules[*].{CIPHERED}.status", value="Disabled"),
        Break(on=TYPE, path=f"rules[*].{FAR_KEY}", value=None),
    ],
)  # fmt: skip
