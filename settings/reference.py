"""`python -m settings.reference [--check]`: writes what the models say about the configuration for editors and people.

`stack.schema.json` lets an editor complete and check a `Pulumi.<stack>.yaml`; `docs/configuration.md` lists every
key. Both follow from the models, so that there is one place to change.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from settings.platform import Settings
from settings.problem import NAMESPACE
from settings.region import RegionDefaults

ROOT = Path(__file__).resolve().parent.parent
SCHEMA_FILE = ROOT / "stack.schema.json"
PAGE_FILE = ROOT / "docs" / "configuration.md"

Schema = dict[str, Any]

_INTRODUCTION = f"""\
# Configuration

Written by `make schema` from the models in `settings/`; edit those.

A stack is described by `Pulumi.<stack>.yaml`. Its keys stand under `config` in the namespace `{NAMESPACE}:`; only
`domain`, `account.id` and `regions` must be given, all else has a default that suits production. Whatever is wrong
is reported at once, before anything is created.
"""
_REGION_NOTE = (
    "Each region may also hold any group of `region_defaults`: what it states overrides the defaults, key by key."
)


def main(arguments: list[str] | None = None) -> int:
    """Write both files, or with `--check` say which of them is out of step."""
    parser = argparse.ArgumentParser(prog="settings.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    check: bool = parser.parse_args(arguments).check
    stale = [path for path, text in generated().items() if not path.is_file() or path.read_text("utf-8") != text]
    if check:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of step with the models; run `make schema`\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(generated()[path], "utf-8")
    return 0


def generated() -> dict[Path, str]:
    """What each file must hold."""
    return {SCHEMA_FILE: json.dumps(stack_schema(), indent=2, ensure_ascii=False) + "\n", PAGE_FILE: page()}


def stack_schema() -> Schema:
    """The JSON Schema of a `Pulumi.<stack>.yaml`."""
    model = _settings_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of the platform",
        "description": "Pulumi.<stack>.yaml",
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        "properties": {
            "config": {
                "type": "object",
                "description": "The stack's configuration.",
                "required": [f"{NAMESPACE}:{key}" for key in model["required"]],
                "properties": {f"{NAMESPACE}:{key}": value for key, value in model["properties"].items()},
                "patternProperties": {"^(pulumi|aws|awsx):": {"description": "Settings of Pulumi and its providers."}},
                "additionalProperties": False,
            },
            "secretsprovider": {"type": "string", "description": "What encrypts the stack's secrets."},
            "encryptionsalt": {"type": "string", "description": "Salt of a passphrase, written by Pulumi."},
            "encryptedkey": {"type": "string", "description": "Encrypted data key, written by Pulumi."},
        },
        "$defs": model["$defs"],
    }


def _settings_schema() -> Schema:
    return _tidied(Settings.model_json_schema())


def _tidied(schema: Any) -> Any:
    """Without titles that repeat the key, and without defaults that repeat a whole group."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    node: Schema = schema  # pyright: ignore[reportUnknownVariableType]
    tidied = {key: _tidied(value) for key, value in node.items() if key != "title" or not isinstance(value, str)}
    if isinstance(node.get("default"), dict) and "$ref" in node:
        del tidied["default"]
    return tidied


# --- the page -------------------------------------------------------------------------------------------------


def page() -> str:
    """The reference page."""
    model = _settings_schema()
    definitions: Schema = model["$defs"]
    top = [(key, value) for key, value in model["properties"].items() if not _group(value, definitions)]
    parts = [_INTRODUCTION, _table([(key, value, key in model["required"]) for key, value in top])]
    for key, value in model["properties"].items():
        if group := _group(value, definitions):
            parts += _chapter(key, group, _sentence(value, group), definitions, skip=())
        elif key == "regions":
            shared = tuple(RegionDefaults.model_fields)
            parts += _chapter("regions[]", definitions["RegionSettings"], _REGION_NOTE, definitions, skip=shared)
    return "\n".join(parts)


def _chapter(path: str, group: Schema, says: str, definitions: Schema, *, skip: tuple[str, ...]) -> Iterator[str]:
    """A heading and a table for a group of keys, and the same for the groups in it."""
    fields: Schema = {key: value for key, value in group["properties"].items() if key not in skip}
    nested = {key: found for key, value in fields.items() if (found := _group(value, definitions))}
    rows = [(key, value, key in group.get("required", [])) for key, value in fields.items() if key not in nested]
    yield f"## {path}\n" if "." not in path else f"### {path}\n"
    yield f"{says}\n"
    if rows:
        yield _table([(f"{path}.{key}", value, required) for key, value, required in rows])
    for key, inner in nested.items():
        yield from _chapter(f"{path}.{key}", inner, _sentence(fields[key], inner), definitions, skip=())


def _sentence(field: Schema, group: Schema) -> str:
    return str(field.get("description") or group["description"])


def _group(field: Schema, definitions: Schema) -> Schema | None:
    """The group of keys that a field holds, also where it may be null instead."""
    for choice in [field, *field.get("anyOf", [])]:
        found: Schema | None = definitions.get(str(choice.get("$ref", "")).rpartition("/")[2])
        if found and "properties" in found:
            return found
    return None


def _table(rows: list[tuple[str, Schema, bool]]) -> str:
    lines = ["| key | what it takes | default | meaning |", "|---|---|---|---|"]
    for path, field, required in rows:
        default = "required" if required else f"`{json.dumps(field['default'], ensure_ascii=False)}`"
        cells = [f"`{path}`", _takes(field), default, field["description"]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _takes(field: Schema) -> str:
    """Type, choices and bounds of a value, in words."""
    if "anyOf" in field:
        return " or ".join(_takes(choice) for choice in field["anyOf"])
    if "enum" in field or "const" in field:
        return ", ".join(f"`{choice}`" for choice in field.get("enum", [field.get("const")]))
    return _WORDS[field.get("type", "group")](field)


def _list(field: Schema) -> str:
    least = f", at least {field['minItems']}" if "minItems" in field else ""
    return f"list of {_takes(field['items'])}{least}"


def _map(field: Schema) -> str:
    (pattern, value), *_ = field["patternProperties"].items()
    return f"map of text matching `{pattern}` to {_takes(value)}"


def _text(field: Schema) -> str:
    if field.get("format") in _FORMATS:
        return _FORMATS[field["format"]]
    return f"text matching `{field['pattern']}`" if "pattern" in field else "text"


def _bounds(field: Schema) -> str:
    low = f"from {field['minimum']}" if "minimum" in field else ""
    above = f"over {field['exclusiveMinimum']}" if "exclusiveMinimum" in field else ""
    high = f"to {field['maximum']}" if "maximum" in field else ""
    step = f"in steps of {field['multipleOf']}" if "multipleOf" in field else ""
    return " ".join(filter(None, [low, above, high, step]))


_FORMATS = {"email": "email address", "hostname": "domain name", "ipv4network": "IPv4 address block"}

_WORDS: dict[str, Callable[[Schema], str]] = {
    "array": _list,
    "boolean": lambda _: "`true`, `false`",
    "group": lambda _: "a group of keys",
    "integer": lambda field: f"whole number {_bounds(field)}".rstrip(),
    "null": lambda _: "`null`",
    "number": lambda field: f"number {_bounds(field)}".rstrip(),
    "object": _map,
    "string": _text,
}


if __name__ == "__main__":
    sys.exit(main())
