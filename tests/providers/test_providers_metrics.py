"""Metrics in the words of Prometheus."""

from decimal import Decimal

import pytest

from token_dashboard.providers._metrics import samples

TEXT = """
# HELP vllm:num_requests_running Requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="a, \\"b\\"",engine="0"} 3.0
vllm:prompt_tokens_total{model_name="a"} 1.25e+06 1795348800000
up 1
quantile{q="0.5"} NaN
bucket{le="+Inf"} +Inf
"""


def test_each_series_has_its_name_labels_and_exact_value() -> None:
    running, tokens, up = samples(TEXT)
    assert running == ("vllm:num_requests_running", {"model_name": 'a, "b"', "engine": "0"}, Decimal(3))
    assert tokens == ("vllm:prompt_tokens_total", {"model_name": "a"}, Decimal(1_250_000))
    assert up == ("up", {}, Decimal(1))


@pytest.mark.parametrize("text", ["{}", "up", "up one", "up{a=b} 1", "<html>", "up 1e99"])
def test_what_is_no_metric_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not "):
        samples(text)
