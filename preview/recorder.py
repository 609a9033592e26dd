"""Runs the program without an engine, an account or a network, and records what it declares.

The recorder stands where the engine's resource monitor would. It answers as a preview does: what AWS decides stays
unknown, so a program that needs such a value to go on shows it here. A question to AWS is refused unless its answer
is a constant of AWS.
"""

import asyncio
import json
import logging
import runpy
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi import runtime
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from preview.answers import answer
from preview.graph import SECRET, STACK_TYPE, UNKNOWN, Graph, Node
from preview.packaged import EXPANSIONS, Expansion

PROVIDER_PREFIX = "pulumi:providers:"
PROJECT_URI = f"{Path(__file__).resolve().parent.parent.as_uri()}/"

Progress = Callable[[int], None]


class Recorder(mocks.MockMonitor):
    """A resource monitor that keeps what the program registers."""

    def __init__(self, progress: Progress | None = None) -> None:
        super().__init__(_NoMocks())
        self.nodes: dict[str, Node] = {}
        self._regions: dict[str, str] = {}
        self._outputs: dict[str, struct_pb2.Struct] = {}
        self._lock = threading.Lock()
        self._progress = progress

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does: all types above, the stack's excepted, then the resource's own."""
        above = "" if not parent or f"::{STACK_TYPE}::" in parent else f"{parent.split('::')[2]}$"
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{above}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        with self._lock:
            if urn in self.nodes:
                raise pulumi.RunError(f"two resources are called {urn}; every name is unique among its siblings' types")
            node = self._recorded(urn, request)
            self.nodes[urn] = node
            outputs = self._expanded(node, request) if request.remote else request.object
            if self._progress:
                self._progress(len(self.nodes))
        is_provider = request.type.startswith(PROVIDER_PREFIX)
        identifier = UNKNOWN if is_provider else ""
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier, object=outputs)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self._outputs[request.urn] = request.outputs
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        raise pulumi.RunError(
            f"{request.type} {request.name!r} is read from AWS; the program builds the graph without asking AWS"
        )

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        region = self._region_of(request.provider)
        answered = answer(request.tok, plain(request.args), region)
        if answered is None:
            raise pulumi.RunError(f"the program asks AWS for {request.tok}; offline only constants of AWS are answered")
        content = struct_pb2.Struct()
        content.update(answered)
        response: dict[str, Any] = {"return": content}  # the field's name is a keyword
        return resource_pb2.ResourceInvokeResponse(**response)

    def graph(self, project: str, stack: str, exports: struct_pb2.Struct) -> Graph:
        """What was recorded so far."""
        nodes = [
            replace(node, raw_outputs=self._outputs[node.urn]) if node.urn in self._outputs else node
            for node in self.nodes.values()
        ]
        ordered = tuple(sorted(nodes, key=lambda node: node.urn))
        return Graph(project=project, stack=stack, nodes=ordered, outputs=plain(exports), raw_outputs=exports)

    def _recorded(self, urn: str, request: Any) -> Node:
        provider = request.provider or dict(request.providers).get("aws", "") if request.custom else ""
        inputs = plain(request.object)
        if request.type.startswith(PROVIDER_PREFIX):
            self._regions[urn] = str(inputs.get("region", ""))
        return Node(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=None if f"::{STACK_TYPE}::" in request.parent else request.parent or None,
            provider=provider.rpartition("::")[0] or None,
            region=self._region_of(provider) or None,
            inputs=inputs,
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={
                key: tuple(sorted(value.urns)) for key, value in request.propertyDependencies.items() if value.urns
            },
            custom=bool(request.custom),
            protect=bool(request.protect),
            ignore_changes=tuple(request.ignoreChanges),
            aliases=tuple(alias.urn or alias.spec.name or alias.spec.parentUrn for alias in request.aliases),
            raw=request.object,
            source=_source(request),
        )

    def _region_of(self, provider: str) -> str:
        return self._regions.get(provider.rpartition("::")[0], "")

    def _expanded(self, node: Node, request: Any) -> struct_pb2.Struct:
        expansion = EXPANSIONS.get(request.type)
        if expansion is None:
            raise pulumi.RunError(
                f"the recorder does not know the packaged component {request.type} ({request.name!r})"
            )
        provider = dict(request.providers).get("aws", "")
        made: Expansion = expansion(node, provider.rpartition("::")[0], self._region_of(provider), self.make_urn)
        for child in made.nodes:
            self.nodes[child.urn] = child
        content = struct_pb2.Struct()
        content.update(made.outputs)
        return content


def record(
    project_directory: Path, stack: str, values: Mapping[str, str], *, progress: Progress | None = None
) -> Graph:
    """The graph of a stack whose configuration is `values` (full key → text).

    Raises whatever the program raises; a configuration error is a pulumi.RunError with every problem in it.
    """
    project = project_name(project_directory)
    recorder = Recorder(progress)
    exports = run(recorder, project, stack, values, lambda: _execute(project_directory))
    return recorder.graph(project, stack, exports)


def run(
    monitor: mocks.MockMonitor, project: str, stack: str, values: Mapping[str, str], program: Callable[[], None]
) -> struct_pb2.Struct:
    """Run a program against a monitor as the language host would, on a loop of its own; returns its exports."""
    logger = logging.getLogger("program")
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(_ignore)  # the first error is raised; what fails after it repeats it
    try:
        asyncio.set_event_loop(loop)
        runtime.set_all_config(dict(values), [])
        settings.set_root_resource(None)  # pyright: ignore[reportArgumentType] - a new run has a new root
        runtime.set_mocks(_NoMocks(), project=project, stack=stack, preview=True, logger=logger, monitor=monitor)
        current: Any = settings.SETTINGS
        current.outputs.clear()  # a run that failed leaves its outputs behind
        loop.run_until_complete(run_pulumi_func(program))
        return loop.run_until_complete(_exports())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def stack_values(project_directory: Path, stack: str) -> dict[str, str]:
    """The configuration of `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the engine passes it; RunError without a file."""
    path = project_directory / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = sorted(p.name.split(".")[1] for p in project_directory.glob("Pulumi.*.yaml"))
        raise pulumi.RunError(f"there is no stack {stack!r}; there are {', '.join(known)}")
    entries = _mapping(_mapping(yaml.safe_load(path.read_text(encoding="utf-8"))).get("config"))
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in entries.items()}


def project_name(project_directory: Path) -> str:
    """The project's name in `Pulumi.yaml`."""
    return yaml.safe_load((project_directory / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Properties as plain values: unknowns as the engine's mark, secrets veiled, whole numbers as int."""
    return _plain(json_format.MessageToDict(properties))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain_mapping(_mapping(value))
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[Any], value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _plain_mapping(value: dict[str, Any]) -> Any:
    mark = value.get(rpc._special_sig_key)  # pyright: ignore[reportPrivateUsage] - the SDK keeps its marks to itself
    if mark == rpc._special_secret_sig:  # pyright: ignore[reportPrivateUsage]
        return SECRET
    if mark == rpc._special_resource_sig:  # pyright: ignore[reportPrivateUsage]
        return value["urn"]
    return {key: _plain(item) for key, item in value.items() if key != rpc._special_sig_key}  # pyright: ignore[reportPrivateUsage]


def _mapping(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _source(request: Any) -> str | None:
    """Where in this project the resource is created: by a component of a layer rather than by what layers share."""
    first: str | None = None
    for frame in request.stackTrace.frames:
        path = frame.pc.uri.removeprefix(PROJECT_URI)
        if path != frame.pc.uri:
            first = first or f"{path}:{frame.pc.line}"
            if path.startswith("components/") and path.count("/") > 1:
                return f"{path}:{frame.pc.line}"
    return first


def _execute(project_directory: Path) -> None:
    directory = str(project_directory)
    sys.path.insert(0, directory)
    try:
        runpy.run_path(str(project_directory / "__main__.py"), run_name="__main__")
    finally:
        sys.path.remove(directory)


def _ignore(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """Nothing to do."""


async def _exports() -> struct_pb2.Struct:
    root: Any = settings.get_root_resource()
    return await rpc.serialize_properties(dict(root.outputs), {})


class _NoMocks(mocks.Mocks):
    """The recorder answers every call itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise AssertionError(args.typ)
