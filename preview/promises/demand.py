"""What one user asks of the platform, and where the users are.

A user here is one of those who are in the shop at the same time, of whatever country; what they do on average is the
load that the configuration expects.
"""

from collections.abc import Mapping

from preview.facts import fact
from preview.promises import users
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, figure, simulated

BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def shares(deployed: Deployed) -> dict[str, Figure]:
    """Share of the users that DNS sends to each serving region, 0 to 1; UndeclaredError where it leads to none."""
    if not deployed.serving:
        raise UndeclaredError("the stack has no latency records that lead users to a region")
    spread = users.shares(users.served(deployed), deployed.serving)
    serving = [node for node in deployed.of_type(BALANCER) if node.region in spread]
    regions = deployed.count(serving, "load balancers")
    how = "internet users of the cities to which this region is the nearest by round trip"
    return {
        region: simulated(f"users of {region}", "share", Kind.ESTIMATE, share, how, regions=regions)
        for region, share in spread.items()
    }


def pages(deployed: Deployed) -> Figure:
    """Requests of a user to the web servers, per second."""
    a_minute = deployed.expected("load.requests_per_user_minute", "requests/min")
    return figure("web requests of a user", "requests/s", Kind.ESTIMATE, "a_minute / 60", a_minute=a_minute)


def calls(deployed: Deployed) -> Figure:
    """Requests of a user to the API, per second."""
    a_minute = deployed.expected("load.api_requests_per_user_minute", "requests/min")
    return figure("API requests of a user", "requests/s", Kind.ESTIMATE, "a_minute / 60", a_minute=a_minute)


def files(deployed: Deployed) -> Figure:
    """Files and models that a user loads from the CDN, per second."""
    return figure(
        "files of a user",
        "requests/s",
        Kind.ESTIMATE,
        "files / 60 + models / 3600",
        files=deployed.expected("load.asset_requests_per_user_minute", "requests/min"),
        models=deployed.expected("load.models_per_user_hour", "models/h"),
    )


def bandwidth(deployed: Deployed) -> Figure:
    """What a user loads from the CDN, in Gbit/s, were every model loaded in full."""
    return figure(
        "bandwidth of a user",
        "Gbit/s",
        Kind.BOUND,
        "(files / 60 * kilobytes / 1e6 + models / 3600 * megabytes / 1e3) * 8",
        files=deployed.expected("load.asset_requests_per_user_minute", "requests/min"),
        kilobytes=deployed.expected("load.asset_kilobytes", "kB"),
        models=deployed.expected("load.models_per_user_hour", "models/h"),
        megabytes=deployed.expected("load.model_megabytes", "MB"),
    )


def orders(deployed: Deployed) -> Figure:
    """Orders of a user, per second."""
    an_hour = deployed.expected("load.orders_per_user_hour", "orders/h")
    return figure("orders of a user", "orders/s", Kind.ESTIMATE, "an_hour / 3600", an_hour=an_hour)


def cart_writes(deployed: Deployed) -> Figure:
    """Changes of a user to carts, per second."""
    return figure(
        "cart changes of a user",
        "requests/s",
        Kind.ESTIMATE,
        "calls * (1 - reads / 100)",
        calls=calls(deployed),
        reads=fact("api.read_percent"),
    )


def favourite(deployed: Deployed) -> Figure:
    """Share of all views that the most wanted product has, 0 to 1: the k-th is wanted in proportion to 1/k^exponent."""
    exponent = deployed.expected("load.popularity_exponent", "")
    models = deployed.expected("load.catalogue_models", "models")
    share = 1 / sum(rank**-exponent.value for rank in range(1, int(models.value) + 1))
    how = "1 / the sum of 1/k^exponent over all models"
    return simulated(
        "views of the most wanted product", "share", Kind.ESTIMATE, share, how, exponent=exponent, models=models
    )


def least(name: str, unit: str, kind: Kind, of: Mapping[str, Quantity]) -> Figure:
    """The smallest of several quantities; names are made fit for a formula."""
    uses = {fit(key): used for key, used in of.items()}
    formula = f"min({', '.join(uses)})" if len(uses) > 1 else next(iter(uses))
    return figure(name, unit, kind, formula, **uses)


def total(name: str, unit: str, kind: Kind, of: Mapping[str, Quantity]) -> Figure:
    """The sum of several quantities; names are made fit for a formula."""
    uses = {fit(key): used for key, used in of.items()}
    return figure(name, unit, kind, " + ".join(uses) or "0", **uses)


def fit(name: str) -> str:
    """A name as a formula can hold it: `eu-west-2` is `eu_west_2`."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in name)
    return plain if plain[:1].isalpha() else f"n_{plain}"
