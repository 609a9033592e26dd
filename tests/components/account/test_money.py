"""Budget and cost anomalies."""

import pytest

from tests.components.account.stage import graph_of

ALERTS = "arn:aws:sns:us-east-1:123456789012:storefront-test-alerts"
MONITOR = "arn:aws:ce::123456789012:anomalymonitor/01234567-89ab-cdef-0123-456789abcdef"


def test_the_budget_tells_before_during_and_after() -> None:
    graph = graph_of(operations={"budget_usd_per_month": 1500, "alert_emails": ["a@example.com"]})
    (budget,) = graph.of_type("aws:budgets/budget:Budget")
    told = [(notice["notificationType"], notice["threshold"]) for notice in budget.inputs["notifications"]]

    assert budget.inputs["limitAmount"] == "1500.0", "as AWS writes it"
    assert told == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)], "early enough to act"
    assert all(notice["subscriberSnsTopicArns"] == [ALERTS] for notice in budget.inputs["notifications"]), (
        "to the topic"
    )
    assert all(notice["subscriberEmailAddresses"] == ["a@example.com"] for notice in budget.inputs["notifications"]), (
        "and to people, should the topic fail"
    )


def test_money_stands_where_billing_does() -> None:
    graph = graph_of(operations={"cost_tags": True})
    places = {node.region for node in graph if "costexplorer" in node.type or "budgets" in node.type}

    assert places == {"us-east-1"}, "billing has one endpoint"


def test_an_anomaly_is_told_from_the_configured_cost() -> None:
    (subscription,) = graph_of(operations={"anomaly_usd": 75}).of_type(
        "aws:costexplorer/anomalySubscription:AnomalySubscription"
    )

    assert subscription.inputs["thresholdExpression"]["dimension"]["values"] == ["75"], "less is noise"
    assert subscription.inputs["subscribers"] == [{"type": "SNS", "address": ALERTS}], "at once, to the topic"


@pytest.mark.parametrize(
    ("usd", "written"), [(1_000_000, "1000000"), (0.5, "0.5"), (100, "100"), (12345678.9, "12345678.9")]
)
def test_an_anomaly_s_cost_is_written_in_digits(usd: float, written: str) -> None:
    (subscription,) = graph_of(operations={"anomaly_usd": usd}).of_type(
        "aws:costexplorer/anomalySubscription:AnomalySubscription"
    )

    assert subscription.inputs["thresholdExpression"]["dimension"]["values"] == [written], "AWS takes no exponent"


def test_the_monitor_that_an_account_is_born_with_is_adopted() -> None:
    graph = graph_of(operations={"cost_anomalies": "adopt", "anomaly_monitor_arn": MONITOR})
    (subscription,) = graph.of_type("aws:costexplorer/anomalySubscription:AnomalySubscription")

    assert not graph.of_type("aws:costexplorer/anomalyMonitor:AnomalyMonitor"), "AWS allows one"
    assert subscription.inputs["monitorArnLists"] == [MONITOR], "ours listens to it"


def test_tags_are_activated_only_where_asked() -> None:
    token = "aws:costexplorer/costAllocationTag:CostAllocationTag"

    assert not graph_of().of_type(token), "only the payer may, and not on the first day"
    assert {tag.inputs["tagKey"] for tag in graph_of(operations={"cost_tags": True}).of_type(token)} == {
        "project",
        "environment",
        "cost-centre",
    }, "the tags that every resource carries"
