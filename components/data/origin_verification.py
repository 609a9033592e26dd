"""The secret that CloudFront shows to the regions."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from components.component import Component
from components.data.chance import digest, secret_value
from components.data.lasting_secret import LastingSecret, LastingSecretArgs
from components.interfaces import Ground, OriginVerification

HEADER = "x-origin-verify"
SLOTS = ("even", "odd")


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginSecretArgs:
    generation: int
    """Raised by one, it replaces the older of two values; the current one becomes the previous one."""

    home: str
    ground: Mapping[str, Ground]
    """The running regions."""

    protect: bool


class OriginSecret(Component):
    """Proves to the regions that a request came through the edge, and can be changed without turning any away.

    Of two values the origins accept both and the edge sends one. The values take turns: even and odd generations.
    """

    verification: OriginVerification
    secret_name: str
    """Name of the secret that tells canaries the header and its value, the same in every region."""

    def __init__(self, name: str, args: OriginSecretArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:OriginSecret", name, args, opts)
        home = args.ground[args.home]
        current, previous = (self._value(generation, home) for generation in (args.generation, args.generation - 1))
        self.secret_name = home.names.of("origin-verification")
        secret = LastingSecretArgs(
            physical_name=self.secret_name,
            description="Header by which the edge proves itself to the origins",
            content={"header": HEADER, "value": current},
            home=args.home,
            ground=args.ground,
            rotated=False,
            protect=args.protect,
        )
        LastingSecret(self.named("secret"), secret, self.own())
        digests = Output.all(digest(current), digest(previous)).apply(",".join)
        self.verification = OriginVerification(
            header=HEADER,
            current=current,
            accepted=(current, previous),
            accepted_digests=Output.unsecret(digests),
        )
        self.publish()

    def _value(self, generation: int, home: Ground) -> Output[str]:
        return secret_value(
            self.named(SLOTS[generation % 2]),
            key_arn=home.data_key_arn,
            text="origin-verification",
            context={"generation": str(generation)},
            opts=self.own(),
        )
