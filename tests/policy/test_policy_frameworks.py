"""Indicator frameworks as arrays: weights sum to 1, tasks are scaled evenly, users can change weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralsim.base.errors import InputError
from ruralsim.policy.frameworks import CHANNELS, TASKS, chosen_framework, framework_arrays, load_frameworks
from ruralsim.policy.observables import OBSERVABLES

FRAMEWORK = load_frameworks()["pengzhou"]
IDS = [item.id for item in FRAMEWORK.items]


def test_arrays_say_what_the_file_says():
    arrays = framework_arrays(FRAMEWORK)
    assert list(arrays.ids) == IDS
    for place, item in enumerate(FRAMEWORK.items):
        assert OBSERVABLES[arrays.observable[place]].name == item.observable
        assert CHANNELS[arrays.channel[place]] == item.channel
        assert arrays.veto[place] == item.veto
        assert arrays.check_weight[place] == item.check_weight
        assert arrays.quantified[place] == {"qualitative": 0.0, "semi": 0.5, "quantitative": 1.0}[item.kind]
        for column, task in enumerate(TASKS):
            assert (arrays.response[place, column] > 0) == (item.tasks.get(task, 0) > 0)
    assert set(arrays.tier) == {2}


@pytest.mark.parametrize("scale", [0.7, 0.35, 1.4])
def test_an_even_weighting_gives_every_task_the_response_scale(scale):
    arrays = framework_arrays(FRAMEWORK, response_scale=scale)
    assert arrays.response.mean(axis=0) == pytest.approx([scale] * 4)


@given(st.dictionaries(st.sampled_from(IDS), st.floats(0.0, 100.0), max_size=19))
def test_weights_always_sum_to_one_and_leave_responses_alone(weights):
    arrays = framework_arrays(FRAMEWORK, weights)
    assert arrays.weight.sum() == pytest.approx(1.0)
    assert (arrays.weight >= 0).all()
    assert np.array_equal(arrays.response, framework_arrays(FRAMEWORK).response)


def test_a_heavier_item_makes_its_task_worth_more():
    plain, heavy = framework_arrays(FRAMEWORK), framework_arrays(FRAMEWORK, {"dividends": 5.0})
    enterprise = TASKS.index("enterprise")
    assert (heavy.weight @ heavy.response)[enterprise] > (plain.weight @ plain.response)[enterprise]


def test_wrong_weights_and_names_are_refused():
    with pytest.raises(InputError) as error:
        framework_arrays(FRAMEWORK, {"dividend": 1.0})
    assert "framework.weights.dividend: unknown key 'dividend'. Did you mean 'dividends'?" in str(error.value)
    with pytest.raises(InputError) as error:
        framework_arrays(FRAMEWORK, {"dividends": -1.0})
    assert str(error.value) == "framework.weights.dividends: -1 is out of bounds; accepted is 0 to 1000."
    with pytest.raises(InputError) as error:
        framework_arrays(FRAMEWORK, dict.fromkeys(IDS, 0.0))
    assert error.value.text("en") == (
        "framework.weights: every item of the framework 'pengzhou' has weight 0. Give at least one a positive weight."
    )
    with pytest.raises(InputError) as error:
        chosen_framework("penzhou")
    assert "unknown indicator framework 'penzhou'. Did you mean 'pengzhou'?" in str(error.value)
    assert chosen_framework("pengzhou") is FRAMEWORK
