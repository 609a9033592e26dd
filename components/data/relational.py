"""What makes clusters in several regions one relational database."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component
from components.data.chance import secret_value
from components.data.lasting_secret import LastingSecret, LastingSecretArgs
from components.interfaces import GlobalDatabase, Ground
from components.naming import Names
from settings.data import RelationalSettings

ENGINE = "aurora-postgresql"
DATABASE = "storefront"
MASTER_USERNAME = "platform_admin"
SECRET = "database-master"  # noqa: S105 - a name


@dataclass(frozen=True, kw_only=True, slots=True)
class RelationalGlobalArgs:
    settings: RelationalSettings
    home: str
    ground: Mapping[str, Ground]
    """The regions that hold the master secret."""

    replicated: bool = True
    """Whether the regions' clusters are one database; without it each is a database of its own."""

    protect: bool


class RelationalGlobal(Component):
    """Joins the regions' clusters, states their engine and its version, and holds the master secret.

    Global databases know no password that RDS manages, so the first one is made here. Rotation owns it afterwards:
    it stands in the home region, beside the secret.
    """

    database: GlobalDatabase

    def __init__(self, name: str, args: RelationalGlobalArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:RelationalGlobal", name, args, opts)
        names = args.ground[args.home].names
        password = secret_value(
            self.named("password"),
            key_arn=args.ground[args.home].data_key_arn,
            text="aurora-master",
            context={"purpose": "aurora-master"},
            opts=self.own(),
        )
        secret = LastingSecret(self.named("secret"), _secret(args, names, password), self.own())
        self.database = GlobalDatabase(
            id=self._global_cluster(names, args) if args.replicated else None,
            engine=ENGINE,
            engine_version=args.settings.engine_version,
            database_name=DATABASE,
            master_username=MASTER_USERNAME,
            master_password=password,
            master_secret_name=names.of(SECRET),
            master_secret_arn=secret.arn,
        )
        self.publish()

    def _global_cluster(self, names: Names, args: RelationalGlobalArgs) -> Output[str]:
        return aws.rds.GlobalCluster(
            self.named("cluster"),
            global_cluster_identifier=f"{names.project}-{names.stack}",
            engine=ENGINE,
            engine_version=args.settings.engine_version,
            database_name=DATABASE,
            storage_encrypted=True,
            deletion_protection=args.settings.deletion_protection,
            opts=self.own(protect=args.protect),
        ).id


def _secret(args: RelationalGlobalArgs, names: Names, password: Output[str]) -> LastingSecretArgs:
    return LastingSecretArgs(
        physical_name=names.of(SECRET),
        description="Master user of the relational database",
        content={"username": MASTER_USERNAME, "password": password},
        home=args.home,
        ground=args.ground,
        rotated=True,
        protect=args.protect,
    )
