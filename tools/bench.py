"""`python -m tools.bench`: seconds and peak memory of the preview for more and more regions.

Each measurement is a process of its own. Beside it runs a bare program that registers as many plain resources
(metric alarms, the platform's most frequent type) under the same recorder, with the same modules imported and the
same number of tags; what the platform costs above that is its own.

Then the report, beyond the recording: every model, what moves each promise, and the page, for prod and for the most
regions. At the end the policy pack judges the prod stack beside checkov, where checkov and its plan can be had.
"""

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from ipaddress import IPv4Network
from pathlib import Path

import pulumi_aws as aws
from pulumi import ResourceOptions

from preview.__main__ import PROJECT_DIRECTORY, reported
from preview.recorder import Recorder, record, run, stack_values
from settings.geography import aws_regions

SIZES = (1, 2, 4, 8, 16)
RUNS = 3
RATIO_LIMIT = 1.3
PROD_LIMIT_SECONDS = 10.0
REPORT_LIMIT_SECONDS = 10.0
REPORT_LIMIT_GROWTH = 4.0
"""How many times prod's report the one of 16 regions may take."""


def configuration(regions: int) -> dict[str, str]:
    """The prod stack's configuration with the first `regions` regions that fit the platform, London the primary."""
    fitting = [r for r in aws_regions().values() if not r.lacking and len(r.zone_letters) >= 3]
    fitting.sort(key=lambda region: (region.name != "eu-west-2", region.name))
    blocks = IPv4Network("10.0.0.0/8").subnets(new_prefix=16)
    entries = [
        {"name": region.name, "cidr": str(block), **({"primary": True} if index == 0 else {})}
        for index, (region, block) in enumerate(zip(fitting[:regions], blocks, strict=False))
    ]
    values = stack_values(PROJECT_DIRECTORY, "prod")
    data = {**json.loads(values.get("storefront:data", "{}")), "home": "eu-west-2"}
    return {**values, "storefront:regions": json.dumps(entries), "storefront:data": json.dumps(data)}


def measure_platform(values: dict[str, str]) -> dict[str, float]:
    """Record the platform in this process; seconds, MiB and the number of resources."""
    started = time.perf_counter()
    graph = record(PROJECT_DIRECTORY, "prod", values)
    return _measured(started, len(graph.nodes) - sum(node.expanded_from is not None for node in graph))


def measure_report(values: dict[str, str]) -> dict[str, float]:
    """Record the platform, then compute its report and write the page; seconds of the report alone."""
    graph = record(PROJECT_DIRECTORY, "prod", values)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        reported(graph, Path(folder))
    return _measured(started, len(graph.nodes))


def measure_bare(count: int) -> dict[str, float]:
    """Record `count` plain resources in this process."""
    started = time.perf_counter()
    _import_like_the_platform()

    def program() -> None:
        place = ResourceOptions(provider=aws.Provider("bare", region="eu-west-2"))
        for index in range(count):
            aws.cloudwatch.MetricAlarm(
                f"alarm-{index}",
                alarm_description="plain",
                namespace="AWS/SQS",
                metric_name="Age",
                dimensions={"QueueName": "q"},
                statistic="Sum",
                comparison_operator="GreaterThanThreshold",
                threshold=1,
                period=60,
                evaluation_periods=3,
                datapoints_to_alarm=2,
                treat_missing_data="notBreaching",
                alarm_actions=["arn:aws:sns:eu-west-2:123456789012:alerts"],
                ok_actions=["arn:aws:sns:eu-west-2:123456789012:alerts"],
                opts=place,
            )

    run(Recorder(), "storefront", "bare", {}, program)
    return _measured(started, count)


def _import_like_the_platform() -> None:
    for module in ("account", "data", "edge", "foundation", "region"):
        for path in sorted((PROJECT_DIRECTORY / "components" / module).glob("*.py")):
            __import__(f"components.{module}.{path.stem}" if path.stem != "__init__" else f"components.{module}")


def _measured(started: float, resources: int) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - started, "mib": peak, "resources": resources}


def _child(*arguments: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "tools.bench", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT_DIRECTORY).stdout)  # noqa: S603


def _pairs(regions: int) -> tuple[dict[str, float], dict[str, float], float]:
    """Medians of the platform and of the bare program, run in turn, and of their ratios pair by pair.

    In pairs, because the speed of a shared machine drifts more within minutes than the two programs differ.
    """
    platform: list[dict[str, float]] = []
    bare: list[dict[str, float]] = []
    for _ in range(RUNS):
        platform.append(_child("--regions", str(regions)))
        bare.append(_child("--bare", str(int(platform[0]["resources"]))))
    ratio = statistics.median(p["seconds"] / b["seconds"] for p, b in zip(platform, bare, strict=True))
    return _median(platform), _median(bare), ratio


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main() -> int:
    """Measure, print a table, and fail where a limit is broken."""
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--regions", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--prod", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--report", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--judges", action="store_true", help="measure the policy pack and checkov only")
    chosen = parser.parse_args()
    gc.disable()
    if chosen.regions:
        print(json.dumps(measure_platform(configuration(chosen.regions))))
        return 0
    if chosen.prod:
        print(json.dumps(measure_platform(stack_values(PROJECT_DIRECTORY, "prod"))))
        return 0
    if chosen.report:
        values = configuration(SIZES[-1]) if chosen.report == SIZES[-1] else stack_values(PROJECT_DIRECTORY, "prod")
        print(json.dumps(measure_report(values)))
        return 0
    if chosen.bare:
        print(json.dumps(measure_bare(chosen.bare)))
        return 0
    failures = _judges() if chosen.judges else [*_table(), *_report(), *_judges()]
    for failure in failures:
        print(f"too slow: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _table() -> list[str]:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, median of {RUNS} runs")
    print("regions  resources  seconds    MiB  bare s  ratio  s per added region")
    previous: tuple[int, float] | None = None
    failures: list[str] = []
    for regions in SIZES:
        platform, bare, ratio = _pairs(regions)
        added = "" if previous is None else f"{(platform['seconds'] - previous[1]) / (regions - previous[0]):.2f}"
        print(
            f"{regions:7}  {platform['resources']:9.0f}  {platform['seconds']:7.2f}  {platform['mib']:5.0f}"
            f"  {bare['seconds']:6.2f}  {ratio:5.2f}  {added}"
        )
        if ratio > RATIO_LIMIT:
            failures.append(f"{regions} regions take {ratio:.2f} × the bare program; at most {RATIO_LIMIT}")
        previous = (regions, platform["seconds"])
    prod = _median([_child("--prod") for _ in range(RUNS)])
    print(f"prod: {prod['resources']:.0f} resources, {prod['seconds']:.2f} s, {prod['mib']:.0f} MiB")
    if prod["seconds"] > PROD_LIMIT_SECONDS:
        failures.append(f"prod takes {prod['seconds']:.1f} s; at most {PROD_LIMIT_SECONDS:g}")
    return failures


def _report() -> list[str]:
    prod = _median([_child("--report", "1") for _ in range(RUNS)])["seconds"]
    most = _median([_child("--report", str(SIZES[-1])) for _ in range(RUNS)])["seconds"]
    print(f"report beyond the recording: prod {prod:.2f} s, {SIZES[-1]} regions {most:.2f} s ({most / prod:.1f} ×)")
    failures: list[str] = []
    if prod > REPORT_LIMIT_SECONDS:
        failures.append(f"prod's report takes {prod:.1f} s; at most {REPORT_LIMIT_SECONDS:g}")
    if most > REPORT_LIMIT_GROWTH * prod:
        failures.append(f"{SIZES[-1]} regions take {most / prod:.1f} × prod's report; at most {REPORT_LIMIT_GROWTH:g}")
    return failures


def _judges() -> list[str]:
    """The policy pack beside checkov over prod's graph; nothing where checkov cannot be asked."""
    from tools.judges import plans, speed  # noqa: PLC0415 - what is measured above must not carry it

    try:
        race = speed.race("prod")
    except plans.Absent as why:
        print(f"prod: the policy pack is not measured beside checkov: {why}")
        return []
    print("\n".join(race.lines()))
    if race.ratio >= speed.LEAST_RATIO:
        return []
    return [f"checkov takes {race.ratio:.1f} × as long as the policy pack; at least {speed.LEAST_RATIO:g}"]


if __name__ == "__main__":
    sys.exit(main())
