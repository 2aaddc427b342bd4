"""The report's section on the sources: rows at work in the run, and where villages are weakest, by phase."""

from __future__ import annotations

from pathlib import Path

import pytest

from ruralsim.model.outcomes import GOALPOSTS
from ruralsim.policy.sources import load_rows
from ruralsim.view.report.data import RunData
from ruralsim.view.report.sections_sources import sources

NAMES = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fir")
SPANS = ((1, 3), (4, 6))


def _run(folder: Path, instruments: tuple[str, ...], roster: list | None = None) -> RunData:
    """A results directory of six villages and six months, all about equal but for three.

    Cedar is short of settled disputes first, Elder and Fir of environment later.
    """
    import pandas as pd

    rows = []
    for month in range(7):
        for k, village in enumerate(NAMES):
            row: dict[str, object] = {"draw": 0, "replicate": 0, "month": month, "village": village}
            for j, post in enumerate(GOALPOSTS):
                row[post.component] = post.low + (0.5 + 0.03 * ((k + j) % 3)) * (post.high - post.low)
            if month <= 3 and village == "Cedar":
                row["settled_in_time"] = -0.8
            if month > 3 and village in ("Elder", "Fir"):
                row["environment"] = -0.6
            rows.append(row)
            rows.append(row | {"replicate": 1, "environment": 9.0})  # another replicate is not read
    pd.DataFrame(rows).to_parquet(folder / "outcomes.parquet")
    phases = [
        {"name": f"p{n}", "from": f"2021-{first:02d}", "to": f"2021-{last:02d}", "budget": None, "title": {},
         "instruments": dict.fromkeys(instruments, 0.5)}
        for n, (first, last) in enumerate(SPANS)
    ]  # fmt: skip
    scenario = {"scenario": {"start": "2021-01"}, "phase": phases, "place": {"roster": roster}}
    return RunData(folder, {"scenario": scenario, "months": 6})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_section_shows_the_rows_at_work_with_their_words(lang, tmp_path):
    section = sources(_run(tmp_path, ("dividend_commitment", "sunshine_affairs")), lang)
    table = section.tables[-1]
    assert [row[0] for row in table.rows] == ["P3", "D6"]
    assert table.rows[0][2] == f"「{load_rows()['P3'].quotation}」"
    assert table.rows[1][2] == "「推行村级事务阳光工程」"  # traditional characters, as they should read
    assert "2" in section.sentences[0]
    assert "sources_" not in repr(section)


def test_a_run_without_any_instrument_of_a_source_has_no_section(tmp_path):
    assert sources(_run(tmp_path, ("seed_grant",)), "en") is None


def test_the_weakest_points_are_counted_by_phase_and_no_synthetic_village_is_named(tmp_path):
    section = sources(_run(tmp_path, ("six_deliberations",)), "en")
    counted = {(row[0], row[1]): int(row[2]) for row in section.tables[0].rows}
    assert counted["1–3", "Disputes settled in three months"] >= 1
    assert counted["4–6", "Environment"] == 2
    assert not any(name in repr(section) for name in NAMES)


def test_villages_of_a_roster_are_named_with_what_works_on_their_weakest_point(tmp_path):
    section = sources(_run(tmp_path, ("six_deliberations",), roster=[{}]), "en")
    found = {(row[0], row[1]): row for row in section.tables[1].rows}
    assert found["Cedar", "1–3"][2] == "Disputes settled in three months"
    assert found["Fir", "4–6"][2] == "Environment"
    assert "H13" in found["Fir", "4–6"][3]
    assert len(found) == len(NAMES) * len(SPANS)
