"""The storefront platform: the same region in every place, stitched together by one edge.

places       one AWS provider per region, and one for the edge
foundation   in every place: keys, log archive, alerts
domain       zone and certificates, which everything else stands behind
data         tables and the relational database, spanning all regions
regions      network, database, servers, functions, API: the same in every region
durability   copies, backups, warehouse
edge         health checks, latency records, distribution, firewall
account      audit trail, guards, budgets, the page that shows it all
"""

import os

import pulumi

from components.account.account import Account, AccountArgs
from components.contract import Contract
from components.data.data import Data, DataArgs
from components.data.durability import Durability, DurabilityArgs, PrivateNetwork
from components.edge.domain import Domain, DomainArgs
from components.edge.edge import Edge, EdgeArgs
from components.foundation.foundation import Foundation, FoundationArgs
from components.naming import Names
from components.places import Places
from components.region.artifact_store import ServiceArtifact
from components.region.region import Region, RegionArgs
from components.region.sign_in import SignIn, SignInArgs
from settings import Settings
from settings.platform import EDGE_REGION
from tools.artifacts import built

chosen = Settings.from_stack()
home, running = chosen.home.name, chosen.running
names = Names(project=pulumi.get_project(), stack=pulumi.get_stack(), account=chosen.account.id, region=home)
places = Places(chosen)

foundation = Foundation(
    "foundation",
    FoundationArgs(
        names=names,
        home=home,
        regions=[region.name for region in chosen.regions],
        operations=chosen.operations,
        replicated=chosen.data.replication,
        protect=chosen.data.protect,
    ),
    places,
)
domain = Domain(
    "domain",
    DomainArgs(
        domain=chosen.domain,
        dns=chosen.edge.dns,
        regions=tuple(region.name for region in running),
        grounds=foundation.at,
        protect=chosen.data.protect,
    ),
    places,
)
data = Data("data", DataArgs(chosen=chosen, ground=foundation.at), places)
sign_in = None
if chosen.signs_in:
    accounts = SignInArgs(ground=foundation.at[home], domain=chosen.domain, protect=chosen.data.protect)
    sign_in = SignIn("sign-in", accounts, places.inside(home))

artifacts = [
    ServiceArtifact(service=a.service, version=a.version, sha256=a.sha256, path=os.path.relpath(a.path))
    for a in built()
]
regions: dict[str, Region] = {}
for region in chosen.primary_first:
    regions[region.name] = Region(
        region.name,
        RegionArgs(
            settings=region,
            state=region.state,
            data=chosen.data,
            operations=chosen.operations,
            firewall=chosen.edge.firewall,
            domain=chosen.domain,
            ground=foundation.at[region.name],
            certificates=domain.certificates.get(region.name),
            tables=data.tables,
            database=data.database,
            verification=data.verification,
            artifacts=artifacts,
            primary=chosen.primary.name,
            home=home,
            fronted=chosen.edge.distribution.enabled,
            tokens=sign_in.tokens if sign_in else None,
            after=regions[chosen.primary.name].database_members if regions else (),
            tags=places.tags(region.name),
        ),
        places.inside(region.name),
    )
standing = {name: region.standing for name, region in regions.items() if region.standing}
origins = {name: region.origin for name, region in regions.items() if region.origin}
clusters = {name: region.database.endpoints.cluster_identifier for name, region in standing.items()}

Durability(
    "durability",
    DurabilityArgs(
        settings=chosen.data,
        home=home,
        regions=[region.name for region in chosen.regions],
        origins=origins,
        clusters=clusters,
        database_name=data.database.database_name,
        tables=data.tables,
        ground=foundation.at,
        home_network=PrivateNetwork(
            vpc_id=standing[home].network.vpc_id, subnet_ids=standing[home].network.private_subnet_ids
        ),
        log_retention_days=chosen.operations.log_retention_days,
    ),
    places,
)
edge = Edge(
    "edge",
    EdgeArgs(
        settings=chosen.edge,
        thresholds=chosen.operations.thresholds,
        domain=chosen.domain,
        zone_id=domain.zone_id,
        certificate_arn=domain.edge_certificate_arn,
        origins=list(origins.values()),
        home=home,
        verification=data.verification,
        ground=foundation.at[EDGE_REGION],
        connects_to=(*chosen.foreign_issuers, *([f"https://{sign_in.host_name}"] if sign_in else [])),
    ),
    places.inside(EDGE_REGION),
)
account = Account(
    "account",
    AccountArgs(
        security=chosen.security,
        operations=chosen.operations,
        home=home,
        ground=foundation.at,
        origins=origins,
        database_clusters=clusters,
        health_checks=edge.health_checks,
        tables=data.tables,
        distribution_id=edge.distribution_id if chosen.edge.distribution.enabled else None,
        protect=chosen.data.protect,
    ),
    places,
)

Contract(
    site_url=edge.site_url,
    name_servers=domain.name_servers,
    ds_record=domain.ds_record,
    distribution_id=edge.distribution_id,
    tables=data.tables.by_role(),
    regions={name: region.outputs(origins[name]) for name, region in standing.items()},
    sign_in_issuer=sign_in.issuer if sign_in else "",
    schema_function=standing[home].functions.schema_function_name,
    function_deployments={name: region.functions.deploy_application for name, region in standing.items()},
    newest_function_versions={name: region.functions.newest_versions for name, region in standing.items()},
    overview_dashboard=account.dashboard_name,
    service_levels=chosen.service_levels,
).export()
