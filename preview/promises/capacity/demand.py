"""What one user asks of the platform, and where the users are.

A user here is one of those who are in the shop at the same time, of whatever country; what they do on average is the
load that the configuration expects.
"""

from functools import cache

from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Reading, figure, simulated
from preview.promises.users import cities as users

BALANCER = "aws:lb/loadBalancer:LoadBalancer"


def promised_users(deployed: Deployed) -> Reading:
    """Users at once that the platform must bear: those promised, else those of the busiest hour."""
    if deployed.promised("users_at_once") is not None:
        return deployed.expected("promises.users_at_once.promised", "users")
    return deployed.expected("load.users_at_peak", "users")


def whereabouts(deployed: Deployed) -> dict[str, Figure]:
    """Share of the users that each region answers, in percent; UndeclaredError where none does."""
    regions = users.answering(deployed)
    spread = users.shares(users.served(deployed), regions)
    balancers = [node for node in deployed.of_type(BALANCER) if node.region in spread]
    counted = deployed.count(balancers, "load balancers")
    how = "internet users of the cities to which this region is the nearest by round trip"
    return {
        region: simulated(f"users of {region}", "%", Kind.ESTIMATE, 100 * share, how, regions=counted)
        for region, share in spread.items()
    }


def pages(deployed: Deployed) -> Figure:
    """Requests of a user to the web servers, per second."""
    a_minute = deployed.expected("load.requests_per_user_minute", "requests/min")
    return figure("web requests of a user", "requests/s", Kind.ESTIMATE, "a_minute / 60", a_minute=a_minute)


def processing(deployed: Deployed) -> Figure:
    """Virtual processors that a user keeps busy on the web servers."""
    return figure(
        "processors of a user",
        "vCPUs",
        Kind.ESTIMATE,
        "pages * milliseconds / 1000",
        pages=pages(deployed),
        milliseconds=deployed.expected("load.server_cpu_milliseconds_per_request", "ms"),
    )


def calls(deployed: Deployed) -> Figure:
    """Requests of a user to the API, per second."""
    a_minute = deployed.expected("load.api_requests_per_user_minute", "requests/min")
    return figure("API requests of a user", "requests/s", Kind.ESTIMATE, "a_minute / 60", a_minute=a_minute)


def cart_reads(deployed: Deployed) -> Figure:
    """Reads of carts by a user, per second."""
    formula = "calls * reads / 100"
    return figure(
        "cart reads of a user",
        "requests/s",
        Kind.ESTIMATE,
        formula,
        calls=calls(deployed),
        reads=deployed.expected("load.cart_reads_percent", "%"),
    )


def cart_writes(deployed: Deployed) -> Figure:
    """Changes of carts by a user, per second."""
    formula = "calls * (1 - reads / 100)"
    return figure(
        "cart changes of a user",
        "requests/s",
        Kind.ESTIMATE,
        formula,
        calls=calls(deployed),
        reads=deployed.expected("load.cart_reads_percent", "%"),
    )


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


def edge_requests(deployed: Deployed) -> Figure:
    """All requests of a user to the CDN, per second."""
    return figure(
        "CDN requests of a user",
        "requests/s",
        Kind.ESTIMATE,
        "files + pages + calls",
        files=files(deployed),
        pages=pages(deployed),
        calls=calls(deployed),
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


def favourite(deployed: Deployed) -> Figure:
    """Share of the most wanted product in all views, in percent: the k-th is wanted in proportion to 1/k^exponent."""
    exponent = deployed.expected("load.popularity_exponent", "")
    models = deployed.expected("load.catalogue_models", "models")
    return simulated(
        "views of the most wanted product",
        "%",
        Kind.ESTIMATE,
        100 / _harmonic(exponent.value, int(models.value)),
        "100 / the sum of 1/k^exponent over all models",
        exponent=exponent,
        models=models,
    )


@cache
def _harmonic(exponent: float, models: int) -> float:
    return sum(rank**-exponent for rank in range(1, models + 1))
