import copy
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace

import pytest

from token_dashboard.model.record import Records, column, record


@record
class Pair:
    """Two things."""

    left: int
    right: tuple[int, ...] = field(default_factory=tuple)


def test_a_record_is_a_dataclass_to_whoever_asks() -> None:
    assert is_dataclass(Pair)
    assert [one.name for one in fields(Pair)] == ["left", "right"]
    assert replace(Pair(left=1), right=(2,)) == Pair(left=1, right=(2,))


def test_it_compares_and_hashes_by_its_values_and_shows_them() -> None:
    assert Pair(left=1) == Pair(left=1, right=())
    assert Pair(left=1) != Pair(left=2)
    assert len({Pair(left=1), Pair(left=1)}) == 1
    assert repr(Pair(left=1)) == "Pair(left=1, right=())"


def test_it_never_changes() -> None:
    pair = Pair(left=1)
    with pytest.raises(FrozenInstanceError):
        pair.left = 2
    with pytest.raises(FrozenInstanceError):
        del pair.left
    with pytest.raises(FrozenInstanceError):
        pair.middle = 3


@pytest.mark.parametrize("values", [{}, {"left": 1, "middle": 2}, {"right": ()}])
def test_a_missing_or_unknown_field_is_named(values: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"left|middle"):
        Pair(**values)


def test_it_can_be_copied_and_pickled() -> None:
    pair = Pair(left=1, right=(2,))
    assert copy.deepcopy(pair) == pair
    assert pickle.loads(pickle.dumps(pair)) == pair


def test_many_are_made_of_columns_as_one_is_made_of_values() -> None:
    pairs = Records(Pair, 2, {"left": [1, 2], "right": [(3,), ()]})
    assert pairs == [Pair(left=1, right=(3,)), Pair(left=2)]
    assert (pairs[1], pairs[:1], len(pairs)) == (Pair(left=2), [Pair(left=1, right=(3,))], 2)
    assert Records(Pair, 2, {"left": range(2)}) == (Pair(left=0), Pair(left=1))
    assert Records(Pair, 0, {"left": []}) == ()
    with pytest.raises(TypeError, match="left"):
        list(Records(Pair, 1, {}))


def test_columns_are_read_of_records_however_they_are_kept() -> None:
    kept = Records(Pair, 2, {"left": [1, 2]})
    for pairs in (kept, list(kept), tuple(kept)):
        assert list(column(pairs, "left")) == [1, 2]
        assert list(column(pairs, "right")) == [(), ()]


def test_records_of_columns_are_a_value_as_a_tuple_of_them_is() -> None:
    kept = Records(Pair, 2, {"left": [1, 2]})
    assert (hash(kept), repr(kept)) == (hash(tuple(kept)), repr(list(kept)))
    assert pickle.loads(pickle.dumps(kept)) == copy.deepcopy(kept) == kept
    assert kept != [Pair(left=1)]
    assert kept != 2
