"""Random numbers: the published generator, the same bits on every path, uniform and independent wherever we look."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import ruralsim
from ruralsim.base.streams import STREAMS, block_of, draws, philox, throw, throw_for, uniforms, unit, village_key
from ruralsim.state.inputs import LUCK_ROWS

PACKAGE = Path(ruralsim.__file__).parent
ONES = 0xFFFFFFFF

#: Random123, file kat_vectors: philox4x32 with 10 rounds (counter, key, words)
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_gives_the_published_words(counter, key, words) -> None:
    assert philox(*counter, *key) == words


def test_a_changed_round_would_be_noticed() -> None:
    """Negative control: swapping the two key words gives other words than the published ones."""
    counter, key, words = KNOWN[2]
    assert philox(*counter, *reversed(key)) != words


@pytest.mark.parametrize("seed", [0, 1, ONES])
@pytest.mark.parametrize("month", [0, 1, 600])
def test_the_three_paths_give_the_same_bits(seed: int, month: int) -> None:
    low, high = village_key("彭州一村")
    slots = np.array([0, 1, 2, 63, 2499, 65535])
    many = uniforms(seed, (low, high), slots, month, 5)
    for column, slot in enumerate(slots):
        assert tuple(many[:, column]) == draws(seed, low, high, int(slot), month, 5)
    words = np.zeros((LUCK_ROWS, 40), np.uint32)
    throw(words, seed, low, high, month, 5, 4)
    assert not words[:4].any()
    for slot in range(40):
        assert tuple(unit(int(w)) for w in words[4:, slot]) == draws(seed, low, high, slot, month, 5)
    plain = np.zeros_like(words)
    throw.py_func(plain, seed, low, high, month, 5, 4)
    assert np.array_equal(words, plain)
    some = np.array([3, 7, 8, 39], np.uint32)
    chosen = np.zeros((LUCK_ROWS, len(some)), np.uint32)
    throw_for(some, chosen, seed, low, high, month, 5, 4)
    assert np.array_equal(chosen, words[:, some])


def test_a_uniform_is_never_0_or_1() -> None:
    assert 0.0 < unit(0) < 1e-9
    assert 1.0 - 1e-9 < unit(ONES) < 1.0


def test_a_village_keeps_its_key_wherever_it_stands() -> None:
    assert village_key("Alder") == village_key("Alder")
    keys = [village_key(f"V{n:05d}") for n in range(20_000)]
    assert len(set(keys)) == len(keys)
    assert all(0 <= word <= ONES for key in keys[:100] for word in key)


def test_every_stream_has_a_word_of_its_own() -> None:
    assert len(set(STREAMS.values())) == len(STREAMS)
    assert all(0 <= lane < 4 for _, lane in STREAMS.values())
    assert block_of("villager.move") == (0, 0)
    with pytest.raises(KeyError):
        block_of("villager.nobody_registered_this")


# ---------------------------------------------------------------- streams and sources agree


def _blocks(node: ast.AST, function: ast.AST) -> list[int]:
    """The values that a block argument can take: a number, ``40 + k`` in a loop over ties, a loop over blocks."""
    loops = {"k": range(8), "seat": range(7), "s": range(7)}
    for loop in ast.walk(function):
        if isinstance(loop, ast.For | ast.comprehension) and getattr(loop.target, "id", "") == "block":
            loops["block"] = eval(compile(ast.Expression(loop.iter), "", "eval"), {"range": range})
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    code = compile(ast.Expression(node), "", "eval")
    if not names:
        return [eval(code)]
    return [eval(code, {names[0]: value}) for value in loops[names[0]]]


def _thrown() -> Iterator[tuple[str, int, int]]:
    """(where, block, lane) of every word that a source file of the model asks for and uses."""
    for path in sorted((PACKAGE / "model").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)):
            read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            lanes_of: dict[int, list[int]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and _is_draw(node.value) and isinstance(node.targets[0], ast.Tuple):
                    names = [target.id for target in node.targets[0].elts]  # type: ignore[attr-defined]
                    lanes_of[id(node.value)] = [k for k, name in enumerate(names) if name in read]
            for call in ast.walk(function):
                where = f"{path.name}:{getattr(call, 'lineno', 0)}"
                if _is_draw(call):
                    for block in _blocks(call.args[5], function):  # type: ignore[attr-defined]
                        yield from ((where, block, lane) for lane in lanes_of.get(id(call), range(4)))
                elif isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("throw", "throw_for"):
                    words, *_, thrown, row = call.args
                    words = call.args[1] if call.func.id == "throw_for" else words  # type: ignore[attr-defined]
                    block, first = ast.literal_eval(thrown), ast.literal_eval(row)
                    table = getattr(words, "id", "")
                    lanes = (
                        [k for k in range(4) if _luck_is_read(first + k)]
                        if table == "luck"
                        else _rows_read(table, function)
                    )
                    yield from ((where, block, lane) for lane in lanes)


def _is_draw(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "draws"


def _rows_read(table: str, function: ast.AST) -> list[int]:
    """The rows of a local table of words that a function reads: ``words[1, i]`` (all four where it is computed)."""
    rows: list[int] = []
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Subscript)
            and getattr(node.value, "id", "") == table
            and isinstance(node.slice, ast.Tuple)
        ):
            row = node.slice.elts[0]
            rows.extend([row.value] if isinstance(row, ast.Constant) else range(4))  # type: ignore[list-item]
    return rows


def _luck_is_read(row: int) -> bool:
    from ruralsim.state import inputs

    names = [name for name in dir(inputs) if name.startswith("LUCK_") and getattr(inputs, name) == row]
    texts = [path.read_text(encoding="utf-8") for path in (PACKAGE / "model").glob("*.py")]
    return any(f"luck[{name}, " in text for name in names for text in texts)


def test_every_word_thrown_is_a_registered_stream_and_every_stream_is_thrown() -> None:
    thrown = {(block, lane): where for where, block, lane in _thrown()}
    registered = {place: name for name, place in STREAMS.items()}
    assert {f"{where}: block {p[0]} lane {p[1]}" for p, where in thrown.items() if p not in registered} == set()
    assert {name for place, name in registered.items() if place not in thrown} == set()


def test_no_source_uses_another_source_of_chance() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & {"random", "secrets"}, path
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("random", "secrets", "numpy.random"), path
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) != ("np", "random"), path


# ---------------------------------------------------------------- uniform and independent

SLOTS = np.arange(20_000)
KEY = village_key("Alder")


def _sample(**changed: object) -> np.ndarray:
    """20,000 uniforms of lane 0: of other slots, of one slot over months, of one slot over villages, or over seeds."""
    base = {"seed": 7, "key": KEY, "slots": SLOTS, "month": 3, "block": 1}
    return uniforms(**(base | changed))[0]


def _over(what: str) -> np.ndarray:
    n = 4000
    if what == "agents":
        return _sample()
    if what == "months":
        return np.concatenate([_sample(slots=SLOTS[:5], month=m) for m in range(n)])
    if what == "villages":
        return np.concatenate([_sample(slots=SLOTS[:5], key=village_key(f"V{v:04d}")) for v in range(n)])
    if what == "seeds":
        return np.concatenate([_sample(slots=SLOTS[:5], seed=s) for s in range(n)])
    return np.concatenate([_sample(slots=SLOTS[:200], block=b) for b in range(100)])


@pytest.mark.parametrize("what", ["agents", "months", "villages", "seeds", "streams"])
def test_uniform_over(what: str) -> None:
    sample = _over(what)
    assert stats.kstest(sample, "uniform").pvalue > 1e-3
    counts = np.bincount((sample * 256).astype(int), minlength=256)
    assert stats.chisquare(counts).pvalue > 1e-3
    # neighbours in the list know nothing of each other: no correlation, no pattern in pairs
    assert abs(np.corrcoef(sample[:-1], sample[1:])[0, 1]) < 4.0 / np.sqrt(len(sample))
    pairs = (sample[:-1:2] * 16).astype(int) * 16 + (sample[1::2] * 16).astype(int)
    assert stats.chisquare(np.bincount(pairs, minlength=256)).pvalue > 1e-3


def test_a_constant_would_fail_the_same_tests() -> None:
    """Negative control: a generator that ignores its month repeats itself, and the tests above say so."""
    sample = np.tile(_sample(slots=SLOTS[:100]), 200)
    assert stats.chisquare(np.bincount((sample * 256).astype(int), minlength=256)).pvalue < 1e-6


OTHERS = {
    "another stream": {"block": 2},
    "the next month": {"month": 4},
    "the next agent": {"slots": SLOTS + 1},
    "another village": {"key": village_key("Birch")},
    "the next seed": {"seed": 8},
    "a seed with one high bit": {"seed": 7 + 2**31},
}


@pytest.mark.parametrize("other", OTHERS)
def test_independent_of(other: str) -> None:
    one, two = _sample(), _sample(**OTHERS[other])
    assert abs(np.corrcoef(one, two)[0, 1]) < 4.0 / np.sqrt(len(SLOTS))
    assert abs(stats.spearmanr(one, two).statistic) < 4.0 / np.sqrt(len(SLOTS))
    table = np.histogram2d(one, two, bins=8)[0]
    assert stats.chi2_contingency(table).pvalue > 1e-3


def test_the_four_lanes_of_a_block_are_independent() -> None:
    lanes = uniforms(7, KEY, SLOTS, 3, 1)
    matrix = np.corrcoef(lanes) - np.eye(4)
    assert np.abs(matrix).max() < 4.0 / np.sqrt(len(SLOTS))
