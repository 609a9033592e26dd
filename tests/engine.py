"""Runs a component, or a whole stack, under the recorder, for tests."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.interfaces import Ground
from components.naming import Names
from preview.graph import Graph
from preview.recorder import Recorder, run

ACCOUNT = "123456789012"


def build(program: Callable[[ResourceOptions], Any], *, region: str = "eu-west-2", stack: str = "test") -> Graph:
    """The graph of a program that gets one place; exceptions of the program come through."""
    recorder = Recorder()

    def whole() -> None:
        provider = aws.Provider(region, region=region)
        program(ResourceOptions(providers={"aws": provider}))

    exports = run(recorder, "storefront", stack, {}, whole)
    return recorder.graph("storefront", stack, exports)


def names(region: str = "eu-west-2", stack: str = "test") -> Names:
    """Names of a test stack."""
    return Names(project="storefront", stack=stack, account=ACCOUNT, region=region)


def ground(region: str = "eu-west-2") -> Ground:
    """A place's ground with known values."""
    own = names(region)
    return Ground(
        names=own,
        data_key_arn=known(own.arn("kms", "key/mrk-00000000000000000000000000000001")),
        log_key_arn=known(own.arn("kms", "key/00000000-0000-0000-0000-000000000002")),
        log_bucket=known(own.bucket("logs")),
        alert_topic_arn=known(own.arn("sns", own.of("alerts"))),
    )


def known(value: str) -> Output[str]:
    """An output whose value is known at preview."""
    return pulumi.Output.from_input(value)
