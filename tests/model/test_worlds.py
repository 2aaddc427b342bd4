"""Worlds that share a seed share every draw: what is not touched by a change does not change by a bit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small import NAMES, differing, everything, fingerprint, scenario, village

import ruralsim
from ruralsim.base.streams import STREAMS
from ruralsim.model.county import County
from ruralsim.spec.scenario import Scenario

MONTHS = 15


def _run(one: Scenario, seed: int = 3, months: int | None = None, **how: object) -> County:
    return County.build(one, seed).advance(months, **how)  # type: ignore[arg-type]


def _same(one: County, other: County, names: Iterable[str] | None = None) -> bool:
    return differing(fingerprint(one, names), fingerprint(other, names)) == []


@pytest.fixture(scope="module")
def base() -> tuple[Scenario, County]:
    one = scenario(5, MONTHS, adults=50)
    return one, _run(one)


def test_the_same_strategy_twice_differs_by_exactly_zero(base) -> None:
    one, county = base
    again = _run(one)
    assert differing(fingerprint(county), fingerprint(again)) == []
    assert not (county.record.outcomes - again.record.outcomes).any()


def test_another_seed_differs_everywhere(base) -> None:
    one, county = base
    other = _run(one, seed=4)
    changed = differing(fingerprint(county), fingerprint(other))
    for name in county.names:
        for table in ("villagers", "ties", "ledger", "momentum", "outcomes", "cadres", "record"):
            assert f"{name}.{table}" in changed


@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(base, threads: int) -> None:
    one, county = base
    assert _same(county, _run(one, threads=threads))


def test_the_order_of_villages_does_not_matter(base) -> None:
    one, _ = base
    roster = one.place.roster
    shuffled = replace(one, place=replace(one.place, roster=tuple(roster[k] for k in (3, 0, 4, 2, 1))))
    other = _run(shuffled, months=1)
    first = _run(one, months=1)
    assert other.names != first.names
    assert differing(fingerprint(first), fingerprint(other)) == []


def test_the_order_of_villages_does_not_matter_for_years() -> None:
    """Nor for what the county adds up over villages: labour, eight demonstration levels, the standing of townships."""
    villages = [
        village(f"V{k:03d}", 40, rollout="rest" if k % 3 else "demonstration", township="East" if k % 5 else "West")
        for k in range(24)
    ]
    order = [(7 * k + 3) % 24 for k in range(24)]
    one, other = _run(scenario(villages, 27)), _run(scenario([villages[k] for k in order], 27))
    assert differing(fingerprint(one), fingerprint(other)) == []


def test_a_synthesised_county_does_not_depend_on_the_order_of_its_sum() -> None:
    """Names stand for villages: the same names give the same villages in whatever order they are planned."""
    from ruralsim.model.village_plans import plan_villages
    from ruralsim.state.inputs import Fields

    one = scenario([village(name, 40, **dict.fromkeys(("form", "rollout", "endowment"), None)) for name in NAMES])
    turned = replace(one, place=replace(one.place, roster=tuple(reversed(one.place.roster))))
    p = Fields(County.build(one).parameters[0])
    plans = {plan.name: plan for plan in plan_villages(one, 3, p)}
    assert {plan.name: plan for plan in plan_villages(turned, 3, p)} == plans


# ---------------------------------------------------------------- one more of something


def test_one_more_village_changes_nobody_elses_first_month() -> None:
    """Without demonstration villages or shared budgets the county step of the first month is the same for all."""
    few = scenario([village(n, 50, rollout="rest") for n in NAMES[:4]], MONTHS)
    more = scenario([village(n, 50, rollout="rest") for n in NAMES[:5]], MONTHS)
    one, other = _run(few, months=1), _run(more, months=1)
    assert _same(one, other, NAMES[:4])


def test_one_more_village_changes_others_only_through_the_county_step() -> None:
    """With the labour market held apart (no commuting), a fifth village never reaches the other four."""
    fixed = {"commuting": 0.0, "margin_per_tier": 0.0}
    few = scenario([village(n, 50, rollout="rest") for n in NAMES[:4]], MONTHS, parameters=fixed)
    more = scenario([village(n, 50, rollout="rest") for n in NAMES[:5]], MONTHS, parameters=fixed)
    assert _same(_run(few), _run(more), NAMES[:4])
    # negative control: with the labour market shared, it does
    few, more = (replace(one, parameters=()) for one in (few, more))
    assert not _same(_run(few), _run(more), NAMES[:4])


def test_one_more_villager_changes_no_draw_of_anybody_else() -> None:
    """A birth in Alder: other villages do not move; in Alder the others keep age, skill, disposition and luck."""
    small = scenario([village("Alder", 50, rollout="rest"), village("Birch", 50, rollout="rest")], MONTHS)
    large = scenario([village("Alder", 51, rollout="rest"), village("Birch", 50, rollout="rest")], MONTHS)
    one, other = County.build(small, 3), County.build(large, 3)
    n = 50
    a, b = one.villagers[:n], other.villagers[:n]
    for column in ("age", "skill", "disposition", "norm", "party", "notable", "trust", "share", "status"):
        assert np.array_equal(a[column], b[column]), column
    one.advance(1)
    other.advance(1)
    assert _same(one, other, ["Birch"])


def test_the_newcomer_leaves_others_decisions_alone() -> None:
    """Two counties alike but for one outsider row appended to Alder by hand: with nobody tied to the newcomer, and what
    is shared by the village held still, every decision of the others is the same."""
    one = scenario([village("Alder", 60, rollout="rest")], MONTHS, phases=[])
    without, with_one = County.build(one, 3), County.build(one, 3)
    row = int(with_one.villages["rows"][0])
    me = with_one.villagers[row]
    me["status"], me["age"], me["skill"], me["trust"], me["disposition"] = 3, 40.0, 1.0, 0.5, 0.5
    with_one.villages["rows"][0] += 1
    for county in (without, with_one):
        county.begin_month()
        county._village_months(0, 1, 0)
    a, b = without.villagers[:row], with_one.villagers[:row]
    for column in ("status", "age", "contributes", "attends", "local_job", "pools", "wealth", "collective_pay"):
        assert np.array_equal(a[column], b[column]), column
    assert with_one.villagers["contributes"][row] in (0, 1)


def test_an_unrelated_stream_changes_nothing(base, monkeypatch: pytest.MonkeyPatch) -> None:
    one, county = base
    monkeypatch.setitem(STREAMS, "weather.rain", (99, 0))
    assert _same(county, _run(one))


# ---------------------------------------------------------------- policy in one village


def _seven(*, with_policy: bool) -> Scenario:
    villages = [village(name, 40, rollout="rest") for name in NAMES[:8]]
    villages[6] = village(NAMES[6], 300, rollout="pilot")
    only = everything(MONTHS, level=1.0, rollout=("pilot",))
    return scenario(villages, MONTHS, phases=[only] if with_policy else [])


def test_an_instrument_in_village_7_leaves_the_others_alone_until_the_county_step() -> None:
    others = [name for name in NAMES[:8] if name != NAMES[6]]
    one, other = _run(_seven(with_policy=False), months=1), _run(_seven(with_policy=True), months=1)
    assert _same(one, other, others)
    assert not _same(one, other, [NAMES[6]])
    # later it reaches them, and only through what the county step shares: the labour market
    one.advance()
    other.advance()
    assert not _same(one, other, others)
    apart = {"commuting": 0.0, "margin_per_tier": 0.0}
    one, other = (County.build(_seven(with_policy=policy), 3, apart).advance() for policy in (False, True))
    assert _same(one, other, others)


def test_the_strategy_never_enters_a_draw() -> None:
    """Two strategies, one seed: who is born, dies by the dice and is struck by weather is the same in both."""
    none, much = scenario(3, MONTHS, phases=[]), scenario(3, MONTHS)
    one, other = _run(none), _run(much)
    for column in ("age", "skill", "disposition", "party", "notable", "household"):
        assert np.array_equal(one.villagers[column][:50], other.villagers[column][:50])
    assert np.array_equal(one.villages["registered"], other.villages["registered"])


# ---------------------------------------------------------------- caches (own processes)

_PROGRAM = """
import json
from ruralsim.base.compiled import cache_folder, entry
import ruralsim
from ruralsim.model.village_loop import environment
from ruralsim.state.columns import VILLAGE_DTYPE
from ruralsim.policy.levers import no_policy
from ruralsim.spec.parameters import load_parameters
import numpy as np
known = load_parameters()
p = np.zeros(1, np.dtype([(name, "f8") for name in known]))
for name in known:
    p[0][name] = known[name].value
village = np.zeros(1, VILLAGE_DTYPE)
village["environment"] = 0.5
@entry
def month(villages, levers, parameters):
    environment(villages[0], levers[0], parameters[0])
month(village, no_policy(1), p)
print(json.dumps([float(village["environment"][0]).hex(), str(cache_folder()), ruralsim.__file__]))
"""


def _own_process(package_parent: Path, cache: Path, program: str = _PROGRAM) -> list:
    keep: Mapping[str, str] = {k: v for k, v in os.environ.items() if k != "RURALSIM_KERNELS"}
    environment = {**keep, "PYTHONPATH": str(package_parent), "RURALSIM_CACHE": str(cache)}
    script = package_parent / "program.py"
    script.write_text(program, encoding="utf-8")  # a file, because Numba caches only what has one
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _copied(folder: Path) -> Path:
    source = Path(ruralsim.__file__).parent
    shutil.copytree(source, folder / "ruralsim", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_an_edited_rule_is_not_served_from_a_stale_cache(tmp_path: Path) -> None:
    """``environment`` calls ``damping`` in another module, which Numba's own cache does not watch."""
    parent, cache = _copied(tmp_path / "copy"), tmp_path / "cache"
    first = _own_process(parent, cache)
    assert first[2].startswith(str(parent))
    assert _own_process(parent, cache) == first
    rule = parent / "ruralsim" / "agents" / "villager.py"
    text = rule.read_text(encoding="utf-8")
    assert "1.0 / (1.0 + rates * 0.5" in text
    rule.write_text(text.replace("1.0 / (1.0 + rates * 0.5", "1.0 / (2.0 + rates * 0.5"), encoding="utf-8")
    second = _own_process(parent, cache)
    assert second[0] != first[0]
    assert second[1] != first[1]
    rule.write_text(text, encoding="utf-8")
    assert _own_process(parent, cache) == first


_WHOLE = """
import hashlib, json, sys
sys.path[:0] = {paths!r}
from small import scenario, fingerprint
from ruralsim.model.county import County
county = County.build(scenario(3, 14, adults=40), 3).advance()
digest = hashlib.sha256(b"".join(v for _, v in sorted(fingerprint(county).items()))).hexdigest()
print(json.dumps([digest]))
"""


@pytest.mark.slow
def test_a_cold_and_a_warm_cache_give_the_same_bits(tmp_path: Path) -> None:
    parent, cache = _copied(tmp_path / "copy"), tmp_path / "cache"
    program = _WHOLE.format(paths=[str(Path(__file__).parents[1])])
    cold = _own_process(parent, cache, program)
    assert any(cache.rglob("*.nbi")), "nothing was cached: the second run would compile too"
    assert _own_process(parent, cache, program) == cold
