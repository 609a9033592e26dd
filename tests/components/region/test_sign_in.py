"""Accounts of the shop's customers."""

from functools import cache

from pulumi import ResourceOptions

from components.region.sign_in import SignIn, SignInArgs
from preview.graph import Graph
from tests.engine import build, ground


@cache
def built(*, protect: bool = True) -> Graph:
    def program(place: ResourceOptions) -> None:
        SignIn("sign-in", SignInArgs(ground=ground(), domain="shop.example.com", protect=protect), place)

    return build(program)


def test_accounts_cannot_be_deleted_by_mistake() -> None:
    (pool,) = built().of_type("aws:cognito/userPool:UserPool")
    assert pool.inputs["deletionProtection"] == "ACTIVE"
    assert pool.protect, "passwords cannot be exported: a pool that is gone is gone"


def test_protection_follows_the_settings() -> None:
    (pool,) = built(protect=False).of_type("aws:cognito/userPool:UserPool")
    assert (pool.inputs["deletionProtection"], pool.protect) == ("INACTIVE", False)


def test_a_second_factor_is_offered() -> None:
    (pool,) = built().of_type("aws:cognito/userPool:UserPool")
    assert pool.inputs["mfaConfiguration"] == "OPTIONAL"
    assert pool.inputs["softwareTokenMfaConfiguration"] == {"enabled": True}


def test_browsers_get_tokens_by_code_and_hold_no_secret() -> None:
    (client,) = built().of_type("aws:cognito/userPoolClient:UserPoolClient")
    assert client.inputs["allowedOauthFlows"] == ["code"], "the implicit flow leaves tokens in addresses"
    assert client.inputs["generateSecret"] is False, "a browser cannot keep one"
    assert client.inputs["enableTokenRevocation"] is True


def test_sign_in_comes_back_to_the_site_over_tls() -> None:
    (client,) = built().of_type("aws:cognito/userPoolClient:UserPoolClient")
    assert client.inputs["callbackUrls"] == ["https://shop.example.com/signed-in"]


def test_nobody_learns_who_has_an_account() -> None:
    (client,) = built().of_type("aws:cognito/userPoolClient:UserPoolClient")
    assert client.inputs["preventUserExistenceErrors"] == "ENABLED"


def test_carts_have_scopes_of_their_own() -> None:
    graph = built()
    (server,) = graph.of_type("aws:cognito/resourceServer:ResourceServer")
    (client,) = graph.of_type("aws:cognito/userPoolClient:UserPoolClient")
    offered = {f"{server.inputs['identifier']}/{scope['scopeName']}" for scope in server.inputs["scopes"]}
    assert offered <= set(client.inputs["allowedOauthScopes"]), "a client may only ask for what it is allowed"
    assert server.urn in client.dependencies, "AWS refuses a client whose scopes do not exist"
