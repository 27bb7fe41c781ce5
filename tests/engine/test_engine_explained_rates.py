"""Which rates an opened figure shows of answers that stream past a change of prices."""

import json
from pathlib import Path

import pytest
from engine_wiring import Wiring
from test_engine_explaining import explained, log, reply


@pytest.mark.parametrize("is_read_at_once", [True, False])
async def test_an_answer_that_streams_past_a_change_of_rates_has_those_that_it_was_priced_with(
    wiring: Wiring, tmp_path: Path, *, is_read_at_once: bool
) -> None:
    times = ("2026-11-20T03:59:58.000Z", "2026-11-20T04:00:03.000Z")  # DeepSeek's peak ends at four
    records = [
        json.loads(reply(1, output, model="deepseek-v4-flash")) | {"timestamp": time}
        for output, time in zip((1, 900), times, strict=True)
    ]
    begun, whole = (json.dumps(one) + "\n" for one in records)
    async with wiring.running() as engine:
        if not is_read_at_once:
            log(tmp_path, begun)
            await engine.scanner.scan()
        log(tmp_path, begun, whole)
        await engine.scanner.scan()
        [one] = (await explained(engine)).events
        assert one.price is not None
        assert one.price.is_same
        assert one.price.output.amount == ("1.20" if is_read_at_once else "0.60")


@pytest.mark.parametrize(("sent", "above", "rate"), [(200_000, None, "3.00"), (200_001, 200_000, "6.00")])
async def test_a_long_prompt_has_the_rates_of_long_prompts(
    wiring: Wiring, tmp_path: Path, sent: int, above: int | None, rate: str
) -> None:
    long = json.loads(reply(1, 10, model="claude-sonnet-4-5-20250929"))
    long["message"]["usage"] = {"input_tokens": sent, "output_tokens": 10}
    log(tmp_path, json.dumps(long) + "\n")
    async with wiring.running() as engine:
        await engine.scanner.scan()
        [one] = (await explained(engine)).events
        assert one.price is not None
        assert (one.price.above_input_tokens, one.price.input.amount) == (above, rate)
