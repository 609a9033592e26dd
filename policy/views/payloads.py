"""Texts that travel inside properties, decoded, and the secrets that show in them."""

import base64
import binascii
import email
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from pulumi_policy.proxy import UnknownValueError

from policy.values import is_list

DEEPEST = 4
"""Encodings inside one another that are followed."""

LARGEST = 1 << 20
"""Bytes of a decoded text; more is no configuration."""

SHAPES = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "an AWS secret key": r"(?i)secret.{0,30}?[\"'=:\s](?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>{}$]*:[^\s:/@\"'<>{}$]{3,}@[\w\[]",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60})",
    "a GitLab token": r"\bglpat-[\w-]{20}",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w{20,}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a Google key": r"\bAIza[\w-]{35}\b",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
}
_SHAPES = {kind: re.compile(pattern) for kind, pattern in SHAPES.items()}
_ASSIGNED = re.compile(
    r"(?i)(?P<name>(?:passw(?:or)?d|passphrase|(?<![a-z])(?:pass|pwd)|secret|token|api[_-]?key|private[_-]?key|credentials?)[\w.-]{0,60})"
    r"[\"']?\s*(?:=|:(?!/))\s*[\"']?(?P<value>[^\s\"',;&|<>(){}\[\]\\]{8,})"
)
_POINTS = re.compile(
    r"(?i)(arn|id|name|url|uri|file|path|table|policy|length|days|ttl|type|endpoint|use|version|stage|manager)s?$"
)
"""How a name ends that points to a secret, or speaks about one, instead of holding it."""

_REFERS = re.compile(r"(?i)^(?:[$/.~%@*]|arn:|https?:|s3:|resolve:|alias/|ssm:|true$|false$|null$|none$|\d+$)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_RANDOM = 3.0
"""Bits a character: words of a language have less over so short a text, keys have more."""


@lru_cache(maxsize=2048)
def secrets_in(text: str) -> tuple[str, ...]:
    """What kinds of secret show in a text or in anything encoded in it, sorted; never the secret itself."""
    return tuple(sorted({kind for layer in layers(text) for kind in _shown(layer)}))


def layers(text: str, depth: int = 0) -> Iterator[str]:
    """A text, and what is found in it after MIME, base64 and gzip are taken off."""
    yield text
    if depth == DEEPEST:
        return
    for inner in _mime_parts(text) if "content-type:" in text[:2000].lower() else ():
        yield from _decoded(inner, depth)
    for encoded in _BASE64.findall(text):
        with_padding = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
        try:
            yield from _decoded(base64.b64decode(with_padding, validate=True), depth)
        except binascii.Error:
            continue


def lines(value: Any, name: str = "") -> Iterator[str]:
    """The lines `name=value` of a property: of what is a map, `{name: value}` or `{"name": name, "value": value}`.

    What is unknown inside a map or a list is another resource's output, and left out.
    """
    if isinstance(value, Mapping):
        held = cast(Mapping[str, Any], value)
        label = next((str(one) for key in ("name", "key", "Name") if (one := _known(held, key))), "")
        for key in held:
            yield from lines(_known(held, key), label if label and key in ("value", "Value") else str(key))
    elif is_list(value):
        for position in range(len(value)):
            yield from lines(_known(value, position), name)
    elif isinstance(value, str):
        yield f"{name}={value}" if name else value
        if value[:1] in ("{", "["):
            yield from _json(value)


def _known(held: Any, key: Any) -> Any:
    try:
        return held[key]
    except (KeyError, UnknownValueError):
        return None


def _json(text: str) -> Iterator[str]:
    try:
        yield from lines(json.loads(text))
    except ValueError:
        return


def _decoded(data: bytes, depth: int) -> Iterator[str]:
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, LARGEST)
        except zlib.error:
            return
    try:
        text = data[:LARGEST].decode()
    except UnicodeDecodeError:
        return
    if all(character.isprintable() or character in "\t\r\n" for character in text[:200]):
        yield from layers(text, depth + 1)


def _mime_parts(text: str) -> Iterator[bytes]:
    for part in email.message_from_string(text).walk():
        content: Any = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content


def _shown(text: str) -> Iterator[str]:
    yield from (kind for kind, shape in _SHAPES.items() if shape.search(text))
    for found in _ASSIGNED.finditer(text):
        name, value = found["name"], found["value"]
        if _POINTS.search(name) or _REFERS.search(value):
            continue
        if "passw" in name.lower() or "passphrase" in name.lower():
            yield "a password"
        elif _random(value):
            yield "a drawn value under a secret's name"


def _random(value: str) -> bool:
    """Whether a value looks drawn, not written."""
    counts = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d"))
    return bits >= _RANDOM and kinds > 1
