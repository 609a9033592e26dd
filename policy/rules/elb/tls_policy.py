"""Listeners agree on TLS 1.2 with forward secrecy, or better."""

import re
from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.elb._examples import LISTENER
from policy.subject import Subject
from policy.values import get

POLICY = re.compile(r"ELBSecurityPolicy-(?:TLS13-1-|FS-1-|TLS-1-)(?P<minor>\d)-(?P<rest>.+)")
"""AWS's names state the oldest version of TLS; `Ext` adds ciphers without forward secrecy, as does plain `TLS-1-`."""


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, "protocol") not in {"HTTPS", "TLS"}:
        raise NotApplicable("it is no listener of TLS")
    name = get(subject.props, "sslPolicy")
    found = POLICY.fullmatch(str(name))
    if not found or int(found["minor"]) < 2 or found["rest"].startswith("Ext") or "-TLS-1-" in str(name):
        yield wrong("sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06, or one that is stricter", found=name)


RULE = Rule(
    id="elb-tls-policy",
    on=LISTENER,
    severity=Severity.MEDIUM,
    controls=("ELB.17",),
    why="Old versions and ciphers let recorded traffic be read as soon as the key is known, or broken outright",
    mend="Set sslPolicy to a policy of TLS 1.2 or 1.3 with forward secrecy",
    check=check,
    examples=Examples(
        accepted=one(LISTENER, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
        refused=Change("sslPolicy", "ELBSecurityPolicy-TLS13-1-1-2021-06"),
        also_refused=[
            Change("sslPolicy", f"ELBSecurityPolicy-{name}")
            for name in ("2016-08", "TLS13-1-2-Ext1-2021-06", "TLS-1-2-2017-01", "FS-1-1-2019-08")
        ],
        unknown=Change("sslPolicy", None),
        absent=Absent(
            Remove("sslPolicy"), Verdict.REFUSED, "the provider's default is ELBSecurityPolicy-2016-08: TLS 1.0"
        ),
        not_applicable=one(LISTENER, protocol="HTTP"),
        stronger=[
            Change("sslPolicy", f"ELBSecurityPolicy-{name}")
            for name in (
                "TLS13-1-3-2021-06",
                "TLS13-1-2-Res-PQ-2025-09",
                "TLS13-1-3-FIPS-2023-04",
                "FS-1-2-Res-2020-10",
            )
        ],
    ),
    breaks=[
        Break(on=LISTENER, path="sslPolicy", value="ELBSecurityPolicy-2016-08", where=lambda one: "sslPolicy" in one)
    ],
)
