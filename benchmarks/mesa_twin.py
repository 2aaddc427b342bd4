"""The same township written as a plain Mesa model: what the engine's speed is measured against.

This is how a modeller who knows Mesa would write the model: a ``mesa.Agent`` for each villager, cadre, collective and
village, state in ordinary attributes, neighbours as references, ``self.random`` for every draw, ``agents.do`` by type
for every step of the month. It calls the very same rule functions as the engine (``agents/``, ``institutions/``) and
does the same work each month. It takes nothing from ``ruralsim.windows``.

What differs from the engine, on purpose:

* draws come from Mesa's generator in the order of turns, not from keyed streams: results agree in distribution only
  (``tests/benchmarks``), and every change of the code changes everybody's luck;
* state is Python floats throughout, not float32;
* money is whole fen, summed by flow and village each month, but there is no second book and no audit;
* trust's nineteen drivers are summed by village each month; the drivers of the pillars come out of the same function
  as their growth; the split of pooled land and of value added by cause is left out (that makes the twin lighter);
* newcomers' ties go to people who are there, never to rows of those who left;
* of the institutions, pillars, services and environment are the engine's own plain-Python texts, run on the twin's
  objects, and the county step (budgets, levers, prices, targets) is the engine's: one call a month for a thousand
  people's work. What a household's land and business earn is part of the opening state, so it is the engine's too.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
from twin_office import Cadre, Enterprise
from twin_village import Village
from twin_villager import Villager

from ruralsim.model.county import County
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import CADRES, ENTERPRISES, VILLAGERS, VILLAGES
from ruralsim.state.inputs import Fields

#: what the county step reads of a village
READ_BY_COUNTY = ("registered", "home", "outsiders", "offfarm_share", "practice", "standing", "environment")
REPORT_FIELDS = ("true", "reported", "target", "nearness", "check", "root_effort")


def plain(record: np.void) -> SimpleNamespace:
    """A record as an ordinary object with Python numbers for attributes."""
    return SimpleNamespace(**dict(zip(record.dtype.names or (), record.item(), strict=True)))


class Township(mesa.Model):
    """A township or county of villages as a plain Mesa model.

    Args:
        scenario: resolved scenario.
        seed: of the opening state: the engine's, so that both start alike.
        luck: seed of Mesa's generator, of everything that happens afterwards (default: ``seed``).
        villager_class: the class of villagers (a subclass with a rule of its own, for tests).
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        *,
        luck: int | None = None,
        villager_class: type[Villager] = Villager,
    ) -> None:
        super().__init__(rng=seed if luck is None else luck)
        self.outside = County.build(scenario, seed=seed, record=False)
        self.p = Fields(self.outside.parameters[0])
        self.items = [plain(item) for item in self.outside.items]
        self.villager_class = villager_class
        self.month, self.month_of_year = 0, 0
        self.villages = [self._settle(index) for index in range(len(self.outside.villages))]
        self.regime = plain(self.outside.regime[0])
        self.datacollector = mesa.DataCollector(
            model_reporters={
                name: lambda model, name=name: model.mean(name)
                for name in ("mean_trust", "civic_share", "pooled", "median_income", "mean_satisfaction", "home_share")
            }
        )

    # ------------------------------------------------------------------ the opening state

    def _settle(self, index: int) -> Village:
        county = self.outside
        village = Village(self, **_state(county.villages[index], VILLAGES))
        rows = county.villagers[county.start[index] : county.start[index] + village.rows]
        ties = county.ties[county.start[index] : county.start[index] + village.rows]
        people = []
        for row in rows:
            state = _state(row, VILLAGERS)
            home = village.homes[state.pop("household")]
            people.append(self.villager_class(self, village, home, **state))
        for person, rows_of_friends in zip(people, ties.tolist(), strict=True):
            person.neighbours = [people[row] for row in rows_of_friends]
        village.members = people
        village.enterprise = Enterprise(self, village, **_state(county.enterprises[index], ENTERPRISES))
        for seat, row in enumerate(county.cadres[index]):
            if row["active"]:
                state = _state(row, CADRES)
                village.cadres.append(Cadre(self, village, seat, people[state.pop("person")], **state))
        village.reports = [plain(report) for report in county.reports[index]]
        village.truths = county.observed[index].tolist()
        return village

    # ------------------------------------------------------------------ the month

    def step(self) -> None:
        """One month, in the order of the model's description."""
        self._county_step()
        january = self.month_of_year == 1
        villages = self.agents_by_type[Village]
        people = lambda behaviour: self.agents_by_type[self.villager_class].do(behaviour)  # noqa: E731
        villages.do("open_month")
        if january:
            villages.do("admit_members")
            villages.do("turn_the_year")
        villages.do("outsiders_come_and_go")
        villages.do("open_offices")
        self.agents_by_type[Cadre].do("divide_time")
        villages.do("run_institutions")
        self.agents_by_type[Cadre].do("learn")
        people("be_seen")
        people("look_around")
        villages.do("open_moving")
        people("move")
        villages.do("open_meeting")
        people("take_part")
        villages.do("close_meeting")
        if january:
            villages.do("open_pooling")
            people("renew_pooling")
        self.agents_by_type[Enterprise].do("work_a_month")
        people("belong")
        villages.do("open_homes")
        self.agents_by_type[Cadre].do("draw_salary")
        people("work_away")
        people("earn_and_spend")
        villages.do("close_homes")
        villages.do("open_troubles")
        people("quarrel")
        people("ask_for_help")
        villages.do("close_troubles")
        villages.do("open_minds")
        people("make_up_mind")
        villages.do("close_month")
        if self.month_of_year % 3 == 0:
            villages.do("be_assessed")
        villages.do("elect")
        self.datacollector.collect(self)

    def _county_step(self) -> None:
        """Budgets, levers, prices and targets, from last month's villages."""
        county = self.outside
        for village, row, reports in zip(self.villages, county.villages, county.reports, strict=True):
            for name in READ_BY_COUNTY:
                row[name] = getattr(village, name)
            for record, report in zip(reports, village.reports, strict=True):
                record["true"], record["reported"] = report.true, report.reported
        county.observed[:] = [village.truths for village in self.villages]
        county.begin_month()
        county.month += 1
        self.month, self.month_of_year = county.month, county.calendar(county.month).month
        self.regime = plain(county.regime[0])
        for index, village in enumerate(self.villages):
            village.lever = plain(county.levers[index])
            village.setting = plain(county.settings[index])
            village.payments = county.payments[index].tolist()
            village.intensity = float(county.intensity[index])
            for target, report in zip(county.reports[index]["target"].tolist(), village.reports, strict=True):
                report.target = target

    def mean(self, name: str) -> float:
        """Mean of a village attribute over villages, weighted by registered adults."""
        heads = sum(village.registered for village in self.villages)
        return sum(getattr(village, name) * village.registered for village in self.villages) / max(1, heads)

    @property
    def people(self) -> int:
        """Villagers who are there, away or resident from outside."""
        return len(self.agents_by_type[self.villager_class])


def _state(row: np.void, columns: Any) -> dict[str, Any]:
    """A row's values as plain Python numbers, by column name."""
    return {column.name: row[column.name].item() for column in columns}
