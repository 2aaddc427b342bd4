"""Designs are read strictly, and every refusal says where and what to do, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.experiments import read_design
from ruralsim.experiments.design import shipped_experiments
from tests.experiments import tiny

HEAD = "[experiment]\nreplicates = 2\n"
ARM = '[[scenario]]\nscenario = "demo-township"\n'

WRONG = {
    "an unknown key": ("[experiment]\nreplicate = 2\n" + ARM, "unknown_key", "replicates"),
    "an unknown section": (HEAD + ARM + "[design]\n", "unknown_key", None),
    "no scenario": (HEAD, "experiment_no_scenario", None),
    "a scenario that is none": (HEAD + '[[scenario]]\nscenario = "demo-townshp"\n', "scenario_unknown",
                                "demo-township"),
    "a scenario twice": (HEAD + ARM + ARM, "experiment_twice", None),
    "a wrong change": (HEAD + ARM + 'set = ["regime.name=directionl"]\n', "unknown_name", "directional"),
    "changes that are no list": (HEAD + ARM + 'set = "regime.name=directional"\n', "experiment_set", None),
    "a single table": (HEAD + '[scenario]\nscenario = "demo-township"\n', "experiment_list", None),
    "an unknown outcome": ('[experiment]\noutcomes = ["govrnance"]\n' + ARM, "unknown_name", "governance"),
    "an unknown baseline": ('[experiment]\nbaseline = "x"\n' + ARM, "unknown_name", None),
    "too many runs": ("[experiment]\nreplicates = 9\nbudget = 8\n" + ARM, "experiment_budget", None),
    "draws of nothing": (HEAD + ARM + "[draws]\ncount = 4\n", "experiment_nothing_drawn", None),
    "factors without draws": (HEAD + ARM + '[[factor]]\nname = "member_share"\nlow = 0.5\nhigh = 0.9\nsource = "s"\n',
                              "experiment_no_draws", None),
    "more replicates of draws": (HEAD + ARM + '[draws]\ncount = 4\nreplicates = 3\nparameters = "all"\n',
                                 "experiment_draw_replicates", None),
    "an unknown factor": (HEAD + ARM + '[draws]\ncount = 4\n[[factor]]\nname = "member_shar"\n', "unknown_name",
                          "member_share"),
    "an unknown parameter": (HEAD + ARM + '[draws]\ncount = 4\nparameters = ["member_shar"]\n', "unknown_name",
                             "member_share"),
    "an unknown method": (HEAD + ARM + '[draws]\ncount = 4\nmethod = "sobl"\n', "unknown_name", "sobol"),
}  # fmt: skip
FACTOR = HEAD + ARM + '[draws]\ncount = 4\n[[factor]]\nname = "member_share"\n'
WRONG_FACTORS = {
    "no source": ("low = 0.5\nhigh = 0.9\n", "missing_key"),
    "an empty range": ('low = 0.9\nhigh = 0.9\nsource = "s"\n', "experiment_range"),
    "a peak of a uniform": ('low = 0.5\nhigh = 0.9\npeak = 0.7\nsource = "s"\n', "experiment_unused"),
    "a peak outside": ('low = 0.5\nhigh = 0.9\npeak = 1.7\ndistribution = "triangular"\nsource = "s"\n',
                       "outside_limits"),
    "a logarithm of nothing": ('low = 0\nhigh = 0.9\ndistribution = "log_uniform"\nsource = "s"\n', "experiment_log"),
}  # fmt: skip


def _refused(folder: Path, text: str) -> InputError:
    path = folder / "design.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_design(path)
    error = caught.value
    assert error.file is not None or error.key is not None
    for lang in ("en", "zh"):
        assert len(error.text(lang)) > 10
        assert "{" not in error.text(lang)
    return error


@pytest.mark.parametrize("case", WRONG)
def test_wrong_designs_are_refused(case: str, tmp_path: Path) -> None:
    text, code, near = WRONG[case]
    error = _refused(tmp_path, text)
    assert error.code == code
    assert near is None or error.fields.get("nearest") == near


@pytest.mark.parametrize("case", WRONG_FACTORS)
def test_wrong_factors_are_refused(case: str, tmp_path: Path) -> None:
    text, code = WRONG_FACTORS[case]
    assert _refused(tmp_path, FACTOR + text).code == code


def test_a_factor_that_the_scenario_states_cannot_be_drawn(tmp_path: Path) -> None:
    arm = ARM + 'set = ["parameters.member_share.value=0.7", "parameters.member_share.reason=x"]\n'
    text = HEAD + arm + '[draws]\ncount = 4\n[[factor]]\nname = "member_share"\nlow = 0.5\nhigh = 0.9\nsource = "s"\n'
    assert _refused(tmp_path, text).code == "experiment_held"


def test_a_design_is_what_its_file_says(tmp_path: Path) -> None:
    more = """
[[context]]
name = "stated"

[[context]]
name = "cheap grain"
title.en = "Cheap grain"
set = ["context.farm_price=0.8"]

[draws]
count = 4
method = "sobol"
replicates = 2
parameters = ["member_share"]

[[factor]]
name = "context.county_revenue_growth"
low = "1 %/year"
high = "5 %/year"
distribution = "triangular"
peak = "2 %/year"
source = "assumed"
"""
    design = read_design(tiny.write(tmp_path / "mine", replicates=3, more=more))
    assert design.name == "mine"
    assert [arm.name for arm in design.arms] == ["strict", "loose"]
    assert design.against == "strict"
    assert design.contexts == ("stated", "cheap grain")
    assert design.runs == 2 * 2 * (3 + 4 * 2)
    growth = design.factors[0]
    assert (growth.name, growth.low, growth.high, growth.unit) == (
        "context.county_revenue_growth",
        0.01,
        0.05,
        "1/year",
    )
    assert [one.name for one in design.factors] == ["context.county_revenue_growth", "member_share"]
    assert {scenario.months for arm in design.arms for scenario in arm.scenarios} == {6}
    price = design.arms[1].scenarios[1].context.series["farm_price"]
    assert price.values == (0.8,)
    assert design.arms[1].scenarios[1].regime.name == "directional"


def test_a_scenario_file_beside_the_design_is_found(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[scenario]\nbased_on = "demo-township"\nname = "own"\n', encoding="utf-8")
    path = tmp_path / "design.toml"
    path.write_text(HEAD + '[[scenario]]\nscenario = "own.toml"\n', encoding="utf-8")
    assert [arm.name for arm in read_design(tmp_path).arms] == ["own"]
    assert read_design(path) == read_design(tmp_path)


def test_every_shipped_design_reads_and_fits_its_budget() -> None:
    names = shipped_experiments()
    assert {"regimes", "demonstration-first"} <= set(names)
    for name in names:
        design = read_design(name)
        assert design.runs <= design.budget
        for lang in ("en", "zh"):
            assert design.title[lang]
            assert design.question[lang]
            assert all(arm.title[lang] for arm in design.arms)
