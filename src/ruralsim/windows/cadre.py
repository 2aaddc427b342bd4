"""The cadre as a Mesa agent: dividing the month among tasks and window-dressing, drawing pay, learning (4.1, 4.2).

A cadre agent is a seat: when the person changes, its abilities change with her. A seat that nobody can fill is removed.
"""

from __future__ import annotations

from typing import Any

from ruralsim.agents import cadre as rules
from ruralsim.windows.rows import columns_as_properties, row_at
from ruralsim.windows.window import Window

TASKS = ("organise", "enterprise", "govern", "serve")


@columns_as_properties("cadres")
class Cadre(Window):
    """A cadre: every column of the table ``cadres`` is an attribute; ``slot`` is the seat, 0 the secretary's."""

    def bind(self) -> None:
        """Lay the window over its row."""
        table = self.model.county.cadres
        self.row = row_at(table.reshape(-1), self.village.index * table.shape[1] + self.slot)

    @property
    def holder(self) -> Any:
        """The villager who holds the seat, or None once she is gone."""
        return self.model.villager(self.village, self.row.person, missing=True)

    # ------------------------------------------------------------------ rules, each replaceable

    def value_of_work(self, motivation: float, need: float, rewarded: float) -> float:
        """What an hour of a real task is worth to her before ability: duty towards the need, and reward."""
        place = self.village
        return rules.value_of_work(
            motivation, place.mean_check, place.setting.election, need, rewarded, place.regime.pressure, self.p
        )

    def value_of_dressing(self, weight: float, gameability: float, nearness: float, check: float) -> float:
        """What dressing up the report of one item is worth to her."""
        pressure = self.village.regime.pressure
        return rules.value_of_dressing(weight, gameability, nearness, check, self.row.integrity, pressure, self.p)

    def ability_after(self, ability: float) -> float:
        """One ability after a month of training and doing."""
        return rules.ability_after(ability, self.village.lever.training, self.p)

    # ------------------------------------------------------------------ behaviours

    def divide_time(self) -> None:
        """Divide the hours left among four tasks and the dressing of every item, by what each is worth."""
        me, place = self.row, self.village
        motivation = me.motivation
        if self.slot == 0:
            motivation += place.lever.secretary_motivation
        abilities = [getattr(me, task) for task in TASKS]
        worth = [
            ability * self.value_of_work(motivation, need, rewarded)
            for ability, need, rewarded in zip(abilities, place.needs, place.rewards, strict=True)
        ]
        dressing = [self.value_of_dressing(*item) for item in place.dressable]
        squares = worth[0] * worth[0] + worth[1] * worth[1] + worth[2] * worth[2] + worth[3] * worth[3]
        dressed = 0.0
        for value in dressing:
            dressed += value * value
        squares += dressed
        scale = rules.time_scale(squares, place.hours, self.p)
        sigma = rules.root(scale)
        for k, value in enumerate(dressing):
            place.root_efforts[k] += value * sigma
        for k, task in enumerate(TASKS):
            setattr(me, f"effort_{task}", worth[k] * worth[k] * scale)
            place.work[k] += abilities[k] * worth[k] * sigma
        me.effort_report = dressed * scale
        place.integrity_sum += me.integrity

    def mean_ability(self) -> float:
        """Mean of the four abilities."""
        me = self.row
        mean: float = 0.25 * (me.organise + me.enterprise + me.govern + me.serve)
        return mean

    def learn_on_the_job(self) -> None:
        """Learn by training and by doing, and forget; a month more in office."""
        me = self.row
        me.tenure += 1
        for task in TASKS:
            setattr(me, task, self.ability_after(getattr(me, task)))

    def draw_salary(self) -> None:
        """The basic pay of the month goes to the person who holds the seat."""
        place = self.village
        place.rows[self.row.person].wealth += place.salary
        place.salaries += place.salary
