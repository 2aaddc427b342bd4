"""Docking: the month lived agent by agent through Mesa equals the compiled month, bit for bit, every month."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from township import ROUGH, township

from ruralsim.model.books_loop import OUTCOME_INDEX
from ruralsim.model.rival import RIVALS, rival_of
from ruralsim.spec.scenario import Scenario
from ruralsim.windows import CountyModel, Villager

TABLES = (
    "villagers", "cadres", "enterprises", "villages", "ties", "pooling", "reports", "observed", "levers", "settings",
    "payments", "ledger", "vouchers", "momentum", "outcomes",
)  # fmt: skip


def first_difference(agents: CountyModel, columns: CountyModel) -> str | None:
    """Table (and column) that differs first, or None; compared as bytes, so that -0.0 and 0.0 would differ too."""
    for name in TABLES:
        one, other = getattr(agents.county, name), getattr(columns.county, name)
        assert one.shape == other.shape, name
        for column in one.dtype.names or (None,):
            a, b = (one, other) if column is None else (one[column], other[column])
            if a.tobytes() != b.tobytes():
                where = np.argwhere(a != b)
                first = tuple(where[0])
                return f"{name}.{column} at {where[:3].tolist()}: {a[first]} against {b[first]}"
    return None


def dock(scenario: Scenario, seed: int, months: int) -> tuple[CountyModel, CountyModel]:
    agents = CountyModel(scenario, seed)
    columns = CountyModel(scenario, seed, activation="columns")
    assert first_difference(agents, columns) is None
    for month in range(1, months + 1):
        agents.step()
        columns.step()
        assert first_difference(agents, columns) is None, f"month {month}"
    return agents, columns


@pytest.fixture(scope="module")
def docked(folder: Path) -> tuple[CountyModel, CountyModel]:
    """Forty months with ratchet targets, appraisal, a demonstration village, and a vote in January 2024."""
    scenario = township(folder, parameters='term_months = { value = 36, reason = "a vote inside the run" }\n')
    return dock(scenario, 5, 40)


def test_forty_months_agree_bit_for_bit(docked: tuple[CountyModel, CountyModel]) -> None:
    agents, columns = docked
    assert agents.county.record.outcomes.tobytes() == columns.county.record.outcomes.tobytes()
    assert agents.county.record.money.tobytes() == columns.county.record.money.tobytes()
    assert agents.county.record.balances.tobytes() == columns.county.record.balances.tobytes()
    assert agents.county.record.momentum.tobytes() == columns.county.record.momentum.tobytes()


def test_everything_that_should_happen_did_happen(docked: tuple[CountyModel, CountyModel]) -> None:
    """The agreement is about a run in which targets move, cadres are appraised and replaced, land changes hands."""
    agents, _ = docked
    county = agents.county
    assert (county.villages["rows"] > county.villages["people"]).all(), "people have left or died"
    targets = [values[..., 2] for _, values in county.record.indicators]
    assert (targets[0] != targets[-1]).any(), "targets were reset"
    assert (county.cadres["bonus"] > 0.0).any(), "an appraisal paid a bonus"
    tenure = county.cadres["tenure"][county.cadres["active"] == 1]
    assert tenure.max() <= 8, "the vote of January 2024 began every tenure anew"
    assert np.unique(county.villages["practice"]).size == 3, "villages learn at different rates"
    assert county.record.binding, "a budget bound"
    assert 0.0 < agents.mean("pooled_share") < 1.0
    assert (county.villages["standing"] != 0.5).all()


@pytest.mark.parametrize(
    ("regime", "seed"), [("points", 5), ("negotiated", 6), ("satisfaction", 7), ("directional", 8)]
)
def test_other_regimes_agree_too(folder: Path, regime: str, seed: int) -> None:
    dock(township(folder, months=14, population=260, regime=regime), seed, 14)


def test_rough_times_agree_too(folder: Path) -> None:
    """Parameters at the ends of their ranges: hiring by queue, an enterprise that stops, exposure, dismissals."""
    scenario = township(folder, months=26, regime="satisfaction", parameters=ROUGH)
    agents, columns = CountyModel(scenario, 15), CountyModel(scenario, 15, activation="columns")
    hired, stopped, exposed, turnover = 0.0, False, 0.0, 0
    for month in range(1, 27):
        holders = columns.county.cadres["person"].copy()
        agents.step()
        columns.step()
        assert first_difference(agents, columns) is None, f"month {month}"
        hired = max(hired, float(columns.county.enterprises["labour"].max()))
        stopped = stopped or bool((columns.county.enterprises["active"] == 0).any())
        exposed = max(exposed, float(columns.county.villages["exposure"].max()))
        turnover += int((holders != columns.county.cadres["person"]).sum())
    assert hired > 1.0
    assert stopped
    assert exposed > 0.0
    assert turnover > 10


@pytest.mark.parametrize("name", RIVALS)
def test_rivals_of_the_pivot_agree_too(folder: Path, name: str) -> None:
    """Equal money by another way, channels cut, everybody half a neighbour of everybody."""
    scenario = township(folder, months=9, parameters=ROUGH)
    reference = CountyModel(scenario, 15, activation="columns")
    for _ in range(9):
        reference.step()
    rival = rival_of(name, reference.county.record.money, scenario.start.month)
    assert rival.payments.any()
    agents = CountyModel(scenario, 15, rival=rival, mixing=0.5)
    columns = CountyModel(scenario, 15, activation="columns", rival=rival, mixing=0.5)
    for month in range(1, 10):
        agents.step()
        columns.step()
        assert first_difference(agents, columns) is None, f"month {month}"
    assert columns.county.outcomes.tobytes() != reference.county.outcomes.tobytes()


def test_another_seed_differs(year: Scenario) -> None:
    """Negative control: the comparison can fail."""
    one, other = CountyModel(year, 1), CountyModel(year, 2, activation="columns")
    one.step()
    other.step()
    assert one.county.outcomes.tobytes() != other.county.outcomes.tobytes()


def test_agents_cannot_reach_the_compiled_month(folder: Path) -> None:
    """With the compiled month barred from import and every compiled process disarmed, agents live on."""
    township(folder, months=14)
    script = f"""
import sys
sys.modules["ruralsim.model.month"] = None
from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec.load import load_scenario
from ruralsim.windows import CountyModel
from pathlib import Path
model = CountyModel(load_scenario(Path({str(folder / "three-villages.toml")!r}), vocabulary=vocabulary()), 3)
from numba.core.dispatcher import Dispatcher
def refuse(*arguments): raise AssertionError("a compiled process was called")
barred = 0
audit = ("ruralsim.model.audit", "ruralsim.model.audit_loop")  # the same look at the books for both ways of living
for module in [m for n, m in sys.modules.items() if n.startswith("ruralsim.") and n not in audit and m is not None]:
    for name, value in list(vars(module).items()):
        if isinstance(value, Dispatcher):
            setattr(module, name, refuse)
            barred += 1
assert barred >= 5, barred
for _ in range(14):
    model.step()
print(model.mean("mean_trust"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 0.0 < float(done.stdout) < 1.0


class Peaceful(Villager):
    """Nobody ever falls out."""

    def chance_of_dispute(self, factor: float, land_conflict: float) -> float:
        return 0.0


class Loner(Villager):
    """Nobody ever pools land."""

    def chance_to_join(self, logit: float) -> float:
        return 0.0


def test_an_overridden_rule_changes_only_its_consequences(year: Scenario) -> None:
    plain, peaceful = CountyModel(year, 3), CountyModel(year, 3, villager_class=Peaceful)
    arisen = 0
    for month in range(1, 4):
        before = peaceful.county.villagers["dispute"].copy()
        plain.step()
        peaceful.step()
        new = (plain.county.villagers["dispute"] == 1).sum()
        arisen += int(new)
        assert not ((peaceful.county.villagers["dispute"] == 1) & (before == 0)).any()
        if month == 1:
            for column in ("status", "pools", "contributes", "attends", "local_job", "wealth", "income", "belonging"):
                assert (plain.county.villagers[column] == peaceful.county.villagers[column]).all(), column
            assert (plain.county.ledger == peaceful.county.ledger).all()
    assert arisen > 0, "without the override people do fall out"
    assert peaceful.county.villages["open_cases"].sum() < plain.county.villages["open_cases"].sum()


def test_an_overridden_pooling_rule_waits_for_january(year: Scenario) -> None:
    plain, loner = CountyModel(year, 3), CountyModel(year, 3, villager_class=Loner)
    for _ in range(7):  # June to December
        plain.step()
        loner.step()
    assert plain.county.outcomes.tobytes() == loner.county.outcomes.tobytes()
    plain.step()
    loner.step()
    pooled = OUTCOME_INDEX["pooled_share"]
    assert (loner.county.outcomes[:, pooled] == 0.0).all()
    assert (plain.county.outcomes[:, pooled] > 0.0).all()
