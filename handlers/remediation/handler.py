"""Answers findings of GuardDuty and Security Hub: remedies what has a safe remedy and tells people in any case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from handlers.common import log
from handlers.common.aws import AwsFailure, Sns, client
from handlers.remediation.env import Env
from handlers.remediation.logic import Finding, findings
from handlers.remediation.remedies import Remedies


class RemedyFailedError(Exception):
    """A remedy could not be applied; people have been told, and the event is to be tried again."""


class Responder:
    def __init__(self, remedies: Remedies, sns: Sns, topic: str) -> None:
        self._remedies: Remedies = remedies
        self._sns: Sns = sns
        self._topic: str = topic

    def respond(self, event: Mapping[str, object]) -> list[str]:
        """One finding's failure does not keep the others from their remedy."""
        answered = [self._answer(finding) for finding in findings(event)]
        failed = [outcome for outcome, well in answered if not well]
        if failed:
            raise RemedyFailedError("; ".join(failed))
        return [outcome for outcome, _ in answered]

    def _answer(self, finding: Finding) -> tuple[str, bool]:
        try:
            outcome, well = "; ".join(self._remedies.apply(finding)), True
        except AwsFailure as failure:
            outcome, well = f"the remedy FAILED and a person must act: {failure}", False
        log.info("answered a finding", finding=finding.id, type=finding.type, outcome=outcome, well=well)
        self._sns.publish(
            TopicArn=self._topic,
            Subject=f"Security finding {finding.type}"[:100],
            Message=f"{finding.type}\n{outcome}\nFinding {finding.id}",
        )
        return outcome, well


@cache
def wired() -> Responder:
    remedies = Remedies(client("autoscaling"), client("s3"), client("iam"))
    return Responder(remedies, client("sns"), Env.read().alert_topic_arn)


def handle(event: Mapping[str, object], _context: object) -> dict[str, object]:
    return {"outcomes": wired().respond(event)}
