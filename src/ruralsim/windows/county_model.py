"""The county as a Mesa model: a step is a month, compiled or agent by agent, on the same state, same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ruralsim.base.errors import InputError, nearest
from ruralsim.base.streams import uniforms
from ruralsim.model.county import County
from ruralsim.model.rival import Rival
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import GONE
from ruralsim.state.inputs import CHANGE, Fields
from ruralsim.windows import institutions, living, office, register, rivals
from ruralsim.windows.cadre import Cadre
from ruralsim.windows.enterprise import CollectiveEnterprise
from ruralsim.windows.village import Village
from ruralsim.windows.villager import Villager
from ruralsim.windows.window import check_subclass, refuse_replaced_rules

ACTIVATIONS = ("agents", "columns")


class CountyModel(mesa.Model):
    """A county of villages, villagers, cadres and collective enterprises.

    Args:
        scenario: a :class:`~ruralsim.spec.scenario.Scenario`, the name of a shipped one, or the path of a file.
        seed: of every random number, 0 … 2³² − 1. Mesa's own generators take no part in any result.
        activation: ``"agents"`` lives the month agent by agent, in plain Python; ``"columns"`` runs the compiled month
            and makes agents when they are asked for. Both give the same bits.
        villager_class, cadre_class, enterprise_class: subclasses with rules of one's own (``"agents"`` only).
        cut, rival, mixing: arms of the pivot test and a limit of theory, as for ``County.build``.

    Attributes:
        county: the state; ``county.record`` holds what was recorded.
        villages: one :class:`~ruralsim.windows.village.Village` each.
        month: months lived so far.
        datacollector: Mesa's collector with ``mean_trust``, ``pooled_share`` and ``residents_income``; add reporters
            of your own (plain numbers, not records).

    Raises:
        InputError: unknown activation, a class that is no window, a replaced rule that columns cannot honour.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path,
        seed: int = 1,
        *,
        activation: str = "agents",
        villager_class: type[Villager] = Villager,
        cadre_class: type[Cadre] = Cadre,
        enterprise_class: type[CollectiveEnterprise] = CollectiveEnterprise,
        cut: Iterable[str] = (),
        rival: Rival | None = None,
        mixing: float = 0.0,
    ) -> None:
        super().__init__(rng=seed)
        if activation not in ACTIVATIONS:
            close = nearest(str(activation), ACTIVATIONS)
            raise InputError("window_activation", read=activation, nearest=close, accepted=ACTIVATIONS)
        check_subclass(villager_class, Villager, "villager_class")
        check_subclass(cadre_class, Cadre, "cadre_class")
        check_subclass(enterprise_class, CollectiveEnterprise, "enterprise_class")
        if activation == "columns":
            refuse_replaced_rules(
                {villager_class: Villager, cadre_class: Cadre, enterprise_class: CollectiveEnterprise}
            )
        self.activation = activation
        self.villager_class, self.cadre_class, self.enterprise_class = villager_class, cadre_class, enterprise_class
        self.county: Any = County.build(_loaded(scenario), seed, cut=cut, rival=rival, mixing=mixing)
        self.p = Fields(self.county.parameters[0])
        self.month, self.month_of_year = 0, 0
        self.villages = [Village(self, index) for index in range(len(self.county.villages))]
        self._people = self.county.villagers
        self.page: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        for place in self.villages:
            self._fill_offices(place)
        if activation == "agents":
            self.county.targets_step = office.plain_targets(self.p)
            self.county.compiled = False
            for place in self.villages:
                self.look_at(place)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "mean_trust": lambda model: model.mean("mean_trust"),
                "pooled_share": lambda model: model.mean("pooled_share"),
                "residents_income": lambda model: model.mean("mean_income"),
            }
        )
        self.datacollector.collect(self)

    # ------------------------------------------------------------------ looking

    def village(self, which: str | int | Village) -> Village:
        """A village by name or place in the list.

        Raises:
            InputError: there is no such village.
        """
        if isinstance(which, Village):
            return which
        names = self.county.names
        index = names.index(which) if which in names else which
        if not isinstance(index, int) or not 0 <= index < len(names):
            raise InputError("window_no_village", read=which, nearest=nearest(str(which), names), accepted=names)
        return self.villages[index]

    def villager(self, village: str | int | Village, slot: int, *, missing: bool = False) -> Any:
        """The agent of one row; where columns run the month it is made now.

        Args:
            village: name, place in the list, or the village.
            slot: row inside the village.
            missing: return None rather than raise where nobody is there.

        Raises:
            InputError: nobody is there (never was, left or died), or there is no such village.
        """
        place = self.village(village)
        if not place.is_there(slot):
            if missing:
                return None
            raise InputError("window_no_villager", slot=slot, village=place.name, last=len(place.rows) - 1)
        return place.people[slot] or self.villager_class(self, place, slot)

    def look_at(self, village: str | int | Village) -> list[Villager]:
        """All villagers of a village as agents, in row order."""
        place = self.village(village)
        slots = [k for k in range(len(place.rows)) if place.people[k] is None and place.is_there(k)]
        if slots:
            self.villager_class.create_agents(self, len(slots), [place] * len(slots), slots)
        return place.present()

    def mean(self, outcome: str) -> float:
        """County mean of an outcome of the last month, weighted by registered adults: a plain number.

        Args:
            outcome: a name of ``model/books_loop.py:OUTCOMES``.
        """
        from ruralsim.model.books_loop import OUTCOME_INDEX

        if outcome not in OUTCOME_INDEX:
            raise InputError(
                "window_outcome", read=outcome, nearest=nearest(outcome, OUTCOME_INDEX), accepted=list(OUTCOME_INDEX)
            )
        heads = self.county.villages["registered"].astype(np.float64)
        values = self.county.outcomes[:, OUTCOME_INDEX[outcome]]
        return float((values * heads).sum() / max(1.0, heads.sum()))

    def _fill_offices(self, place: Village) -> None:
        place.enterprise = self.enterprise_class(self, place)
        seats = self.county.cadres[place.index]["active"]
        place.cadres = [self.cadre_class(self, place, int(seat)) for seat in np.flatnonzero(seats)]

    # ------------------------------------------------------------------ the month

    def step(self) -> None:
        """Live one month.

        Raises:
            InputError: the scenario is over.
            BooksBroken: a ledger does not explain what happened.
        """
        county = self.county
        if county.month >= county.scenario.months:
            raise InputError("window_finished", months=county.scenario.months)
        self.page = (county.villagers.copy(), county.start.copy(), county.villages.copy())
        self.month = county.month + 1
        self.month_of_year = county.calendar(self.month).month
        if self.activation == "columns":
            county.advance(1)
            self._refresh()
        else:
            county.begin_month()
            self._follow_tables()
            self._live_the_month()
            county.end_month()
        self.running = county.month < county.scenario.months
        self.datacollector.collect(self)

    def _live_the_month(self) -> None:
        """The order of everything that happens in a month (model specification 3), agent by agent.

        Villages do not touch inside a month; within a village agents act in row order. Nobody looks at anybody else
        except in ``look_around``, at the start.
        """
        january = self.month_of_year == 1
        places, people = self._places, lambda behaviour: self._do(self.villager_class, behaviour)
        places(_open_month)
        if january:
            places(register.turn_the_year)
        places(register.outsiders_come_and_go)
        places(register.count_people)
        places(institutions.receive_public_money)
        places(office.open_work)
        self._do(self.cadre_class, "divide_time")
        places(office.close_work)
        places(institutions.learn)
        places(institutions.build_pillars)
        places(institutions.serve_people)
        places(institutions.tend_environment)
        self._do(self.cadre_class, "learn_on_the_job")
        self._draw_luck((0, 1, 8, 2) if january else (0, 1, 8))
        people("be_seen")
        people("look_around")
        places(rivals.see_everybody)
        places(self._open_moving)
        people("move")
        places(living.open_meeting)
        people("take_part")
        places(living.close_meeting)
        if january:
            places(living.open_pooling)
            people("renew_pooling")
        self._do(self.enterprise_class, "open_gate")
        people("offer_labour")
        self._do(self.enterprise_class, "work_a_month")
        places(rivals.transfer_to_households)
        places(rivals.pay_private_wages)
        people("belong")
        places(living.open_homes)
        self._do(self.cadre_class, "draw_salary")
        people("work_away")
        people("earn_and_spend")
        places(living.close_homes)
        places(living.open_troubles)
        people("quarrel")
        people("ask_for_help")
        places(living.close_troubles)
        places(living.open_minds)
        people("make_up_mind")
        places(living.close_minds)
        places(register.close_month)
        places(lambda place: office.assess(place, self.month_of_year))
        places(lambda place: office.elect(place, self.month_of_year))

    def _places(self, act: Callable[[Village], None]) -> None:
        for place in self.villages:
            act(place)

    def _do(self, kind: type[mesa.Agent], behaviour: str) -> None:
        """Every agent of a kind, in the order in which they came, which is row order within a village."""
        agents = self.agents_by_type.get(kind)
        if agents is not None:
            agents.do(behaviour)

    def _open_moving(self, place: Village) -> None:
        place.leaving, place.returning = living.moving_factors(place, self.month_of_year, place.row.mean_income)

    def _draw_luck(self, blocks: tuple[int, ...]) -> None:
        """Draw for every row of the county at once, then hand each village its own: by row, never by turn."""
        sizes = [len(place.rows) for place in self.villages]
        slots = np.concatenate([np.arange(size, dtype=np.uint64) for size in sizes])
        low, high = (np.repeat(self.county.villages[word].astype(np.uint64), sizes) for word in ("key_low", "key_high"))
        edges = np.cumsum([0, *sizes])
        for block in blocks:
            drawn = uniforms(self.county.seed, (low, high), slots, self.month, block)  # type: ignore[arg-type]
            for place, first, last in zip(self.villages, edges[:-1], edges[1:], strict=True):
                place.luck[block] = list(zip(*drawn[:, first:last].tolist(), strict=True))
        for place in self.villages:
            place.seen = [None] * len(place.rows)

    # ------------------------------------------------------------------ keeping up with the tables

    def _follow_tables(self) -> None:
        """Where the county made room for newcomers its tables have moved: lay every window over its row again."""
        if self.county.villagers is self._people:
            return
        self._people = self.county.villagers
        for place in self.villages:
            place.bind()
            for person in place.present():
                person.bind()

    def _refresh(self) -> None:
        """After a compiled month: windows follow their rows; those of people who are gone are closed."""
        self._people = self.county.villagers
        for place in self.villages:
            place.bind()
            for person in place.present():
                person.bind()
                if person.row.status == GONE:
                    place.people[person.slot] = None
                    person.remove()
            for cadre in list(place.cadres):
                if cadre.row.active == 0:
                    place.cadres.remove(cadre)
                    cadre.remove()


def _open_month(place: Village) -> None:
    place.rows_before = place.row.rows
    place.changes[CHANGE.rows_before] = place.row.rows


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    """The scenario itself, or the one of that name or path."""
    if isinstance(scenario, Scenario):
        return scenario
    from ruralsim.policy.catalogue import vocabulary
    from ruralsim.spec.load import load_scenario

    return load_scenario(scenario, vocabulary=vocabulary())
