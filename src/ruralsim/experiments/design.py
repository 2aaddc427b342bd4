"""A design: which scenarios, under which contexts and parameter draws, how often; read from ``design.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruralsim.base.errors import InputError, Message, RuralsimError, nearest
from ruralsim.experiments.factors import Factor, every_parameter, factor_table, read_factor, stated_factor
from ruralsim.experiments.parameter_draws import held_by
from ruralsim.experiments.sampling import METHODS
from ruralsim.experiments.series import SERIES
from ruralsim.model.outcomes import GOALS
from ruralsim.policy.catalogue import vocabulary
from ruralsim.spec.layers import Layers, read_layer
from ruralsim.spec.load import MAX_MONTHS, load_scenario, shipped_scenarios
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.reader import Table
from ruralsim.spec.scenario import Scenario
from ruralsim.spec.units import shown_value

FILE = "design.toml"
#: what a run leaves behind: the county by year; its classes too; the villages of the last year as well
DETAILS = ("county", "classes", "villages")
MOST_RUNS = 10_000_000
_TOP = ("experiment", "scenario", "context", "draws", "factor")
_HEAD = ("name", "title", "question", "seed", "replicates", "months", "budget", "outcomes", "detail", "baseline")
_ARM = ("name", "title", "scenario", "set")
_CONTEXT = ("name", "title", "set")
_DRAWS = ("count", "method", "replicates", "parameters")
_LARGEST_SEED = 2**32 - 1
_DEFAULT_BUDGET = 2_000
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Arm:
    """One of the scenarios that are compared.

    Args:
        name: short label, unique in the design.
        title: by language; empty where the name has to do.
        scenarios: the scenario under each context, in the order of the design's contexts.
    """

    name: str
    title: Mapping[str, str]
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Design:
    """An experiment before it runs.

    Args:
        name: of the experiment.
        title, question: by language.
        arms: at least one.
        contexts: names of the contexts that every arm meets; ``("stated",)`` where the design adds none.
        context_titles: by context and language.
        seed: fixes all luck and all draws.
        replicates: kinds of luck at the defaults; the same for every arm and context (common random numbers).
        draws: D, parameter draws beside the defaults (draw 0); the same for every arm and context.
        draw_replicates: kinds of luck for each of them, the first of those of the defaults.
        method: how the draws are placed, one of ``sampling.METHODS``.
        factors: what is drawn.
        budget: the most runs that the design may need.
        outcomes: figures that tables and pictures show (all are stored).
        detail: one of :data:`DETAILS`.
        baseline: name of the arm that the others are compared with.
        source_file: of the design, for messages.
    """

    name: str
    arms: tuple[Arm, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    contexts: tuple[str, ...] = ("stated",)
    context_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seed: int = 1
    replicates: int = 8
    draws: int = 0
    draw_replicates: int = 1
    method: str = METHODS[0]
    factors: tuple[Factor, ...] = ()
    budget: int = MOST_RUNS
    outcomes: tuple[str, ...] = tuple(GOALS)
    detail: str = DETAILS[-1]
    baseline: str = ""
    source_file: str | None = None

    @property
    def runs(self) -> int:
        """How many runs the design has."""
        return len(self.arms) * len(self.contexts) * (self.replicates + self.draws * self.draw_replicates)

    @property
    def against(self) -> str:
        """Name of the arm that the others are compared with: the one stated, else the first."""
        return self.baseline or self.arms[0].name

    def arm_title(self, name: str, lang: str) -> str:
        """Title of an arm in a language; its name where it has none."""
        title = next(arm.title for arm in self.arms if arm.name == name)
        return title.get(lang) or name


@cache
def shipped_experiments() -> Mapping[str, Path]:
    """The experiments that come with the package, by name: their ``design.toml``."""
    for folder in (_PACKAGE / "experiments_shipped", _PACKAGE.parents[1] / "experiments"):
        found = {path.parent.name: path for path in sorted(folder.glob(f"*/{FILE}"))}
        if found:
            return MappingProxyType(found)
    return MappingProxyType({})


def find_design(name_or_path: str | Path) -> Path:
    """The design file that a shipped name, a folder or a file stands for.

    Raises:
        InputError: there is no such experiment.
    """
    text, shipped = str(name_or_path), shipped_experiments()
    path = Path(text)
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if path.is_file() or path.suffix == ".toml":
        return path
    if text in shipped:
        return shipped[text]
    raise InputError("experiment_unknown", read=text, nearest=nearest(text, shipped), accepted=list(shipped))


def read_design(name_or_path: str | Path) -> Design:
    """Read and check a design with all its scenarios.

    Args:
        name_or_path: a shipped name, a folder with a ``design.toml``, or the file.

    Raises:
        InputError: anything wrong in it, with file, line and key.
    """
    path = find_design(name_or_path)
    layers = Layers([read_layer(path)])
    top = Table(layers, (), layers.tables, _TOP)
    head = Table(layers, ("experiment",), top.values.get("experiment", {}), _HEAD)
    months = [f"scenario.months={head.whole('months', 'month', 1, MAX_MONTHS)}"] if head.has("months") else []
    contexts, changes, context_titles = _contexts(top)
    arms = _arms(top, path, changes, months)
    draws = top.table("draws", _DRAWS)
    count = draws.whole("count", "1", 0, 1_000_000) if draws.has("count") else 0
    found = Design(
        name=head.text("name") if head.has("name") else path.resolve().parent.name,
        title=head.texts("title"),
        question=head.texts("question"),
        arms=arms,
        contexts=contexts,
        context_titles=context_titles,
        seed=head.whole("seed", "1", 0, _LARGEST_SEED) if head.has("seed") else 1,
        replicates=head.whole("replicates", "1", 1, 100_000) if head.has("replicates") else 8,
        draws=count,
        draw_replicates=draws.whole("replicates", "1", 1, 100_000) if draws.has("replicates") else 1,
        method=draws.choice("method", METHODS, "what_method") if draws.has("method") else METHODS[0],
        factors=_factors(top, draws, arms) if count else (),
        budget=head.whole("budget", "1", 1, MOST_RUNS) if head.has("budget") else _DEFAULT_BUDGET,
        outcomes=_outcomes(head),
        detail=head.choice("detail", DETAILS, "what_detail") if head.has("detail") else DETAILS[-1],
        baseline=head.choice("baseline", [arm.name for arm in arms], "what_arm") if head.has("baseline") else "",
        source_file=str(path),
    )
    if found.draw_replicates > found.replicates:
        read = found.draw_replicates
        raise draws.error("replicates", "experiment_draw_replicates", read=read, most=found.replicates)
    if count and not found.factors:
        raise draws.error("count", "experiment_nothing_drawn")
    if top.has("factor") and not count:
        raise top.error("factor", "experiment_no_draws")
    if found.runs > found.budget:
        raise head.error("budget", "experiment_budget", runs=found.runs, budget=found.budget, **_sizes(found))
    return found


def _sizes(design: Design) -> dict[str, int]:
    return {"arms": len(design.arms), "contexts": len(design.contexts), "replicates": design.replicates,
            "draws": design.draws * design.draw_replicates}  # fmt: skip


def _changes(table: Table) -> list[str]:
    values = table.values.get("set", [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise table.error("set", "experiment_set", read=shown_value(values))
    return list(values)


def _list(top: Table, name: str) -> list[Any]:
    entries = top.values.get(name, [])
    if not isinstance(entries, list):
        raise top.error(name, "experiment_list", name=name)
    return entries


def _unique(table: Table, taken: Iterable[str]) -> str:
    name = table.text("name")
    if name in taken:
        raise table.error("name", "experiment_twice", name=name)
    return name


def _contexts(top: Table) -> tuple[tuple[str, ...], list[list[str]], dict[str, Mapping[str, str]]]:
    changes: dict[str, list[str]] = {}
    titles: dict[str, Mapping[str, str]] = {}
    for at, raw in enumerate(_list(top, "context")):
        table = Table(top.layers, ("context", at), raw, _CONTEXT)
        name = _unique(table, changes)
        changes[name], titles[name] = _changes(table), table.texts("title")
    if not changes:
        return ("stated",), [[]], {}
    return tuple(changes), list(changes.values()), titles


def _arms(top: Table, path: Path, contexts: list[list[str]], months: list[str]) -> tuple[Arm, ...]:
    found: dict[str, Arm] = {}
    for at, raw in enumerate(_list(top, "scenario")):
        table = Table(top.layers, ("scenario", at), raw, _ARM)
        written = table.text("scenario")
        source: str | Path = written if written in shipped_scenarios() else path.parent / written
        name = _unique(table, found) if table.has("name") else Path(written).stem
        if name in found:
            raise table.error(None, "experiment_twice", name=name)
        if isinstance(source, Path) and not written.endswith(".toml"):
            known = shipped_scenarios()
            hints = {"read": written, "nearest": nearest(written, known), "accepted": list(known)}
            raise table.error("scenario", "scenario_unknown", **hints)
        scenarios = []
        for changes in contexts:
            overrides = [*_changes(table), *changes, *months]
            try:
                scenarios.append(load_scenario(source, vocabulary=vocabulary(), overrides=overrides))
            except RuralsimError as error:
                raise table.located(
                    "set" if error.key and error.key.startswith("--set") else "scenario", error
                ) from None
        own = {} if _changes(table) else scenarios[0].title  # a changed scenario is no longer what its title says
        found[name] = Arm(name, table.texts("title") or own, tuple(scenarios))
    if not found:
        raise top.error(None, "experiment_no_scenario")
    return tuple(found.values())


def _factors(top: Table, draws: Table, arms: tuple[Arm, ...]) -> tuple[Factor, ...]:
    """Factors of their own tables, then those that ``draws.parameters`` names at their stated ranges."""
    found: dict[str, Factor] = {}
    for at, raw in enumerate(_list(top, "factor")):
        table = factor_table(top.layers, at, raw)
        factor = read_factor(table, found)
        for arm in arms:
            if factor.name in held_by(arm.scenarios[0]):
                raise table.error("name", "experiment_held", name=factor.name, arm=arm.name)
        found[factor.name] = factor
    wanted = draws.values.get("parameters", [])
    known = load_parameters()
    if wanted == "all":
        held = {name for arm in arms for scenario in arm.scenarios for name in held_by(scenario)}
        for one in every_parameter(arms[0].scenarios[0]):
            if one.name not in held:
                found.setdefault(one.name, one)
        return tuple(found.values())
    if not isinstance(wanted, list):
        raise draws.error("parameters", "experiment_parameters", read=shown_value(wanted))
    for name in wanted:
        if name not in known:
            fields = {"what": Message("what_factor"), "read": name, "nearest": nearest(str(name), known)}
            raise draws.error("parameters", "unknown_name", **fields)
        if known[name].low < known[name].high:
            found.setdefault(name, stated_factor(name))
    return tuple(found.values())


def _outcomes(head: Table) -> tuple[str, ...]:
    wanted = head.values.get("outcomes", list(GOALS))
    if not isinstance(wanted, list) or not wanted:
        raise head.error("outcomes", "experiment_outcomes", read=shown_value(wanted))
    for name in wanted:
        if name not in SERIES:
            near = nearest(str(name), SERIES)
            raise head.error("outcomes", "unknown_name", what=Message("what_outcome"), read=name, nearest=near,
                             accepted=SERIES)  # fmt: skip
    return tuple(dict.fromkeys(wanted))


def with_size(design: Design, **changes: Any) -> Design:
    """The design with other numbers (``replicates``, ``draws``, ``seed``, …), its budget no longer in the way."""
    return replace(design, **{"budget": MOST_RUNS, **changes})
