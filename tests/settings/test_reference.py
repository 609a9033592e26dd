"""What editors and readers are told about the configuration follows from the models."""

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from settings import Settings
from settings.loading import load
from settings.reference import PAGE_FILE, ROOT, SCHEMA_FILE, generated, main, stack_schema
from tests.settings.samples import LONDON, OHIO, SOUND

STACKS = ("local", "prod", "staging")


@pytest.fixture(scope="module")
def complaints() -> Callable[[Any], list[Any]]:
    """Judges stack files as an editor would."""
    schema = stack_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator: Any = jsonschema.Draft202012Validator(schema)
    return lambda content: list(validator.iter_errors(content))


def stack_file(**changed: Any) -> dict[str, Any]:
    """A stack file with a sound configuration, some of its keys replaced."""
    return {"config": {f"storefront:{key}": value for key, value in {**SOUND, **changed}.items() if value is not None}}


@pytest.mark.parametrize("path", [SCHEMA_FILE, PAGE_FILE], ids=lambda path: path.name)
def test_committed_files_are_in_step(path: Any) -> None:
    assert path.read_text("utf-8") == generated()[path], f"run `make schema`: {path.name} does not follow the models"


def test_the_check_says_which_file_is_out_of_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("settings.reference.generated", lambda: {SCHEMA_FILE: "{}"})

    assert main(["--check"]) == 1, "a build must fail"
    assert "stack.schema.json is out of step" in capsys.readouterr().err, "and say what to do"
    assert SCHEMA_FILE.read_text("utf-8") != "{}", "a check writes nothing"


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        for annotation in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                yield from _models(annotation, seen)


@pytest.mark.parametrize("model", list(_models(Settings, set())), ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    bare = [key for key, field in model.model_fields.items() if not (field.description or "").endswith((".", ")"))]

    assert not bare, f"say in a sentence what these keys of {model.__name__} are for: {bare}"
    assert (model.__doc__ or "").strip(), "and what the group is for"


@pytest.mark.parametrize("model", list(_models(Settings, set())), ids=lambda model: model.__name__)
def test_every_key_is_on_the_page(model: type[BaseModel]) -> None:
    page = PAGE_FILE.read_text("utf-8")

    assert all(f"{key}`" in page or f".{key}\n" in page or f"## {key}" in page for key in model.model_fields), (
        f"the page must not skip keys of {model.__name__}"
    )


@pytest.mark.parametrize("stack", STACKS)
def test_stack_files_name_the_schema_and_obey_it(stack: str, complaints: Callable[[Any], list[Any]]) -> None:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8")

    assert text.startswith("# yaml-language-server: $schema=stack.schema.json\n"), "editors find the schema by it"
    assert not complaints(yaml.safe_load(text)), "an editor must not underline a sound file"


ACCEPTED: dict[str, dict[str, Any]] = {
    "the least": stack_file(),
    "a partial override in a region": stack_file(
        regions=[LONDON, {**OHIO, "web": {"off_peak": None, "max_instances": 9}}]
    ),
    "keys of Pulumi and its providers": {
        "secretsprovider": "awskms://alias/x",
        "config": {**stack_file()["config"], "pulumi:tags": {}, "aws:skipMetadataApiCheck": "true"},
    },
}
REFUSED: dict[str, dict[str, Any]] = {
    "a missing domain": stack_file(domain=None),
    "a misspelt top-level key": stack_file(securty={}),
    "a misspelt nested key": stack_file(edge={"dns": {"dnsec": True}}),
    "a region that does not exist": stack_file(regions=[{**LONDON, "name": "eu-west-9"}]),
    "a region without addresses": stack_file(regions=[{"name": "eu-west-2", "primary": True}]),
    "too small a block": stack_file(regions=[{**LONDON, "cidr": "10.0.0.0/24"}]),
    "an unknown state": stack_file(regions=[{**LONDON, "state": "paused"}]),
    "text for a number": stack_file(operations={"budget_usd_per_month": "100"}),
    "a budget of nothing": stack_file(operations={"budget_usd_per_month": 0}),
    "a spot share over 100": stack_file(region_defaults={"web": {"spot_share_percent": 101}}),
    "an account id as a number": stack_file(account={"id": 123456789012}),
    "no configuration": {},
    "an unknown key beside it": {**stack_file(), "confg": {}},
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_schema_accepts(content: dict[str, Any], complaints: Callable[[Any], list[Any]]) -> None:
    assert not complaints(content)


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_schema_refuses(content: dict[str, Any], complaints: Callable[[Any], list[Any]]) -> None:
    assert complaints(content), "an editor shows this error before any command does"


def test_defaults_on_the_page_are_those_of_the_models() -> None:
    chosen, _ = load(Settings, {})
    page = PAGE_FILE.read_text("utf-8")

    assert chosen is None, "an empty configuration lacks the required keys"
    assert "| `edge.failover.limit_seconds` | whole number from 1 to 600 | `30` |" in page, "type, range and default"
