"""Address blocks: which are private, and which are so wide that they are the internet."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

PRIVATE_V4 = [IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
PRIVATE_V6 = IPv6Network("fc00::/7")
WIDEST_V4 = 8
WIDEST_V6 = 16
"""No one owner holds a wider block, so it is the internet, or a half or a quarter of it."""


def block(cidr: str) -> IPv4Network | IPv6Network | None:
    """A block from its text; None for what is none, which the provider refuses."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None


def any_wide(cidrs: Iterable[str]) -> bool:
    """Whether blocks, put together, hold the internet or a good part of it."""
    return _any_wide(tuple(cidrs))


@lru_cache(maxsize=4096)
def _any_wide(cidrs: tuple[str, ...]) -> bool:
    blocks = [one for one in map(block, cidrs) if one is not None]
    v4 = [one for one in blocks if isinstance(one, IPv4Network)]
    v6 = [one for one in blocks if isinstance(one, IPv6Network)]
    wide_v4 = any(one.prefixlen < WIDEST_V4 for one in collapse_addresses(v4))
    return wide_v4 or any(one.prefixlen < WIDEST_V6 and not one.subnet_of(PRIVATE_V6) for one in collapse_addresses(v6))
