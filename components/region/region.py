"""One region of the platform.

network ── load balancer ── web servers ── database proxy ── cluster
   │            └ firewall       └ events ──┐
   ├── render workers ── queue              ├── functions ── tables
   └── uploads ── queue ────────────────────┘      └ API
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from pulumi import Output, Resource, ResourceOptions

from components.component import Component
from components.contract import RegionOutputs
from components.interfaces import (
    BucketRef,
    Certificates,
    DatabaseEndpoints,
    GlobalDatabase,
    Ground,
    Origin,
    OriginVerification,
    Tables,
)
from components.region.api import Api, ApiArgs
from components.region.artifact_store import ROLE as ARTIFACTS
from components.region.artifact_store import ArtifactStore, ArtifactStoreArgs, ServiceArtifact
from components.region.asset_store import AssetStore, AssetStoreArgs
from components.region.database import Database, DatabaseArgs
from components.region.database_care import WriterCluster
from components.region.firewall import Firewall, FirewallArgs
from components.region.functions import Functions, FunctionsArgs, HomeDuties
from components.region.load_balancer import LoadBalancer, LoadBalancerArgs
from components.region.network import Network, NetworkArgs, zone_blocks
from components.region.render_fleet import RenderFleet, RenderFleetArgs
from components.region.server_image import ServerImage, ServerImageArgs
from components.region.tokens import Tokens
from components.region.watch import Watch, WatchArgs
from components.region.web_fleet import WebFleet, WebFleetArgs
from settings.account import OperationsSettings
from settings.data import DataSettings
from settings.edge import FirewallSettings
from settings.region import RegionSettings, WebFleetSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionArgs:
    settings: RegionSettings
    data: DataSettings
    operations: OperationsSettings
    firewall: FirewallSettings
    state: str
    """`active`, `draining` or `retired`."""

    domain: str
    ground: Ground
    certificates: Certificates | None
    """None in a retired region, which has nothing to show them."""

    tables: Tables
    database: GlobalDatabase
    verification: OriginVerification
    artifacts: Sequence[ServiceArtifact]
    primary: str
    """Region of the relational writer."""

    home: str
    """Region of the master secret, whose functions care for the database."""

    fronted: bool = True
    """Whether a distribution stands in front, which asks for `api.<domain>`."""

    tokens: Tokens | None = None
    """Whose tokens the API accepts where the settings name no issuer."""

    after: Sequence[Resource] = ()
    """The writer's cluster and its instances: clusters of other regions are copies of it."""

    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of what is not created by the program itself: servers and their disks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a region has while it is not retired."""

    network: Network
    database: Database
    balancer: LoadBalancer
    functions: Functions
    api: Api
    watch: Watch
    render_queue: str
    uploads_bucket: str

    def outputs(self, origin: Origin) -> RegionOutputs:
        """What other stacks may know of the region."""
        return {
            "vpc_id": self.network.vpc_id,
            "private_subnet_ids": self.network.private_subnet_ids,
            "load_balancer_host": origin.load_balancer_dns,
            "api_host": origin.api_endpoint_host,
            "database_writer_host": self.database.endpoints.writer_host,
            "database_reader_host": self.database.endpoints.reader_host,
            "event_bus": self.functions.event_bus,
            "notifications_topic_arn": self.functions.topic_arn,
            "models_bucket": origin.models.name,
            "uploads_bucket": self.uploads_bucket,
            "dashboard": self.watch.dashboard_name,
        }


class Region(Component):
    """Serves the shop in one place. Retired, it keeps its files, which have no other definition, and nothing else."""

    state: str
    """Published, so that policies know a region that is being drained."""

    models: BucketRef
    site: BucketRef
    bucket_names: list[Output[str]]
    standing: Standing | None
    origin: Origin | None
    """What the edge may send visitors to; none when retired."""

    database: DatabaseEndpoints | None
    database_members: list[Resource]
    """The region's cluster and its instances, for what must come after them."""

    def __init__(self, name: str, args: RegionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Region", name, args, opts)
        self._args = args

        assets = self._assets()
        standing = self._stand(assets) if args.settings.runs else None

        self.state = args.state
        self.models, self.site, self.bucket_names = assets.models, assets.site, assets.bucket_names
        self.standing = standing
        self.origin = self._origin(standing) if standing else None
        self.database = standing.database.endpoints if standing else None
        self.database_members = standing.database.members if standing else []
        self.publish()

    def _stand(self, assets: AssetStore) -> Standing:
        """Everything that serves: the region's table of contents."""
        network = self._network()
        database = self._database(network)
        artifacts = self._artifacts()
        balancer = self._balancer(network)
        self._firewall(balancer)
        functions = self._functions(assets, database)
        web = self._web(network, balancer, database, artifacts, functions) if self._runs("storefront") else None
        render = self._render(network, artifacts, functions)
        api = self._api(functions)
        parts = (network, database, balancer, functions, *([web] if web else []), render, api)
        sick = [part.alarm_names for part in parts]
        watch = self._watch(balancer, functions, api, artifacts, [name for names in sick for name in names])
        return Standing(
            network=network,
            database=database,
            balancer=balancer,
            functions=functions,
            api=api,
            watch=watch,
            render_queue=render.queue_name,
            uploads_bucket=assets.uploads_bucket,
        )

    def _assets(self) -> AssetStore:
        args = self._args
        return AssetStore(
            self.named("assets"),
            AssetStoreArgs(
                settings=args.data.assets,
                ground=args.ground,
                domain=args.domain,
                receives_uploads=args.settings.functions.receives_uploads,
                protect=args.data.protect,
            ),
            self.own(),
        )

    def _network(self) -> Network:
        args = self._args
        return Network(
            self.named("network"),
            NetworkArgs(
                zones=args.settings.zones,
                cidr=str(args.settings.cidr),
                settings=args.settings.network,
                ground=args.ground,
            ),
            self.own(),
        )

    def _database(self, network: Network) -> Database:
        args = self._args
        blocks = [zone_blocks(IPv4Network(args.settings.cidr), slot) for slot in range(len(args.settings.zones))]
        return Database(
            self.named("database"),
            DatabaseArgs(
                settings=args.data.relational,
                thresholds=args.operations.thresholds,
                ground=args.ground,
                database=args.database,
                writes=args.settings.primary,
                zones=args.settings.zones,
                vpc_id=network.vpc_id,
                isolated_subnet_ids=network.isolated_subnet_ids,
                client_cidrs=[str(block.private) for block in blocks],
                database_cidrs=[str(block.isolated) for block in blocks],
                after=args.after,
                protect=args.data.protect,
            ),
            self.own(),
        )

    def _artifacts(self) -> ArtifactStore:
        return ArtifactStore(
            self.named(ARTIFACTS),
            ArtifactStoreArgs(
                artifacts=[artifact for artifact in self._args.artifacts if self._runs(artifact.service)],
                ground=self._args.ground,
            ),
            self.own(),
        )

    def _runs(self, service: str) -> bool:
        """Whether the region may ever have a server of it."""
        settings = self._args.settings
        return {"storefront": settings.web, "render": settings.render}[service].max_instances > 0

    def _balancer(self, network: Network) -> LoadBalancer:
        args = self._args
        return LoadBalancer(
            self.named("load-balancer"),
            LoadBalancerArgs(
                settings=args.settings.load_balancer,
                thresholds=args.operations.thresholds,
                ground=args.ground,
                domain=args.domain,
                vpc_id=network.vpc_id,
                public_subnet_ids=network.public_subnet_ids,
                certificate_arn=_certificate_arn(args),
                verification=args.verification,
                least_healthy_servers=_least_servers(args.settings.web),
            ),
            self.own(),
        )

    def _firewall(self, balancer: LoadBalancer) -> Firewall:
        args = self._args
        return Firewall(
            self.named("firewall"),
            FirewallArgs(
                settings=args.firewall,
                ground=args.ground,
                protected_arn=balancer.arn,
                secret_header=args.verification.header,
            ),
            self.own(),
        )

    def _functions(self, assets: AssetStore, database: Database) -> Functions:
        args = self._args
        return Functions(
            self.named("functions"),
            FunctionsArgs(
                ground=args.ground,
                settings=args.settings.functions,
                thresholds=args.operations.thresholds,
                tables=args.tables,
                uploads_bucket=assets.uploads_bucket,
                alert_topic=args.ground.names.of("alerts"),
                home=self._home_duties(database) if _cares(args) else None,
            ),
            self.own(),
        )

    def _home_duties(self, database: Database) -> HomeDuties:
        args = self._args
        return HomeDuties(
            database=args.database,
            # The cluster is called alike in every region.
            writer=WriterCluster(region=args.primary, identifier=database.endpoints.cluster_identifier),
            rotation_days=args.data.relational.secret_rotation_days,
            data_api=args.data.relational.data_api,
            after=database.members if args.settings.primary else args.after,
        )

    def _web(
        self,
        network: Network,
        balancer: LoadBalancer,
        database: Database,
        artifacts: ArtifactStore,
        functions: Functions,
    ) -> WebFleet:
        args = self._args
        return WebFleet(
            self.named("web"),
            WebFleetArgs(
                settings=args.settings.web,
                ground=args.ground,
                release=artifacts.releases["storefront"],
                image_id=self._server_image(network).image_id if args.settings.web.image == "baked" else None,
                vpc_id=network.vpc_id,
                private_subnet_ids=network.private_subnet_ids,
                balancer_group_id=balancer.security_group_id,
                balancer_arn_suffix=balancer.arn_suffix,
                target_group_arn=balancer.target_group_arn,
                target_group_arn_suffix=balancer.target_group_arn_suffix,
                draining_seconds=args.settings.load_balancer.draining_seconds,
                rollback_alarm_names=balancer.rollback_alarm_names,
                tables=args.tables,
                database=database.endpoints,
                database_name=args.database.database_name,
                database_group_id=database.proxy_group_id,
                event_bus=functions.event_bus,
                log_retention_days=args.operations.log_retention_days,
                tags=args.tags,
            ),
            self.own(),
        )

    def _server_image(self, network: Network) -> ServerImage:
        args = self._args
        return ServerImage(
            self.named("server-image"),
            ServerImageArgs(
                settings=args.settings.web,
                ground=args.ground,
                vpc_id=network.vpc_id,
                private_subnet_ids=network.private_subnet_ids,
                log_retention_days=args.operations.log_retention_days,
                tags=args.tags,
            ),
            self.own(),
        )

    def _render(self, network: Network, artifacts: ArtifactStore, functions: Functions) -> RenderFleet:
        args = self._args
        return RenderFleet(
            self.named("render"),
            RenderFleetArgs(
                settings=args.settings.render,
                oldest_job_seconds=args.operations.thresholds.queue_age_seconds,
                ground=args.ground,
                release=artifacts.releases.get("render"),
                zones=args.settings.zones,
                vpc_id=network.vpc_id,
                private_subnet_ids=network.private_subnet_ids,
                tables=args.tables,
                event_bus=functions.event_bus,
                log_retention_days=args.operations.log_retention_days,
                tags=args.tags,
            ),
            self.own(),
        )

    def _api(self, functions: Functions) -> Api:
        args = self._args
        return Api(
            self.named("api"),
            ApiArgs(
                ground=args.ground,
                settings=args.settings.api,
                thresholds=args.operations.thresholds,
                domain=args.domain,
                certificate_arn=_certificate_arn(args),
                fronted=args.fronted,
                tokens=_accepted_tokens(args),
                verification=args.verification,
                carts=functions.carts,
                log_retention_days=args.operations.log_retention_days,
            ),
            self.own(),
        )

    def _watch(
        self,
        balancer: LoadBalancer,
        functions: Functions,
        api: Api,
        artifacts: ArtifactStore,
        alarm_names: Sequence[Output[str]],
    ) -> Watch:
        args, names = self._args, self._args.ground.names
        return Watch(
            self.named("watch"),
            WatchArgs(
                ground=args.ground,
                operations=args.operations,
                domain=args.domain,
                tables=args.tables,
                load_balancer=balancer.arn_suffix,
                target_group=balancer.target_group_arn_suffix,
                web_group=names.of("web"),
                render_group=names.of("render"),
                database_cluster=names.of("database"),
                queues=[functions.asset_queue, names.of("render")],
                functions=functions.function_names,
                api_id=api.api_id,
                api_host=api.endpoint_host,
                alarm_names=alarm_names,
                results_bucket=names.bucket(ARTIFACTS),
                results_bucket_name=artifacts.bucket_name,
            ),
            self.own(),
        )

    def _origin(self, standing: Standing) -> Origin:
        return Origin(
            region=self._args.settings.name,
            serves=self._args.settings.serves,
            load_balancer_dns=standing.balancer.dns_name,
            load_balancer_arn=standing.balancer.arn,
            api_endpoint_host=standing.api.endpoint_host,
            api_domain_target=standing.api.domain_target,
            models=self.models,
            site=self.site,
        )


def _cares(args: RegionArgs) -> bool:
    """Whether the region's functions care for the database."""
    relational = args.data.relational
    cared_for = relational.data_api or relational.secret_rotation_days is not None
    return cared_for and args.settings.name == args.home


def _least_servers(web: WebFleetSettings) -> int:
    """The smallest size that the fleet ever has on purpose."""
    return min(web.min_instances, web.off_peak.min_instances) if web.off_peak else web.min_instances


def _certificate_arn(args: RegionArgs) -> Output[str]:
    if args.certificates is None:
        raise ValueError(f"region {args.settings.name} runs and needs certificates")
    return args.certificates.arn


def _accepted_tokens(args: RegionArgs) -> Tokens:
    """Those of the issuer in the settings, else those of the stack's own sign-in; ValueError without either."""
    api = args.settings.api
    if api.jwt_issuer:
        return Tokens(issuer=api.jwt_issuer, audiences=api.jwt_audience)
    if args.tokens is None:
        raise ValueError(
            f"region {args.settings.name} accepts no tokens: give it those of SignIn, or name an issuer in "
            "api.jwt_issuer and api.jwt_audience"
        )
    return args.tokens
