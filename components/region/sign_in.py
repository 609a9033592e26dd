"""Accounts of the shop's customers."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.interfaces import Ground
from components.region.tokens import Tokens

READ = "carts.read"
WRITE = "carts.write"
ACCESS_TOKEN_MINUTES = 60
REFRESH_TOKEN_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInArgs:
    ground: Ground
    domain: str
    """The site's domain, where sign-in begins and ends."""

    protect: bool
    """Refuse to delete the accounts."""


class SignIn(Component):
    """Signs customers in, in the home region; its tokens are verified in every region; see docs/adr/0004."""

    issuer: Output[str]
    client_id: Output[str]
    host: Output[str]
    """Where browsers are sent to sign in; resolves once it is there."""

    host_name: str
    """The same, known beforehand."""

    tokens: Tokens

    def __init__(self, name: str, args: SignInArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:SignIn", name, args, opts)
        self._args = args
        names = args.ground.names

        pool = self._pool()
        scopes = aws.cognito.ResourceServer(
            self.named("scopes"),
            identifier=_api(args.domain),
            name=names.of("api"),
            user_pool_id=pool.id,
            scopes=[
                {"scope_name": READ, "scope_description": "Read one's own carts"},
                {"scope_name": WRITE, "scope_description": "Change one's own carts"},
            ],
            opts=self.own(),
        )
        client = self._client(pool, scopes)
        prefix = f"{names.project}-{names.stack}-{names.account}"
        host = aws.cognito.UserPoolDomain(
            self.named("host"),
            domain=prefix,
            user_pool_id=pool.id,
            opts=self.own(),
        )
        self._throttle_alarm(pool.id, client.id)

        self.issuer = Output.concat("https://", pool.endpoint)
        self.client_id = client.id
        self.host = Output.concat(host.domain, f".auth.{names.region}.amazoncognito.com")
        self.host_name = f"{prefix}.auth.{names.region}.amazoncognito.com"
        self.tokens = Tokens(
            issuer=self.issuer,
            audiences=[client.id],
            read_scopes=[f"{_api(args.domain)}/{READ}", f"{_api(args.domain)}/{WRITE}"],
            write_scopes=[f"{_api(args.domain)}/{WRITE}"],
        )
        self.publish()

    def _pool(self) -> aws.cognito.UserPool:
        return aws.cognito.UserPool(
            self.named("pool"),
            name=self._args.ground.names.of("customers"),
            username_attributes=["email"],
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            user_attribute_update_settings={"attributes_require_verification_before_updates": ["email"]},
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            admin_create_user_config={"allow_admin_create_user_only": False},
            mfa_configuration="OPTIONAL",
            software_token_mfa_configuration={"enabled": True},
            password_policy={
                "minimum_length": 12,
                "require_lowercase": True,
                "require_uppercase": True,
                "require_numbers": True,
                "require_symbols": False,
                "temporary_password_validity_days": 3,
            },
            verification_message_template={"default_email_option": "CONFIRM_WITH_CODE"},
            deletion_protection="ACTIVE" if self._args.protect else "INACTIVE",
            opts=self.own(protect=True) if self._args.protect else self.own(),
        )

    def _client(self, pool: aws.cognito.UserPool, scopes: aws.cognito.ResourceServer) -> aws.cognito.UserPoolClient:
        """A public client: browsers keep no secret, so the code flow is bound to its browser by PKCE."""
        site = f"https://{self._args.domain}"
        return aws.cognito.UserPoolClient(
            self.named("client"),
            name=self._args.ground.names.of("site"),
            user_pool_id=pool.id,
            generate_secret=False,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=[
                "email",
                "openid",
                "profile",
                *(f"{_api(self._args.domain)}/{s}" for s in (READ, WRITE)),
            ],
            callback_urls=[f"{site}/signed-in"],
            logout_urls=[f"{site}/"],
            supported_identity_providers=["COGNITO"],
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            access_token_validity=ACCESS_TOKEN_MINUTES,
            id_token_validity=ACCESS_TOKEN_MINUTES,
            refresh_token_validity=REFRESH_TOKEN_DAYS,
            token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"},
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            opts=self.own(depends_on=[scopes]),
        )

    def _throttle_alarm(self, pool_id: Input[str], client_id: Input[str]) -> None:
        alarm(
            self.named("throttles"),
            says="Sign-ins are refused because there are more of them than the account's quota allows.",
            namespace="AWS/Cognito",
            metric="SignInThrottles",
            dimensions={"UserPool": pool_id, "UserPoolClient": client_id},
            threshold=0,
            topic_arn=self._args.ground.alert_topic_arn,
            opts=self.own(),
        )


def _api(domain: str) -> str:
    return f"https://api.{domain}"
