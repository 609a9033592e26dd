"""What an outside judge says of one resource."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One complaint of one judge."""

    judge: str
    check: str
    """The judge's own id, e.g. `CKV_AWS_18` or `RESOURCE_STAR`."""

    urn: str
    says: str
    """The judge's words, or the action that it speaks of."""

    @property
    def type(self) -> str:
        """Type token of the resource."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """Logical name of the resource."""
        return self.urn.split("::", 3)[3]

    def __str__(self) -> str:
        return f"{self.judge} {self.check} on {self.type} {self.name}: {self.says}"
