"""The pack's verdicts as JUnit: a test case a rule."""

from collections import Counter
from xml.etree import ElementTree as Xml

from preview.policies import Verdicts


def text(verdicts: Verdicts, stack: str) -> str:
    """The XML: complaints of a mandatory rule are failures, an undecided rule without leave is an error."""
    suite = Xml.Element("testsuite", {"name": f"policies of {stack}"})
    outcomes: Counter[str] = Counter()
    for rule, info in sorted(verdicts.rules.items()):
        case = Xml.SubElement(suite, "testcase", {"classname": f"policies.{stack}", "name": rule})
        complaints = [one for one in verdicts.findings if one.rule == rule and one.level == "mandatory"]
        undecided = [one for one in verdicts.open if one.rule == rule and not one.allowed]
        if complaints:
            _add(case, "failure", info.description, [f"{one.urn}: {one.message}" for one in complaints])
        elif undecided:
            _add(case, "error", "undecided at preview", [f"{one.urn} at {one.path}" for one in undecided])
        elif rule in verdicts.decided and not verdicts.decided[rule]:
            _add(case, "skipped", "this stack has nothing that the rule is about", [])
        outcomes.update([case[0].tag] if len(case) else ["passed"])
    counts = {"tests": sum(outcomes.values()), "failures": outcomes["failure"], "errors": outcomes["error"]}
    suite.attrib.update({key: str(value) for key, value in {**counts, "skipped": outcomes["skipped"]}.items()})
    Xml.indent(suite)
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _add(case: Xml.Element, tag: str, message: str, lines: list[str]) -> None:
    Xml.SubElement(case, tag, {"message": message}).text = "\n".join(lines) or None
