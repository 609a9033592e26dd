"""The programs at the edge locations, run by node as CloudFront's runtime would."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.components.edge.parts import DOMAIN, edge, named

CODE = Path(__file__).parents[3] / "components" / "edge" / "functions"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not on PATH; the functions are only read, not run")


def run(function: str, event: dict[str, Any]) -> dict[str, Any]:
    script = (
        f"{(CODE / function).read_text(encoding='utf-8')}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    )
    done = subprocess.run([str(NODE), "-e", script], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    return json.loads(done.stdout)


def request(uri: str, host: str = DOMAIN, querystring: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"request": {"uri": uri, "headers": {"host": {"value": host}}, "querystring": querystring or {}}}


def answer(uri: str, status: int, content_type: str) -> dict[str, Any]:
    headers = {"content-type": {"value": content_type}}
    return {"request": {"uri": uri}, "response": {"statusCode": status, "headers": headers}}


@pytest.mark.parametrize("name", ["site.js", "assets.js"])
def test_functions_fit_cloudfronts_runtime(name: str) -> None:
    code = (CODE / name).read_text(encoding="utf-8")
    assert len(code.encode()) <= 10_240, "CloudFront takes 10 KB"
    assert re.search(r"^function handler\(event\)", code, re.MULTILINE), "CloudFront calls handler(event)"
    assert not re.search(r"\b(require|import|fetch|process|setTimeout|console)\b", code), (
        "the runtime has none of these"
    )


def test_what_runs_is_the_file() -> None:
    function = named(edge(), "edge-site-functions-site").inputs
    assert function["code"] == (CODE / "site.js").read_text(encoding="utf-8")
    assert (function["runtime"], function["publish"]) == ("cloudfront-js-2.0", True)


@needs_node
@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/", "/index.html"),
        ("/products/", "/products/index.html"),
        ("/products/chair", "/products/chair/index.html"),
        ("/v1.2/chair", "/v1.2/chair/index.html"),
        ("/scripts/main.4f1c.js", "/scripts/main.4f1c.js"),
    ],
)
def test_a_path_leads_to_its_document(path: str, document: str) -> None:
    assert run("site.js", request(path))["uri"] == document


@needs_node
def test_www_leads_to_the_apex_with_all_it_was_asked() -> None:
    asked = {
        "q": {"value": "a%20b"},
        "tag": {"value": "x", "multiValue": [{"value": "x"}, {"value": "y"}]},
        "f": {"value": ""},
    }
    redirect = run("site.js", request("/chairs", f"www.{DOMAIN}", asked))
    assert redirect["statusCode"] == 301
    assert redirect["headers"]["location"]["value"] == f"https://{DOMAIN}/chairs?q=a%20b&tag=x&tag=y&f"


@needs_node
def test_a_model_is_immutable_and_says_what_it_is() -> None:
    headers = run("assets.js", answer("/assets/chair.GLB", 206, "binary/octet-stream"))["headers"]
    assert "immutable" in headers["cache-control"]["value"]
    assert headers["content-type"]["value"] == "model/gltf-binary"


@needs_node
def test_a_stated_type_stays() -> None:
    headers = run("assets.js", answer("/assets/chair.glb", 200, "application/json"))["headers"]
    assert headers["content-type"]["value"] == "application/json"


@needs_node
def test_only_a_good_answer_is_immutable() -> None:
    assert "cache-control" not in run("assets.js", answer("/assets/chair.glb", 302, "text/html"))["headers"]
