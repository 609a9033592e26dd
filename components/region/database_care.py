"""The care of the relational database: its schema and its master secret."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi_aws as aws
from pulumi import Resource, ResourceOptions

from components.component import Component
from components.interfaces import GlobalDatabase
from components.naming import Names
from components.region import function_rights
from components.region.function import ALIAS, Function, FunctionArgs, Shared

LONGEST_SECONDS = 900
"""The longest that a function may run."""

WAIT_SECONDS = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class WriterCluster:
    """Where the relational writer is; a switchover changes it."""

    region: str
    identifier: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseCareArgs:
    shared: Shared
    database: GlobalDatabase
    writer: WriterCluster
    rotation_days: int | None
    """None never rotates the master secret."""

    data_api: bool = True
    """Whether the cluster takes statements over HTTPS; without it nothing brings the schema up to date."""

    after: Sequence[Resource] = ()
    """What must exist before the first rotation: the writer cluster."""


class DatabaseCare(Component):
    """Brings the schema up to date when called, and changes the master password on a schedule.

    It stands beside the secret, in the home region, and reaches the writer cluster wherever that is.
    """

    functions: list[Function]
    schema_function_name: str
    """Empty without such a function."""

    def __init__(self, name: str, args: DatabaseCareArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:DatabaseCare", name, args, opts)
        # Nobody waits for these: a version that still points to the former writer after a move would only fail.
        self._shared = replace(args.shared, shift=None)
        self._args = args
        names = args.shared.ground.names
        writer = names.inside(args.writer.region)

        schema = self._schema(writer) if args.data_api else None
        rotation = self._rotation(names, writer) if args.rotation_days is not None else None
        if rotation:
            self._schedule(rotation)

        self.functions = [one for one in (schema, rotation) if one]
        self.schema_function_name = schema.function_name if schema else ""
        self.publish()

    def _schedule(self, rotation: Function) -> None:
        args = self._args
        permission = aws.lambda_.Permission(
            self.named("rotation-permission"),
            action="lambda:InvokeFunction",
            principal="secretsmanager.amazonaws.com",
            function=rotation.function_name,
            qualifier=ALIAS,
            source_arn=args.database.master_secret_arn,
            opts=self.own(depends_on=[rotation]),
        )
        aws.secretsmanager.SecretRotation(
            self.named("rotation-schedule"),
            secret_id=args.database.master_secret_arn,
            rotation_lambda_arn=rotation.alias_arn,
            rotation_rules={"automatically_after_days": args.rotation_days},
            rotate_immediately=False,
            opts=self.own(depends_on=[permission, *args.after]),
        )

    def _schema(self, writer: Names) -> Function:
        database, cluster = self._args.database, self._args.writer.identifier
        return Function(
            self.named("schema"),
            FunctionArgs(
                shared=self._shared,
                handler="schema",
                purpose="Brings the relational schema up to date",
                timeout_seconds=LONGEST_SECONDS,
                environment={
                    "CLUSTER_ARN": writer.arn("rds", f"cluster:{cluster}"),
                    "SECRET_ARN": database.secret_arn_in(writer.region),
                    "DATABASE": database.database_name,
                    "WRITER_REGION": writer.region,
                },
                statements=function_rights.schema(database.master_secret_name, writer, cluster),
            ),
            self.own(),
        )

    def _rotation(self, names: Names, writer: Names) -> Function:
        database, cluster = self._args.database, self._args.writer.identifier
        return Function(
            self.named("secret-rotation"),
            FunctionArgs(
                shared=self._shared,
                handler="secret_rotation",
                purpose="Changes the master password of the relational database",
                timeout_seconds=LONGEST_SECONDS,
                environment={
                    "WRITER_CLUSTER_ID": cluster,
                    "WRITER_REGION": writer.region,
                    "WAIT_SECONDS": str(WAIT_SECONDS),
                },
                statements=function_rights.secret_rotation(names, database.master_secret_name, writer, cluster),
            ),
            self.own(),
        )
