"""A bundle is taken whole and as it was made, or not at all."""

# ruff: noqa: ASYNC240 - a test may write a local file while nothing else runs

import gzip
import hashlib
import hmac
import json
import os
from contextlib import AsyncExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alert_world import at
from movable_clock import MovableClock

from token_dashboard.engine.bundles import pack, unpack
from token_dashboard.engine.replication import Identity
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import BundleError
from token_dashboard.model.report import Dimension
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 12:00")
KEY = Secret("a key that the machines share")
HOME = {name: Identity(machine=name) for name in ("ann", "bob")}


def request(n: int) -> UsageEvent:
    return UsageEvent(
        key=event_key("claude-code", str(n)),
        time_ms=NOW + n,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100 + n,
    )


async def opened(stack: AsyncExitStack, place: Path) -> Ledger:
    return await stack.enter_async_context(open_ledger(place, MovableClock(NOW)))


@pytest.fixture
async def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "ann.bundle"
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "ann.db")
        await own.usage.record([request(n) for n in range(3)])
        made = await pack(own, HOME["ann"], KEY, path, NOW)
        assert (made.machine, made.requests) == ("ann", 3)
    return path


async def refused(path: Path, key: Secret = KEY) -> str:
    async with AsyncExitStack() as stack:
        own = await opened(stack, path.with_suffix(".taker.db"))
        with pytest.raises(BundleError) as error:
            await unpack(path, own, HOME["bob"], key)
        assert (await own.usage.totals(None)).requests == 0
    return str(error.value)


async def test_a_bundle_that_was_tampered_with_is_refused_and_nothing_of_it_recorded(bundle: Path) -> None:
    first, rest = bundle.read_bytes().split(b"\n", 1)
    text = gzip.decompress(rest)
    for tampered in (
        text.replace(b'"claude-code"', b'"claude-c0de"', 1),
        text.replace(b'"requests":3', b'"requests":2', 1),
        b"".join(text.splitlines(keepends=True)[:2] + text.splitlines(keepends=True)[3:]),
        text,
    ):
        bundle.write_bytes(first + b"\n" + gzip.compress(tampered))
        assert "its seal is wrong" in await refused(bundle)


async def test_no_bit_of_a_bundle_can_be_changed_and_nothing_added(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "bob.db")
        for place in range(len(whole)):
            changed = bytes([whole[place] ^ 1 << place % 8])
            bundle.write_bytes(whole[:place] + changed + whole[place + 1 :])
            with pytest.raises(BundleError):
                await unpack(bundle, own, HOME["bob"], KEY)
        for more in (b"\0", b"\n", gzip.compress(b""), whole):
            bundle.write_bytes(whole + more)
            with pytest.raises(BundleError):
                await unpack(bundle, own, HOME["bob"], KEY)
        bundle.write_bytes(whole)
        assert (await unpack(bundle, own, HOME["bob"], KEY)).new == 3


async def test_a_bundle_of_another_key_is_refused(bundle: Path) -> None:
    assert "made with another key" in await refused(bundle, Secret("another"))


@pytest.mark.parametrize("part", [0.3, 0.9])
async def test_half_a_bundle_is_refused(bundle: Path, part: float) -> None:
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: int(len(whole) * part)])
    assert "its seal is wrong" in await refused(bundle)


async def test_a_bundle_of_a_newer_version_is_refused(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes().replace(b"bundle 1", b"bundle 2", 1))
    assert "newer version" in await refused(bundle)


@pytest.mark.parametrize(
    "junk",
    [b"", b"hello", gzip.compress(b"{}\n"), gzip.compress(b"[1]\n2\n")],
    ids=["nothing", "a text", "an object", "lists"],
)
async def test_another_file_is_refused(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk"
    path.write_bytes(junk)
    assert "it is no bundle" in await refused(path)


def sealed(text: bytes) -> bytes:
    """A bundle of lines, as whoever has the key makes it."""
    version, packed = b"token-dashboard bundle 1", gzip.compress(text)
    seal = hmac.new(KEY.reveal().encode(), version + packed, hashlib.sha256).hexdigest()
    return version + f" {seal}\n".encode() + packed


async def test_a_bundle_from_before_there_were_withdrawals_is_taken(bundle: Path, tmp_path: Path) -> None:
    head, *lines = gzip.decompress(bundle.read_bytes().split(b"\n", 1)[1]).splitlines(keepends=True)
    said = json.loads(head)
    assert said.pop("withdrawn") == 0
    bundle.write_bytes(sealed(json.dumps(said).encode() + b"\n" + b"".join(lines)))
    async with AsyncExitStack() as stack:
        taker = await opened(stack, tmp_path / "bob.db")
        assert (await unpack(bundle, taker, HOME["bob"], KEY)).new == 3


async def test_any_number_of_withdrawals_travels_in_lines_of_a_bounded_length(tmp_path: Path) -> None:
    path, keys = tmp_path / "ann.bundle", [event_key("ccusage", str(n)) for n in range(50_000)]
    async with AsyncExitStack() as stack:
        own, taker = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        await own.usage.record([request(1)])
        await withdraw(Upkeep.of(own), keys)
        await pack(own, HOME["ann"], KEY, path, NOW)
        lines = gzip.decompress(path.read_bytes().split(b"\n", 1)[1]).splitlines()
        assert max(map(len, lines)) < 2**20
        assert (await unpack(path, taker, HOME["bob"], KEY)).new == 1
        assert await taker.journal.withdrawn(0) == sorted(keys)


async def test_names_of_any_length_travel(tmp_path: Path) -> None:
    owner = Attribution(project="/é" * 50_000, session="s\0\ud800\n")
    async with AsyncExitStack() as stack:
        own, other = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        await own.usage.record([request(0)._replace(attribution=owner)])
        await pack(own, HOME["ann"], KEY, tmp_path / "long", NOW)
        assert (await unpack(tmp_path / "long", other, HOME["bob"], KEY)).new == 1
        cut = ((Dimension.PROJECT, Dimension.SESSION), ZoneInfo("UTC"))
        assert await other.usage.rows(None, *cut) == await own.usage.rows(None, *cut)


async def test_a_bundle_is_written_over_bundles_alone(bundle: Path, tmp_path: Path) -> None:
    link, empty, letter, pipe = (tmp_path / name for name in ("link", "empty", "letter", "pipe"))
    link.symlink_to(bundle)
    empty.touch()
    letter.write_text("precious\n")
    os.mkfifo(pipe)
    bundle.write_bytes(bundle.read_bytes()[:-9])  # a copy that was cut short is one, too
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "ann.db")
        for path in (link, empty):
            await pack(own, HOME["ann"], KEY, path, NOW)
            assert (await unpack(path, own, HOME["bob"], KEY)).bundle.requests == 3
        for path in (letter, pipe, tmp_path / "ann.db"):
            with pytest.raises(BundleError, match="another file is there"):
                await pack(own, HOME["ann"], KEY, path, NOW)
    assert (link.is_symlink(), letter.read_text(), pipe.is_fifo()) == (True, "precious\n", True)


async def test_what_a_killed_export_left_is_swept_and_what_another_one_writes_is_not(
    bundle: Path, tmp_path: Path
) -> None:
    left, written, others = (tmp_path / f".{name}.part" for name in ("ann.bundle.x", "ann.bundle.y", "z"))
    for path, age_s in ((left, 7200), (written, 60), (others, 7200)):
        path.touch()
        os.utime(path, (NOW / 1000 - age_s,) * 2)
    async with AsyncExitStack() as stack:
        await pack(await opened(stack, tmp_path / "ann.db"), HOME["ann"], KEY, bundle, NOW)
    assert sorted(tmp_path.glob(".*")) == [written, others]


async def test_a_bundle_of_nothing_is_taken(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "ann.db")
        await pack(own, HOME["ann"], KEY, tmp_path / "empty", NOW)
        assert (await unpack(tmp_path / "empty", own, HOME["bob"], KEY)).new == 0


async def test_an_older_bundle_after_a_newer_one_takes_nothing_back(bundle: Path, tmp_path: Path) -> None:
    older = tmp_path / "ann (1).bundle"
    older.write_bytes(bundle.read_bytes())
    async with AsyncExitStack() as stack:
        own, other = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        await own.usage.record([request(0)._replace(output_tokens=500), request(7)])
        await pack(own, HOME["ann"], KEY, bundle, NOW)
        assert (await unpack(bundle, other, HOME["bob"], KEY)).new == 4
        before = await other.usage.totals(None)
        assert before.output_tokens == 500
        assert (await unpack(older, other, HOME["bob"], KEY)).new == 0
        assert await other.usage.totals(None) == before


async def test_a_bundle_of_another_machine_of_the_same_name_is_told_from_ones_own(
    bundle: Path, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        own, other = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        assert not (await unpack(bundle, own, HOME["ann"], KEY)).has_namesake
        assert not (await unpack(bundle, other, HOME["bob"], KEY)).has_namesake
        assert (await unpack(bundle, other, HOME["ann"], KEY)).has_namesake


async def test_what_two_machines_have_is_one_request_and_stays_each_ones_own(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        own = {name: await opened(stack, tmp_path / f"{name}.db") for name in HOME}
        for name, ledger in own.items():
            await ledger.usage.record([request(n) for n in range(3)])
            await pack(ledger, HOME[name], KEY, tmp_path / f"{name}.bundle", NOW)
        for name, ledger in own.items():
            for giver in HOME:
                assert (await unpack(tmp_path / f"{giver}.bundle", ledger, HOME[name], KEY)).new == 0
            (row,) = await ledger.usage.rows(None, (Dimension.MACHINE,), ZoneInfo("UTC"))
            assert (row.machine, row.totals.requests) == (None, 3)
