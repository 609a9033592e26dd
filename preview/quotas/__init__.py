"""What the platform needs of AWS's quotas before it is deployed.

Counted from the graph: every resource, and what may grow at its declared largest; and what the promised number of
users takes. `python -m preview.quotas` prints it and, with credentials, compares it with the account's own quotas.
"""

from preview.promises.capacity import demand, limits
from preview.promises.deployed import Deployed
from preview.quotas.counting import counted
from preview.quotas.need import Need, Standing
from preview.quotas.sizes import sized

__all__ = ["Need", "Standing", "needs"]


def needs(deployed: Deployed) -> tuple[Need, ...]:
    """Every need, the fullest holder of each quota and region; UndeclaredError where no region answers users.

    Where the stack bounds itself what users may take, its bound counts, and not the promised number of users.
    """
    declared = [*counted(deployed), *sized(deployed)]
    bounded = {need.quota.id for need in declared}
    fullest: dict[tuple[str, str], Need] = {}
    for need in (*declared, *(need for need in _of_users(deployed) if need.quota.id not in bounded)):
        key = need.quota.id, need.region or ""
        if key not in fullest or need.needed.value > fullest[key].needed.value:
            fullest[key] = need
    return tuple(fullest[key] for key in sorted(fullest) if fullest[key].needed.value > 0)


def _of_users(deployed: Deployed) -> list[Need]:
    """What the promised number of users takes."""
    users = demand.promised_users(deployed)
    return [
        Need(quota=limit.quota, region=limit.region, of=limit.place, needed=limit.taken(users))
        for limit in limits.of_account(deployed)
        if limit.quota is not None
    ]
