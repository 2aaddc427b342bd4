"""A wrong data file is refused with one message: file, line, what was read, what is accepted, nearest name."""

from __future__ import annotations

import pytest
from policy_cases import phase, programme, write

from ruralsim.base.errors import InputError, placeholders
from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.regimes import load_regimes

GOOD = """name = "festival"
title.en = "Festival"
title.zh = "节庆"
kind = "governance"
source = "004 H8"
source_text = "每年隆重举办岳飞文化节"

[effects]
virtue = { amount = 0.5, low = 0.0, high = 1.0, source = "assumed" }

[[cost]]
kind = "running"
per = "village"
every = "month"
amount = "500 yuan"
source = "assumed"
"""

# what is exchanged in the good file, for what, and the message in both languages after "festival.toml"
CASES = {
    "unknown key": (
        'source = "004 H8"',
        'sources = "004 H8"',
        " line 5, sources: unknown key 'sources'. Did you mean 'source'?",
        " 第 5 行，sources：",
    ),
    "unknown lever": (
        "virtue = ",
        "virtu = ",
        " line 9, effects.virtu: unknown key 'virtu'. Did you mean 'virtue'?",
        " 第 9 行，effects.virtu：",
    ),
    "missing title": (
        'title.zh = "节庆"\n',
        "",
        " line 2, title: the key 'zh' is missing. Add it.",
        " 第 2 行，title：",
    ),
    "unknown kind": (
        'kind = "governance"',
        'kind = "governence"',
        " line 4, kind: unknown kind of instrument 'governence'. Did you mean 'governance'? "
        "Accepted: governance, economy, finance.",
        " 第 4 行，kind：",
    ),
    "unknown payee": (
        'kind = "running"',
        'kind = "runing"',
        " line 12, cost.1.kind: unknown kind of cost 'runing'. Did you mean 'running'? "
        "Accepted: running, operating_transfer, cash_grant, grant_in_kind.",
        " 第 12 行，cost.1.kind：",
    ),
    "unknown rhythm": (
        'every = "month"',
        'every = "monthly"',
        " line 14, cost.1.every: unknown rhythm of a cost 'monthly'. Did you mean 'month'? Accepted: month, once.",
        " 第 14 行，cost.1.every：",
    ),
    "amount above its range": (
        "amount = 0.5, low",
        "amount = 1.5, low",
        " line 9, effects.virtue.amount: 1.5 is out of bounds; accepted is 0 to 1.",
        " 第 9 行，effects.virtue.amount：",
    ),
    "range upside down": (
        "low = 0.0, high = 1.0",
        "low = 0.0, high = -1.0",
        " line 9, effects.virtue.high: -1 is negative; 0 or more is needed.",
        " 第 9 行，effects.virtue.high：",
    ),
    "not a number": (
        "amount = 0.5",
        "amount = nan",
        " line 9, effects.virtue.amount: a finite number is needed, not nan.",
        " 第 9 行，effects.virtue.amount：",
    ),
    "wrong unit": (
        "500 yuan",
        "500 mu",
        " line 15, cost.1.amount: '500 mu' is ",
        " 第 15 行，cost.1.amount：",
    ),
    "negative cost": (
        "500 yuan",
        "-500 yuan",
        " line 15, cost.1.amount: -500 yuan is negative; 0 or more is needed.",
        " 第 15 行，cost.1.amount：",
    ),
    "short quotation": (
        "每年隆重举办岳飞文化节",
        "岳飞文化节",
        " line 6, source_text: the quotation '岳飞文化节' is too short; "
        "at least 8 characters of the source are needed.",
        " 第 6 行，source_text：引文“岳飞文化节”太短，至少需要原文 8 个字。",
    ),
    "another name": (
        'name = "festival"',
        'name = "festivals"',
        " line 1, name: the name 'festivals' is not the name of the file. "
        'Write name = "festival" (small letters, digits, - and _), or rename the file.',
        " 第 1 行，name：名称“festivals”与文件名不一致。"
        '请写 name = "festival"（小写字母、数字、- 和 _），或给文件改名。',
    ),
    "delay not whole": (
        "\n[effects]",
        "delay = 2.5\n\n[effects]",
        " line 7, delay: 2.5 is not a whole number.",
        " 第 7 行，delay：",
    ),
    "unknown class": (
        "[[cost]]",
        '[eligibility]\nrollout = ["pilots"]\n\n[[cost]]',
        " line 12, eligibility.rollout: unknown roll-out class 'pilots'. Did you mean 'pilot'? "
        "Accepted: demonstration, pilot, conditioned, rest.",
        " 第 12 行，eligibility.rollout：",
    ),
    "empty list": (
        "[[cost]]",
        "[eligibility]\nforms = []\n\n[[cost]]",
        " line 12, eligibility.forms: a list is needed, not []. Accepted: leasing, cooperative, company, tourism.",
        " 第 12 行，eligibility.forms：应为列表，而不是 []。可用：leasing、cooperative、company、tourism。",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_instrument_file_is_explained(case, tmp_path):
    old, new, english, chinese = CASES[case]
    assert GOOD.count(old) >= 1
    write(tmp_path, "festival", GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_instruments(tmp_path)
    error = caught.value
    assert error.exit_code == 2
    assert f"festival.toml{english}" in error.text("en")
    assert f"festival.toml{chinese}" in error.text("zh")


def test_the_good_file_is_accepted(tmp_path):
    write(tmp_path, "festival", GOOD)
    festival = load_instruments(tmp_path)["festival"]
    assert festival.monthly_cost(1000.0) == 500.0
    assert festival.effects[0].lever == "virtue"


def test_an_instrument_without_effects_and_costs_is_refused(tmp_path):
    write(tmp_path, "festival", GOOD.split("[effects]")[0])
    with pytest.raises(InputError) as error:
        load_instruments(tmp_path)
    assert error.value.text("en").endswith("the instrument 'festival' has neither effects nor costs. Add one of them.")
    assert error.value.text("zh").endswith("政策工具“festival”既无作用也无成本。请至少添加其中一项。")


ITEM = """
[[item]]
id = "trust"
title.en = "Trust"
title.zh = "信任"
board = "b"
rank = 1
tier = "village"
kind = "semi"
origin = "derived"
quotation = "不断巩固党的执政基础"
observable = "trust"
tasks = { serve = 1.0 }
channel = "survey"
"""
FRAMEWORK = """name = "mine"
title.en = "Mine"
title.zh = "自拟"
source = "000"

[[board]]
id = "b"
title.en = "Board"
title.zh = "板块"
origin = "derived"
quotation = "不断巩固党的执政基础"
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FRAMEWORK, "the framework has no items. Add at least one [[item]]."),
        (FRAMEWORK + ITEM + ITEM, "item.2.id: the item 'trust' is defined twice. Rename or remove one of them."),
        (
            FRAMEWORK + ITEM.replace('observable = "trust"', 'observable = "thrust"'),
            "item.1.observable: unknown observable 'thrust'. Did you mean 'trust'?",
        ),
        (
            FRAMEWORK + ITEM.replace("serve =", "server ="),
            "item.1.tasks.server: unknown key 'server'. Did you mean 'serve'?",
        ),
        (FRAMEWORK + ITEM.replace('board = "b"', 'board = "c"'), "item.1.board: unknown board 'c'."),
        (FRAMEWORK + ITEM + 'veto = "yes"\n', "item.1.veto: true or false is needed, not yes."),
        (FRAMEWORK + ITEM + "weight = -1\n", "item.1.weight: -1 is negative; 0 or more is needed."),
        (FRAMEWORK.replace("[[board]]", "[board]") + ITEM, "board: a list is needed, not "),
    ],
)
def test_a_wrong_framework_file_is_explained(text, message, tmp_path):
    write(tmp_path, "mine", text)
    with pytest.raises(InputError) as error:
        load_frameworks(tmp_path)
    assert message in error.value.text("en")
    assert error.value.text("zh") != error.value.text("en")


def test_a_framework_of_ones_own_is_accepted(tmp_path):
    write(tmp_path, "mine", FRAMEWORK + ITEM)
    framework = load_frameworks(tmp_path)["mine"]
    assert framework.total_in_source is None
    assert framework.items[0].weight == 1.0
    assert framework.items[0].veto is False


def test_a_wrong_regime_file_is_explained(tmp_path):
    text = (
        'name = "mine"\ntitle.en = "Mine"\ntitle.zh = "自拟"\ntarget_rule = "ratched"\nsource = "000"\n'
        'source_text = "主要是对村(社区)做方向性指导"\n\n[settings.pressure]\nvalue = 2.0\nlow = 0.0\nhigh = 1.0\n'
        'unit = "1"\nsource = "assumed"\nen = "pressure"\nzh = "力度"\n'
    )
    write(tmp_path, "mine", text)
    with pytest.raises(InputError) as error:
        load_regimes(tmp_path)
    assert "settings.pressure.value: 2 is out of bounds; accepted is 0 to 1." in error.value.text("en")
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", "mine", text.replace("value = 2.0", "value = 0.5"))
    with pytest.raises(InputError) as error:
        load_regimes(tmp_path / "other")
    assert "line 4, target_rule: unknown target rule 'ratched'. Did you mean 'ratchet'?" in error.value.text("en")


def test_a_phase_with_an_unknown_instrument_is_refused():
    with pytest.raises(InputError) as error:
        programme([phase({"seed_grants": 1.0}, name="near")])
    assert error.value.text("en").startswith(
        "phase.near.instruments.seed_grants: the phase 'near' asks for the unknown instrument 'seed_grants'. "
        "Did you mean 'seed_grant'?"
    )
    assert "阶段“near”用到了未知的政策工具“seed_grants”" in error.value.text("zh")


def test_the_messages_of_this_layer_have_the_same_fields_in_both_languages():
    from ruralsim.base.errors import catalogue

    english = {code: text for code, text in catalogue("en").items() if code.startswith("policy_")}
    chinese = {code: text for code, text in catalogue("zh").items() if code.startswith("policy_")}
    assert len(english) > 20
    assert english.keys() == chinese.keys()
    assert [code for code in english if placeholders(english[code]) != placeholders(chinese[code])] == []
