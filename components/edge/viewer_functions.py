"""Small programs that run at every edge location."""

from dataclasses import dataclass
from pathlib import Path

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component

_CODE = Path(__file__).with_name("functions")


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewerFunctionsArgs:
    runtime: str = "cloudfront-js-2.0"


class ViewerFunctions(Component):
    """Gives pages one host name and clean paths, and tells browsers that models never change."""

    site_arn: Output[str]
    """For requests: `www` goes to the apex, a path to its document."""

    assets_arn: Output[str]
    """For answers: immutable, with the type that the file name says."""

    def __init__(self, name: str, args: ViewerFunctionsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:ViewerFunctions", name, args, opts)
        self.site_arn = self._function("site", "Host name and document of a page", args)
        self.assets_arn = self._function("assets", "Lifetime and type of a model", args)
        self.publish()

    def _function(self, role: str, comment: str, args: ViewerFunctionsArgs) -> Output[str]:
        return aws.cloudfront.Function(
            self.named(role),
            runtime=args.runtime,
            comment=comment,
            code=(_CODE / f"{role}.js").read_text(encoding="utf-8"),
            publish=True,
            opts=self.own(),
        ).arn
