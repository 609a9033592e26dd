"""All typed configuration of the platform, and the only reader of `pulumi.Config`."""

from settings.platform import Settings
from settings.region import RegionSettings

__all__ = ["RegionSettings", "Settings"]
