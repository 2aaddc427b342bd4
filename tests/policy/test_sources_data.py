"""The five sources as data: every row is there, quoted from its document, and nothing of a source's own is invented."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from ruralsim.base.errors import InputError
from ruralsim.policy.frameworks import CHANNELS, TIERS, framework_arrays, load_frameworks
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.levers import LEVER_INDEX
from ruralsim.policy.packages import load_packages
from ruralsim.policy.regimes import load_regimes
from ruralsim.policy.sources import load_documents, load_rows

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
DESIGN = Path(__file__).resolve().parents[3] / "shared" / "design" / "sources.md"
PINYIN = re.compile(r"\([a-z]+\)")
COUNTS = {"P": 18, "L": 18, "D": 15, "F": 16, "H": 14}
beside = pytest.mark.skipif(not SOURCES.is_dir(), reason="the source texts do not lie beside this checkout")


def _texts() -> dict[str, str]:
    return {path.name[:3]: PINYIN.sub("", path.read_text(encoding="utf-8")) for path in SOURCES.glob("*.txt")}


def test_every_row_is_there_once():
    rows = load_rows()
    assert list(rows) == [f"{letter}{k}" for letter, count in COUNTS.items() for k in range(1, count + 1)]
    assert Counter(row.kind for row in rows.values()) == {"i": 65, "r": 5, "f": 2, "p": 4, "a": 4, "o": 1}


@pytest.mark.skipif(not DESIGN.is_file(), reason="the table of rows does not lie beside this checkout")
def test_kinds_are_those_of_the_table_of_rows():
    listed = dict(re.findall(r"^\| ([PLDFH]\d+) \| ([irfpao]) \|", DESIGN.read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == {row.id: row.kind for row in load_rows().values()}


@beside
@pytest.mark.parametrize("row", list(load_rows()))
def test_the_quotation_of_a_row_stands_in_its_source(row):
    one, texts = load_rows()[row], _texts()
    assert len(one.quotation) >= 8
    assert one.quotation in texts[one.source]
    for claim in one.claims:
        assert len(claim.quotation) >= 8
        assert claim.quotation in texts[one.source]


@beside
def test_boards_items_and_packages_are_quoted_from_their_sources():
    texts = _texts()
    parts = [
        (framework.name, part.id, part.source, part.quotation)
        for framework in load_frameworks().values()
        for part in (*framework.boards, *framework.items)
    ]
    parts += [(one.name, "package", one.source, one.source_text) for one in load_packages().values()]
    assert [part for part in parts if part[3] not in texts[part[2]]] == []


@beside
def test_garbled_words_stand_in_the_text_and_what_they_mean_does_not_read_otherwise():
    texts = _texts()
    garbled = {name: document.garbled for name, document in load_documents().items() if document.garbled}
    assert set(garbled) == {"002"}
    for name, pairs in garbled.items():
        for read, means in pairs.items():
            assert read in texts[name]
            assert read != means


def test_a_clause_that_carries_two_rows_is_marked_in_both():
    rows = load_rows()
    of_clause = defaultdict(set)
    for row in rows.values():
        of_clause[row.source, row.quotation].add(row.id)
    for ids in of_clause.values():
        for one in ids:
            assert set(rows[one].shared_with) == ids - {one}


def test_every_row_has_what_its_kind_needs():
    for row in load_rows().values():
        assert all((row.measure["en"], row.measure["zh"], row.mechanism["en"], row.mechanism["zh"]))
        needed = {
            "i": row.instruments and row.quantity and row.sign and row.kill,
            "r": row.regime and row.against,
            "f": row.framework,
            "p": row.on and row.off and row.quantity,
            "a": row.analysis,
            "o": row.package and row.claims,
        }
        assert needed[row.kind], row.id


def test_every_instrument_of_a_row_names_that_row_or_its_document_as_its_source():
    for row in load_rows().values():
        for name in row.instruments:
            source = load_instruments()[name].source
            assert row.source in source or row.id in source, (row.id, name, source)


def test_every_instrument_belongs_to_a_row():
    used = {name for row in load_rows().values() for name in (*row.instruments, *row.beside)}
    used |= {name for row in load_rows().values() for span in (*row.on, *row.off) for name in span.instruments}
    assert set(load_instruments()) - used <= {"seed_grant"}  # an amount known from another place (COL-027)


def test_regimes_are_one_from_each_source():
    assert {regime.source[:3] for regime in load_regimes().values()} == {"000", "001", "002", "003", "004"}


def test_frameworks_are_one_from_each_source_and_invent_no_item():
    frameworks = {name: one for name, one in load_frameworks().items() if not one.pool}
    assert {one.source for one in frameworks.values()} == {"000", "001", "002", "003", "004"}
    assert {name: one.total_in_source for name, one in frameworks.items()} == {
        "pengzhou": 84, "longquanyi": None, "dingyuan": None, "four-systems": None, "henan-county": None,
    }  # fmt: skip
    for name, one in frameworks.items():
        quoted = Counter(item.tier for item in one.items if item.origin == "quoted")
        if name == "longquanyi":
            assert dict(one.totals_by_tier) == {"township": 20, "village": 38}
            assert quoted == {"county": 22, "township": 7, "village": 8}
        else:
            assert not quoted
    by_tier = {tier: {i.kind for i in frameworks["longquanyi"].items if i.tier == tier} for tier in TIERS}
    assert by_tier == {"county": {"qualitative"}, "township": {"semi"}, "village": {"quantitative"}}
    ranks = {(item.tier, item.rank) for item in frameworks["longquanyi"].items}
    assert ranks == {("county", 2), ("township", 2), ("village", 3)}


def test_the_pool_is_large_labelled_and_no_sources_own():
    pool = load_frameworks()["derived-pool"]
    assert pool.pool
    assert len(pool.items) >= 84
    assert pool.total_in_source is None
    assert {item.origin for item in pool.items} == {"derived"}
    assert {item.source for item in pool.items} == {"000", "001", "002", "003", "004"}
    assert {item.channel for item in pool.items} == set(CHANNELS)
    looked = {(item.observable, item.channel, tuple(sorted(item.tasks.items())), item.quotation) for item in pool.items}
    assert len(looked) >= 84
    assert len({item.observable for item in pool.items}) >= 40
    assert "no source's own framework" in pool.note


def test_what_is_higher_up_counts_less_and_is_seen_less_sharply():
    from ruralsim.model.appraisal import tier_factors

    arrays = framework_arrays(load_frameworks()["longquanyi"])
    weight, burden, noise = tier_factors(arrays, {"tier_share": 0.5, "tier_noise": 0.5, "judgement_noise": 0.5})
    of = {TIERS[tier]: (weight[k], burden[k], noise[k]) for k, tier in enumerate(arrays.tier)}
    assert of["county"][0] < of["township"][0] < of["village"][0] == 1.0
    assert of["county"][1] < of["township"][1] < of["village"][1]
    assert of["county"][2] > of["township"][2] > of["village"][2] == 1.0
    assert not arrays.has_target[arrays.tier == TIERS.index("county")].any()
    assert arrays.has_target[arrays.tier == TIERS.index("village")].all()


def test_packages_translate_each_source():
    assert {one.source for one in load_packages().values()} == {"000", "001", "002", "003", "004"}
    for package in load_packages().values():
        rows = [row for row in load_rows().values() if row.source == package.source and row.kind == "i"]
        covered = [row for row in rows if set(row.instruments) & set(package.instruments)]
        assert len(covered) >= len(rows) - 1, package.name


def test_a_row_with_a_wrong_name_is_refused(tmp_path):
    from ruralsim.policy.tables import DATA

    text = (DATA / "sources" / "000.toml").read_text(encoding="utf-8")
    for old, new, told in (
        ('instruments = ["dividend_commitment"]', 'instruments = ["dividend_comitment"]', "dividend_commitment"),
        ('sign = "free"', 'sign = "fre"', "free"),
        ("leakage_base = 0", "leakage_bases = 0", "leakage_base"),
        ('freeze = ["enterprise"]', 'freeze = ["enterprises"]', "enterprise"),
    ):
        (tmp_path / "000.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
        load_documents.cache_clear()
        with pytest.raises(InputError) as error:
            load_documents(tmp_path)
        assert f"Did you mean '{told}'?" in str(error.value)
    load_documents.cache_clear()


def test_levers_that_nobody_uses_are_few():
    used = {effect.lever for one in load_instruments().values() for effect in one.effects}
    assert set(LEVER_INDEX) - used <= {"reserve_share", "welfare_share", "points_for_all", "land_conflict"}


def test_garbled_and_traditional_words_are_put_right_by_the_mapping():
    document = load_documents()["002"]
    assert document.normalised("打造綜合服務平合") == "打造综合服务平台"
    assert document.normalised("志展服務甲乙") == "志愿服务甲乙"
    assert load_documents()["000"].normalised("在落实分红的基础上") == "在落实分红的基础上"
    from fontTools.ttLib import TTFont

    from ruralsim.view import fonts

    path = next(
        path for path in Path(fonts.__file__).parent.iterdir() if path.suffix in (".ttf", ".otf", ".woff", ".woff2")
    )
    drawn = set(TTFont(path).getBestCmap())
    for one in load_documents().values():
        for row in one.rows:
            assert {letter for letter in one.normalised(row.quotation) if ord(letter) not in drawn} == set(), row.id
