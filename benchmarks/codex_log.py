"""How Codex writes threads: growing counters, repeated events, forks that copy, archives, compression."""

from collections.abc import Iterator
from typing import Any

from agent_truth import Used
from agent_work import Line, Work, lines_of, put

try:
    from compression import zstd  # type: ignore[import-not-found]
except ImportError:  # before Python 3.14
    from backports import zstd


def codex(work: Work, requests: int, number: int) -> None:
    """A thread with counters that grow; some are forked, some archived as well, some compressed."""
    thread = work.identity()
    started = work.at
    lines = [_codex_head(work, thread)]
    lines += _codex_requests(work, thread, requests, Used(0, 0))
    name = f"rollout-{started:%Y-%m-%dT%H-%M-%S}-{thread}.jsonl"
    folder = work.home / ".codex" / "sessions" / f"{started:%Y/%m/%d}"
    content = lines_of(lines)
    if number % 5 == 4:
        put(folder / f"{name}.zst", zstd.compress(content))
    else:
        put(folder / name, content)
    if number % 4 == 3:
        put(work.home / ".codex" / "archived_sessions" / name, content)
    if number % 3 == 2:
        _codex_fork(work, thread, lines, requests)


def _codex_head(work: Work, thread: str, **more: Any) -> Line:
    payload = {
        "id": thread,
        "timestamp": work.iso(),
        "cwd": work.project,
        "originator": "codex_cli_rs",
        "cli_version": "0.140.0",
        "model_provider": "openai",
        "git": {"branch": "main"},
        **more,
    }
    return {"timestamp": work.iso(), "type": "session_meta", "payload": payload}


def _codex_requests(work: Work, thread: str, requests: int, totals: Used) -> Iterator[Line]:
    model = work.rng.choice(("gpt-5.1-codex", "gpt-5.2"))
    for index in range(requests):
        if index in {0, requests // 2}:
            model = work.rng.choice(("gpt-5.1-codex", "gpt-5.2"))
            turn = {"cwd": work.project, "model": model}
            yield {"timestamp": work.iso(), "type": "turn_context", "payload": turn}
        work.tick()
        content = [{"type": "output_text", "text": work.text()}]
        said = {"type": "message", "role": "assistant", "content": content}
        yield {"timestamp": work.iso(), "type": "response_item", "payload": said}
        sent = work.rng.randrange(2_000, 180_000)
        output = work.rng.randrange(20, 3_000)
        used = Used(
            sent,
            output,
            cache_read=work.rng.randrange(sent),
            reasoning=work.rng.randrange(output),
        )
        totals = Used(
            totals.input + used.input,
            totals.output + used.output,
            cache_read=totals.cache_read + used.cache_read,
            reasoning=totals.reasoning + used.reasoning,
        )
        info = {"last_token_usage": _codex_counts(used), "total_token_usage": _codex_counts(totals)}
        work.cuts.add(used, agent="codex", model=model, session=thread, project=work.project, at=work.at)
        line = {
            "timestamp": work.iso(),
            "type": "event_msg",
            "payload": {"type": "token_count", "info": info, "rate_limits": None},
        }
        yield line
        if work.rng.random() < 0.2:
            yield {**line, "payload": {**line["payload"], "rate_limits": {"primary": {"used_percent": 3}}}}


def _codex_counts(used: Used) -> Line:
    return {
        "input_tokens": used.input,
        "cached_input_tokens": used.cache_read,
        "output_tokens": used.output,
        "reasoning_output_tokens": used.reasoning,
        "total_tokens": used.input + used.output,
    }


def _codex_fork(work: Work, parent: str, lines: list[Line], requests: int) -> None:
    """A thread that begins with all of its parent's lines, written in one moment, and goes on."""
    work.tick(600)
    thread, started = work.identity(), work.at
    totals = Used(0, 0)
    for line in lines:
        if line["payload"].get("type") == "token_count":
            told = line["payload"]["info"]["total_token_usage"]
            totals = Used(
                told["input_tokens"],
                told["output_tokens"],
                cache_read=told["cached_input_tokens"],
                reasoning=told["reasoning_output_tokens"],
            )
    copied = [{**line, "timestamp": work.iso()} for line in lines]
    own = [_codex_head(work, thread, forked_from_id=parent), *copied]
    work.tick(600)
    own += _codex_requests(work, thread, max(requests // 3, 1), totals)
    name = f"rollout-{started:%Y-%m-%dT%H-%M-%S}-{thread}.jsonl"
    put(work.home / ".codex" / "sessions" / f"{started:%Y/%m/%d}" / name, lines_of(own))
