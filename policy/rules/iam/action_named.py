"""Identity policies name their actions."""

from collections.abc import Iterator

from policy.examples import Change, Examples
from policy.rule import Break, Complaint, Rule, Setting, Severity, wrong
from policy.rules.iam._examples import READS, policy
from policy.subject import Subject
from policy.views.actions import covered, names_wildcard
from policy.views.roles import HOLDERS, ROLE_POLICY, judged

ACTION = "policy::Statement[0].Action[0]"


def check(subject: Subject) -> Iterator[Complaint]:
    bound = int(subject.settings["actions"])
    for path, statement in judged(subject):
        if not statement.allows:
            continue
        if statement.not_actions:
            yield wrong(f"{path}.NotAction", "Action, which names what is allowed")
        for action in statement.actions:
            if _too_wide(action, bound):
                expected = f"actions by name; a wildcard stands for at most {bound} of one service"
                yield wrong(f"{path}.Action", expected, found=len(covered(action)))


def _too_wide(action: str, bound: int) -> bool:
    service, _, name = action.partition(":")
    if not names_wildcard(action):
        return False
    return names_wildcard(service) or not name.strip("*?") or len(covered(action)) > bound


RULE = Rule(
    id="iam-action-named",
    on=HOLDERS,
    severity=Severity.HIGH,
    controls=("IAM.1", "IAM.21"),
    why="A wildcard allows what nobody thought of, and what AWS adds next year",
    mend="List the actions that the identity calls",
    check=check,
    examples=Examples(
        accepted=policy(READS),
        refused=Change(ACTION, "s3:*"),
        unknown=Change("policy", None),
        absent=None,
        stronger=[Change(ACTION, "s3:GetObject*")],
        also_refused=[
            Change(ACTION, "*"),
            Change(ACTION, "S3:?*"),
            Change("policy::Statement[0].Action", "s3:Get*"),
            Change("policy::Statement", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        ],
    ),
    breaks=[
        Break(on=ROLE_POLICY, path="policy::Statement[*].Action[*]", value="s3:*"),
        Break(on=ROLE_POLICY, path="policy::Statement[*].Action", value="logs:Get*"),
    ],
    settings={"actions": Setting(says="Actions that one wildcard may stand for", default=16, minimum=1, maximum=40)},
)
