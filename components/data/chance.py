"""Chance without a provider for it: what a customer key makes of a text cannot be foretold."""

import hashlib
from collections.abc import Mapping

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions


def secret_value(
    name: str, *, key_arn: Input[str], text: str, context: Mapping[str, str], opts: ResourceOptions
) -> Output[str]:
    """64 hexadecimal digits, secret, and the same until `context` changes.

    KMS encrypts under a random initialisation vector; the digest of the result is kept, the result is a secret of
    the state.
    """
    made = aws.kms.Ciphertext(
        name,
        key_id=key_arn,
        plaintext=text,
        context=dict(context),
        opts=ResourceOptions.merge(opts, ResourceOptions(additional_secret_outputs=["ciphertextBlob"])),
    )
    return Output.secret(made.ciphertext_blob.apply(_digest))


def digest(text: Output[str]) -> Output[str]:
    """SHA-256 of a text in hex."""
    return text.apply(_digest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
