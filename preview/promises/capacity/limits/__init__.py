"""The limits that a growing number of users runs into, each with what there is and what one user takes of it."""

from collections.abc import Iterator

from preview.promises.capacity import demand
from preview.promises.capacity.limits import api, data, quotas, servers
from preview.promises.capacity.limits.limit import Limit, Sort, comfortable
from preview.promises.deployed import Deployed

__all__ = ["Limit", "Sort", "comfortable", "of_account", "of_stack"]


def of_stack(deployed: Deployed) -> list[Limit]:
    """What the stack declares itself and what AWS never raises; UndeclaredError where no region answers users."""
    return list(_of_stack(deployed))


def of_account(deployed: Deployed) -> list[Limit]:
    """The quotas that users use up, as they are by default."""
    return list(quotas.used_up(deployed))


def _of_stack(deployed: Deployed) -> Iterator[Limit]:
    for region, share in demand.whereabouts(deployed).items():
        if share.value > 0:
            yield from servers.fleet(deployed, region, share)
            yield from servers.addresses(deployed, region, share)
            yield from api.throttles(deployed, region, share)
            yield from api.functions(deployed, region, share)
            yield from data.throughput(deployed, region, share)
            yield from data.partitions(deployed, region, share)
    yield from data.writer(deployed)
    yield from data.prefixes(deployed)
