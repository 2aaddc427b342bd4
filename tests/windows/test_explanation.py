"""Explanations: the terms add up to the chance, the draw decides, and both activations explain alike."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest

from ruralsim.base.errors import InputError
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import OUTSIDER
from ruralsim.windows import CountyModel, Villager
from ruralsim.windows.explanation import TOPICS, Explanation


def lived(year: Scenario, months: int = 10, **options: object) -> CountyModel:
    model = CountyModel(year, 3, **options)  # type: ignore[arg-type]
    for _ in range(months):
        model.step()
    return model


def all_of(model: CountyModel, topic: str) -> dict[str, Explanation]:
    found = {}
    for place in model.villages:
        for person in model.look_at(place):
            with suppress(InputError):  # newcomers of the month, and people who are not asked
                explanation = person.explain(topic)
                found[explanation.who] = explanation
    return found


@pytest.fixture(scope="module")
def agents(year: Scenario) -> CountyModel:
    return lived(year)


@pytest.mark.parametrize("topic", TOPICS)
def test_terms_chance_draw_and_decision_fit_together(agents: CountyModel, topic: str) -> None:
    found = all_of(agents, topic)
    assert len(found) > 200
    for one in found.values():
        total = math.fsum(one.terms.values())
        if topic == "trust":
            assert one.chance is None
            assert one.after - one.before == pytest.approx(total, abs=1e-12)
            continue
        assert one.happened == (one.draw < one.chance)
        if one.chance == 0.0:
            continue
        odds = math.exp(total)  # of a logit, or a hazard h: both give the chance as x/(1 + x)
        assert one.chance == pytest.approx(odds / (1.0 + odds), rel=1e-9)


def test_trust_ends_where_the_column_is(agents: CountyModel) -> None:
    for person in agents.look_at(0):
        try:
            one = person.explain("trust")
        except InputError:
            continue
        assert person.trust == pytest.approx(one.after, abs=1e-7)


@pytest.mark.parametrize("topic", TOPICS)
def test_both_activations_explain_alike(agents: CountyModel, year: Scenario, topic: str) -> None:
    columns = lived(year, activation="columns")
    here, there = all_of(agents, topic), all_of(columns, topic)
    assert here == there


def test_a_decision_to_come_home_is_explained_as_such(agents: CountyModel) -> None:
    topics = {one.topic for one in all_of(agents, "leave").values()}
    assert topics == {"leave", "return"}


def test_people_registered_elsewhere_are_not_asked_to_pool(agents: CountyModel) -> None:
    outsiders = [person for person in agents.agents_by_type[Villager] if person.status == OUTSIDER]
    assert outsiders
    with pytest.raises(InputError) as refused:
        outsiders[0].explain("join")
    assert refused.value.code == "window_no_january"


def test_an_overridden_rule_is_explained_as_overridden(year: Scenario) -> None:
    class Stubborn(Villager):
        def chance_to_contribute(self, odds: float, admitted: float) -> float:
            return 0.0

    model = lived(year, 1, villager_class=Stubborn)
    one = model.look_at(0)[0].explain("contribute")
    assert (one.chance, one.happened) == (0.0, False)


def test_the_text_names_terms_in_both_languages(agents: CountyModel) -> None:
    person = next(p for p in agents.look_at(0) if p.status == 1)
    text = str(person.explain("contribute"))
    who = f"V001:{person.slot}"
    assert text.splitlines()[0] == f"{who} and taking part in public affairs, 2022-03 (terms of the logit):"
    assert "contribute_trust" in text
    assert "chance 0." in text
    assert "信任" in person.explain("contribute").text("zh")
    for topic in TOPICS:
        for lang in ("en", "zh"):
            assert "term_" not in person.explain(topic).text(lang)
            assert "explain_" not in person.explain(topic).text(lang)
