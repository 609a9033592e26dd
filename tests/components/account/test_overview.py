"""The global dashboard."""

import json
from typing import Any

import pytest

from tests.components.account.stage import graph_of


@pytest.fixture(scope="module")
def widgets() -> dict[str, dict[str, Any]]:
    """The dashboard's widgets by their titles."""
    (dashboard,) = graph_of().of_type("aws:cloudwatch/dashboard:Dashboard")
    assert dashboard.region == "us-east-1", "where the edge reports"
    return {
        widget["properties"]["title"]: widget for widget in json.loads(dashboard.inputs["dashboardBody"])["widgets"]
    }


def test_every_region_has_a_line(widgets: dict[str, dict[str, Any]]) -> None:
    for title in ("Regions: requests", "Databases: processor, %", "Regions: answers with 5xx"):
        drawn = [metric[-1]["region"] for metric in widgets[title]["properties"]["metrics"]]
        assert drawn == ["eu-west-2", "us-east-2"], f"{title} compares the regions"


def test_load_balancers_are_named_as_their_metrics_are(widgets: dict[str, dict[str, Any]]) -> None:
    first = widgets["Regions: requests"]["properties"]["metrics"][0]

    assert first[:4] == ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/eu-west-2/0123456789abcdef"]


def test_widgets_do_not_overlap(widgets: dict[str, dict[str, Any]]) -> None:
    places = [(widget["x"], widget["y"]) for widget in widgets.values()]

    assert len(set(places)) == len(places), "each has its own place"
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets.values()), "a dashboard has 24 columns"


def test_promises_are_drawn_in(widgets: dict[str, dict[str, Any]]) -> None:
    (limit,) = widgets["Regions: p95 of the answer time, s"]["properties"]["annotations"]["horizontal"]

    assert limit["value"] == 0.5, "the threshold of the alarm, in the metric's unit"
