"""The access tokens that an API accepts."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Whose tokens are accepted, and for what."""

    issuer: Input[str]
    audiences: Sequence[Input[str]]
    read_scopes: Sequence[str] = ()
    """Scopes of which a token needs one to read; none means that any token of the issuer will do."""

    write_scopes: Sequence[str] = ()
