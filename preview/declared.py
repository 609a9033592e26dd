"""Which outputs a resource type declares: at preview the engine shows those that nobody has set as unknown."""

import importlib
import keyword
from functools import cache
from typing import Any


@cache
def outputs(token: str) -> tuple[str, ...]:
    """Property names (camelCase) of `aws:s3/bucket:Bucket` and its like; empty for what is not pulumi_aws's."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    if package != "aws":
        return ()
    folder = module.partition("/")[0]
    loaded = importlib.import_module(f"pulumi_aws.{folder}_" if keyword.iskeyword(folder) else f"pulumi_aws.{folder}")
    return tuple(_declared(getattr(loaded, name)))


def _declared(resource: type[Any]) -> list[str]:
    getters = [value.fget for value in vars(resource).values() if isinstance(value, property)]
    return [getattr(getter, "_pulumi_name", getter.__name__) for getter in getters if getter is not None]
