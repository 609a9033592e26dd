"""Has the policy pack judge a recorded graph: the real process, spoken to as the engine speaks to it."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy import undecided
from policy.pack import PACK_FOLDER
from policy.rule import WHOLE_STACK, Rule
from policy.text import CANNOT_RUN, LeftAlone, Undecided
from policy.text import read as read_text
from policy.undecided import Allowance
from preview import requests
from preview.graph import STACK_TYPE, Graph

MESSAGE_BYTES = 400 * 1024 * 1024
"""The pack's own limit."""

START_SECONDS = 60
IN_FLIGHT = 50
ADVISORY = "the rule is advisory in this stack"
SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}
LEVELS = {0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A complaint, or a note of the pack about itself."""

    rule: str
    severity: str
    level: str
    urn: str
    """Empty for the stack as a whole."""

    message: str
    source: str | None = None
    """Where the resource is created, `components/storage.py:80`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A subject that a rule could not judge."""

    rule: str
    urn: str
    type: str
    path: str
    allowed: str | None
    """The reason why it may stay open; None where nobody has allowed it."""


@dataclass(kw_only=True, slots=True)
class Verdicts:
    """All that the pack said."""

    rules: dict[str, Any]
    """Rule id → the protocol's PolicyInfo."""

    findings: list[Finding] = field(default_factory=list[Finding])
    open: list[Open] = field(default_factory=list[Open])
    decided: Counter[str] = field(default_factory=Counter[str])
    left_alone: Counter[str] = field(default_factory=Counter[str])
    remediated: Counter[str] = field(default_factory=Counter[str])
    unused_allowances: list[str] = field(default_factory=list[str])

    @property
    def failed(self) -> bool:
        """Whether anything mandatory is broken, or undecided without leave."""
        return any(one.level == "mandatory" for one in self.findings) or any(not one.allowed for one in self.open)


def judge(graph: Graph, rules: list[Rule]) -> Verdicts:
    """What the pack says of a graph; RuntimeError with the pack's own words when it does not start or breaks."""
    with _pack(graph) as analyzer:
        return _Judging(analyzer, graph, {rule.id: rule for rule in rules}).verdicts()


class _Judging:
    """One conversation with the pack."""

    def __init__(self, analyzer: Any, graph: Graph, rules: dict[str, Rule]) -> None:
        self._analyzer, self._graph, self._rules = analyzer, graph, rules
        self._nodes = {node.urn: node for node in graph}
        self._allowances = _allowances(rules)
        self._used: set[Allowance] = set()

    def verdicts(self) -> Verdicts:
        info = self._prepared()
        made = Verdicts(rules={one.name: one for one in info.policies})
        about = requests.about_resources(self._graph)
        mendable = {token for rule in self._rules.values() if rule.remedy for token in rule.types}
        for request, answer in _answered(self._analyzer.Remediate, [one for one in about if one.type in mendable]):
            self._remediated(request, answer, made)
        for request, answer in _answered(self._analyzer.Analyze, about):
            self._take(answer, made, request.urn)
        self._take(self._analyzer.AnalyzeStack(requests.about_stack(self._graph)), made, "")
        self._count(made)
        made.unused_allowances = [
            f"{one.rule} on {one.type} at {one.path}" for one in self._allowances if one not in self._used
        ]
        return made

    def _prepared(self) -> Any:
        """The calls that come before the first resource; a Python pack answers no handshake."""
        stack, project = self._graph.stack, self._graph.project
        self._analyzer.ConfigureStack(
            proto.AnalyzerStackConfigureRequest(stack=stack, project=project, organization="organization", dry_run=True)
        )
        info = self._analyzer.GetAnalyzerInfo(empty_pb2.Empty())
        levels = {one.name: proto.PolicyConfig(enforcementLevel=one.enforcementLevel) for one in info.policies}
        self._analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=levels))
        return info

    def _remediated(self, request: Any, response: Any, made: Verdicts) -> None:
        for remediation in response.remediations:
            made.remediated[remediation.policyName] += 1
            request.properties.CopyFrom(remediation.properties)

    def _take(self, response: Any, made: Verdicts, urn: str) -> None:
        for said in response.diagnostics:
            rule = made.rules[said.policyName]
            if said.message.startswith(CANNOT_RUN):
                self._undecided(said, rule, made, urn)
            else:
                made.findings.append(self._finding(said, rule, urn or said.urn))
        for said in response.not_applicable:
            _, left_alone = read_text(said.reason)
            made.left_alone[said.policy_name] += len(left_alone) if left_alone or not urn else 1

    def _undecided(self, said: Any, rule: Any, made: Verdicts, urn: str) -> None:
        if urn:
            path = said.message.rpartition(" value at .")[2].partition(" can't be known")[0]
            met, left_alone = [Undecided(urn, path)], list[LeftAlone]()
        else:
            met, left_alone = read_text(said.message)
        made.left_alone[rule.name] += len(left_alone)
        for one in met:
            type_ = one.urn.split("::")[2].rpartition("$")[2] if "::" in one.urn else WHOLE_STACK
            reason = self._allowed(rule.name, type_, one.path)
            if rule.enforcementLevel == proto.ADVISORY:
                reason = reason or ADVISORY
            made.open.append(Open(rule=rule.name, urn=one.urn, type=type_, path=one.path, allowed=reason))

    def _allowed(self, rule: str, type_: str, path: str) -> str | None:
        """Why a rule may leave a path of a type open; remembers that it did."""
        for one in self._allowances:
            if (one.rule, one.type, one.path) == (rule, type_, path):
                self._used.add(one)
                return one.reason
        return None

    def _finding(self, said: Any, rule: Any, urn: str) -> Finding:
        node = self._nodes.get(urn)
        return Finding(
            rule=rule.name,
            severity=SEVERITIES.get(said.severity, "medium"),
            level=LEVELS[said.enforcementLevel],
            urn=urn,
            message=said.message.removeprefix(said.description).strip(),
            source=node.source if node else None,
        )

    def _count(self, made: Verdicts) -> None:
        """What was decided is what a rule is about, less what it left alone or could not judge."""
        types = Counter({STACK_TYPE: 1})
        types.update(node.type for node in self._graph)
        still_open = Counter(one.rule for one in made.open)
        for name, rule in self._rules.items():
            subjects = 1 if rule.on == WHOLE_STACK else sum(types[token] for token in rule.types)
            made.decided[name] = subjects - still_open[name] - made.left_alone[name]


def _answered(call: Any, about: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Requests with their answers, some in flight at a time: a server cancels calls when it is given all at once."""
    for start in range(0, len(about), IN_FLIGHT):
        batch = [(one, call.future(one)) for one in about[start : start + IN_FLIGHT]]
        for request, answer in batch:
            yield request, answer.result()


@contextmanager
def _pack(graph: Graph) -> Generator[Any]:
    """The pack in a process of its own, as the engine starts it, and a channel to it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "."],
        cwd=PACK_FOLDER,
        env={
            **os.environ,
            "PULUMI_PROJECT": graph.project,
            "PULUMI_STACK": graph.stack,
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_DRY_RUN": "true",
            "PULUMI_CONFIG": json.dumps({}),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None  # noqa: S101 - a pipe
    assert process.stderr is not None  # noqa: S101 - a pipe
    said: list[bytes] = []
    threading.Thread(target=_drain, args=(process.stderr, said), daemon=True).start()
    try:
        port = process.stdout.readline().strip()
        if not port.isdigit():
            process.wait(START_SECONDS)
            raise RuntimeError(f"the policy pack did not start:\n{b''.join(said).decode(errors='replace')}")
        threading.Thread(target=_drain, args=(process.stdout, said), daemon=True).start()
        options = [("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)]
        with grpc.insecure_channel(f"127.0.0.1:{int(port)}", options=options) as channel:
            try:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
            except grpc.RpcError as error:
                raise RuntimeError(
                    f"the policy pack broke: {error}\n{b''.join(said).decode(errors='replace')}"
                ) from None
    finally:
        process.terminate()
        process.wait()


def _drain(stream: IO[bytes], into: list[bytes]) -> None:
    into.extend(stream)


def _allowances(rules: Iterable[str]) -> list[Allowance]:
    """What may stay open; RuntimeError with every fault of the file."""
    entries, faults = undecided.read(rules)
    if faults:
        raise RuntimeError("\n".join(faults))
    return entries
