"""What holds state and spans regions."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.component import Component
from components.data.origin_verification import OriginSecret, OriginSecretArgs
from components.data.relational import RelationalGlobal, RelationalGlobalArgs
from components.data.tables import GlobalTables, GlobalTablesArgs
from components.interfaces import GlobalDatabase, Ground, OriginVerification, Tables
from components.places import Places
from settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class DataArgs:
    chosen: Settings
    ground: Mapping[str, Ground]


class Data(Component):
    """Defines, in the home region, what all regions share: tables, the relational database, the edge's secret."""

    tables: Tables
    database: GlobalDatabase
    verification: OriginVerification
    verification_secret: str

    def __init__(self, name: str, args: DataArgs, places: Places) -> None:
        super().__init__("storefront:data:Data", name, args, None)
        chosen, home = args.chosen, args.chosen.home.name
        protect = chosen.data.protect
        running = {region.name: args.ground[region.name] for region in chosen.running}
        copied_to = running if chosen.data.replication else {home: args.ground[home]}

        tables = GlobalTablesArgs(
            settings=chosen.data.tables,
            home=home,
            running=chosen.running,
            ground=running,
            replicated=chosen.data.replication,
            protect=protect,
        )
        self.tables = GlobalTables(self.named("tables"), tables, places, self.own()).tables
        relational = RelationalGlobalArgs(
            settings=chosen.data.relational,
            home=home,
            ground=copied_to,
            replicated=chosen.data.replication,
            protect=protect,
        )
        inside = places.inside(home, parent=self)
        self.database = RelationalGlobal(self.named("relational"), relational, inside).database
        proof = OriginSecretArgs(
            generation=chosen.edge.origin_verification_generation, home=home, ground=copied_to, protect=protect
        )
        secret = OriginSecret(self.named("origin"), proof, inside)
        self.verification, self.verification_secret = secret.verification, secret.secret_name
        self.publish()
