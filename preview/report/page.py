"""Writes the report as one HTML file that needs nothing else: no network, no server, no other file."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from preview.promises.figure import Kind
from preview.promises.promise import Verdict

Entry = dict[str, Any]

FOLDER = Path(__file__).with_name("page")
LIBRARIES = FOLDER / "libraries"
FILE = "report.html"
BILL = "cost_reduction_percent"
"""The promise whose exhibits are the bill."""

MODULES = (
    "dom",
    "numbers",
    "theme",
    "marks",
    "tables",
    "drawing",
    "chart",
    "world",
    "exhibits",
    "derivation",
    "promises",
    "placing",
    "selection",
    "sheet",
    "architecture",
    "policies",
    "sources",
    "main",
)
"""The page's own scripts, each after what it imports."""

SIGNS = {
    Verdict.BROKEN.value: {"style": "broken", "icon": "broken", "rank": 0},
    Verdict.NOT_ACHIEVABLE.value: {"style": "limited", "icon": "limited", "rank": 1},
    Verdict.KEPT.value: {"style": "kept", "icon": "kept", "rank": 2},
    Verdict.NOT_PROMISED.value: {"style": "none", "icon": "none", "rank": 3},
}

MEANINGS = (
    (Verdict.KEPT.value, "The declared settings give at least what was promised."),
    (Verdict.BROKEN.value, "They do not, or declare too little to tell. The preview fails."),
    (
        Verdict.NOT_ACHIEVABLE.value,
        "AWS supports no settings that keep it as it was stated; what the owners accepted in its place is reached.",
    ),
    (Verdict.NOT_PROMISED.value, "Computed, but the owners of this stack were told nothing."),
    (Kind.BOUND.value, "It gets no worse than this."),
    (Kind.MEDIAN.value, "Half of all cases are better."),
    (Kind.ESTIMATE.value, "The likeliest value under the assumptions that the derivation names."),
)

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|const|class) (\w+)", re.MULTILINE)


def write(report: Entry, folder: Path) -> Path:
    """Write `report.html` into a folder, which is made where it is missing; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(text(report), encoding="utf-8")
    return path


def text(report: Entry) -> str:
    """The whole page, from what `preview.report.described` gives."""
    style, scripts = _style(), [*_libraries(), _own_script()]
    galleries = _galleries(report)
    return _template().render(
        report=report,
        headline=headline(report),
        lead=_lead(report),
        policies_lead=_policies_lead(report),
        galleries=galleries,
        signs=SIGNS,
        meanings=MEANINGS,
        libraries=", ".join(_library_names()),
        policy=_content_policy(style, scripts),
        style=Markup(style),  # noqa: S704 - the project's own file
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - the project's own files
        data=_data(report),
    )


def headline(report: Entry) -> str:
    """How the stack stands, in one sentence."""
    counts: dict[str, int] = report["verdicts"]
    promised = sum(counts.values()) - counts[Verdict.NOT_PROMISED.value]
    broken, limited = counts[Verdict.BROKEN.value], counts[Verdict.NOT_ACHIEVABLE.value]
    if not promised:
        return "Nothing was promised"
    if broken:
        return f"{broken} of {_number(promised, 'promise')} {_is(broken)} broken"
    if limited:
        return f"{promised - limited} of {_number(promised, 'promise')} are kept, {limited} as far as AWS supports it"
    return f"All {promised} promises are kept" if promised > 1 else "The one promise is kept"


def _lead(report: Entry) -> str:
    counts: dict[str, int] = report["verdicts"]
    kept, limited = counts[Verdict.KEPT.value], counts[Verdict.NOT_ACHIEVABLE.value]
    others = [f"{kept} {_is(kept)} kept"] if kept else []
    if limited:
        others.append(f"{limited} {_is(limited)} reached as far as AWS supports it, which the owners accepted")
    regions = len(report["architecture"]["regions"])
    return (f"{' and '.join(others)}. " if others and counts[Verdict.BROKEN.value] else "") + (
        f"Computed from the {len(report['resources']):,} resources that {report['project']}/{report['stack']} declares "
        f"in {_number(regions, 'region')}, before anything is deployed."
    )


def _policies_lead(report: Entry) -> str:
    if report["policies"] is None:
        return ""
    counts: dict[str, int] = report["policies"]["counts"]
    return (
        f"{_number(counts['rules'], 'rule')} decided {_number(counts['decided'], 'case')} and left "
        f"{counts['not_applicable']:,} alone: {_number(counts['complaints'], 'complaint')}, "
        f"{counts['undecided']:,} undecided, {_number(counts['exemptions'], 'exemption')}."
    )


def _number(count: int, word: str) -> str:
    many = f"{count:,}" if count else "no"
    return f"1 {word}" if count == 1 else f"{many} {word}s"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _galleries(report: Entry) -> Entry:
    """Which exhibits stand in which section: maps, charts by promise, and the bill, which stays together."""
    drawn: dict[str, str] = {id_: exhibit["is"] for id_, exhibit in report["exhibits"].items()}
    others = [one for one in report["judgements"] if one["id"] != BILL]
    charts = [(one["id"], one["title"], [id_ for id_ in one["exhibits"] if drawn[id_] == "chart"]) for one in others]
    return {
        "maps": [id_ for one in others for id_ in one["exhibits"] if drawn[id_] == "map"],
        "charts": [(promise, title, exhibits) for promise, title, exhibits in charts if exhibits],
        "bill": [id_ for one in report["judgements"] if one["id"] == BILL for id_ in one["exhibits"]],
    }


def _expectation(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return f"{value:,}" if isinstance(value, int | float) else str(value)


# --- what the page is made of -----------------------------------------------------------------------------------------


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["expectation"] = _expectation
    return environment.get_template("template.html")


@cache
def _style() -> str:
    return (FOLDER / "style.css").read_text("utf-8")


@cache
def _own_script() -> str:
    """The page's modules as one script: each in a scope of its own, with what it exports as its value."""
    return '"use strict";\n' + "".join(
        _linked(name, (FOLDER / "js" / f"{name}.js").read_text("utf-8")) for name in MODULES
    )


def _linked(name: str, source: str) -> str:
    exports = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub(lambda found: found.group().removeprefix("export "), _IMPORT.sub(r"const {\1} = $\2;", source))
    return f"const ${name} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


@cache
def _libraries() -> tuple[str, ...]:
    return tuple((LIBRARIES / library["file"]).read_text("utf-8") for library in manifest())


def _library_names() -> Iterator[str]:
    for library in manifest():
        first = library["packages"][0]
        yield f"{first['name']} {first['version']} ({first['licence']})"


@cache
def manifest() -> list[Entry]:
    """The libraries that the page carries: file, digest, and the packages in it with versions and licences."""
    return json.loads((LIBRARIES / "manifest.json").read_text("utf-8"))


def _content_policy(style: str, scripts: list[str]) -> str:
    """Only what stands in the page may run or style it, and nothing may be fetched."""
    allowed = " ".join(_digest(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _data(report: Entry) -> str:
    """The report as JSON, compressed to a seventh of its size and written in letters that can be no markup."""
    written = json.dumps(report, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(written.encode(), level=6)).decode()
