"""The documentation says what the code says: generated parts are fresh, complete, and drift is noticed."""

from __future__ import annotations

import difflib
import itertools
import re
from pathlib import Path

import pytest

from ruralsim.base.streams import STREAMS
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.levers import LEVERS
from ruralsim.policy.observables import OBSERVABLES
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.parameters import load_parameters
from ruralsim.state import columns, inputs
from ruralsim.state.columns import REGISTRY, Column
from ruralsim.state.flows import DRIVERS, FLOWS
from ruralsim.view import odd
from ruralsim.view.tables import TABLES

ROOT = Path(__file__).parents[2]
ODD = ROOT / "docs" / "odd.md"
RENEW = "run 'make docs' (python -m ruralsim.view.odd --write …)"


def drift(name: str) -> list[str]:
    """The first lines in which a page and what would be generated differ."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = difflib.unified_diff(text.splitlines(), odd.filled(text).splitlines(), "written", "generated", n=0)
    return list(itertools.islice(lines, 12))


@pytest.fixture(scope="module")
def odd_text() -> str:
    return ODD.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["docs/odd.md", "docs/tables.md"])
def test_generated_parts_are_fresh(name: str) -> None:
    assert drift(name) == [], f"{name} is not what the code says: {RENEW}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_output_shown_in_the_readme_is_what_the_command_prints(name: str) -> None:
    assert "<!-- output: ruralsim run" in (ROOT / name).read_text(encoding="utf-8")
    assert drift(name) == [], f"{name} shows other output than the command prints: {RENEW}"


NAMES = {
    "parameter": list(load_parameters()),
    "column": [column.name for table in REGISTRY.values() for column in table],
    "flow": [flow.name for flow in FLOWS],
    "driver": [driver.name for driver in DRIVERS],
    "process": list(inputs.PROCESSES),
    "stream": sorted({re.sub(r"_\d+", "_N", stream) for stream in STREAMS}),
    "lever": [lever.name for lever in LEVERS],
    "instrument": list(load_instruments()),
    "observable": [observable.name for observable in OBSERVABLES],
    "regime setting": [name for regime in load_regimes().values() for name in regime.settings],
}


@pytest.mark.parametrize("kind", NAMES)
def test_odd_names_everything(kind: str, odd_text: str) -> None:
    missing = [name for name in NAMES[kind] if f"| `{name}` |" not in odd_text]
    assert not missing, f"{kind} not in docs/odd.md: {', '.join(missing)}; {RENEW}"


def test_tables_page_names_every_column_of_every_table() -> None:
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for table, fields in TABLES.items():
        part = text.split(f"**{table}.parquet**")[1].split("**")[0]
        assert [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")] == [f.name for f in fields]


def test_odd_tells_the_processes_in_the_order_of_the_month(odd_text: str) -> None:
    source = (ROOT / "src/ruralsim/model/month.py").read_text(encoding="utf-8")
    source = source.split("def village_month(")[1].split("\n@")[0]
    order = [flag.lower() for flag in re.findall(r"& F_([A-Z_]+):", source)]
    assert sorted(order) == sorted(inputs.PROCESSES)
    table = odd_text.split("<!-- generated: processes -->")[1].split("<!-- end")[0]
    told = [name for name in re.findall(r"^\| \d+ \| `([a-z_]+)`", table, re.MULTILINE) if name in inputs.PROCESSES]
    assert told == order


def test_a_new_column_is_drift(odd_text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Column("villages", "well_water", "f8", "1", 0.0, 1.0, "quality of the wells")
    monkeypatch.setitem(columns.REGISTRY, "villages", (*REGISTRY["villages"], new))
    assert "`well_water`" in odd.filled(odd_text)


def test_a_process_without_a_step_in_the_month_is_refused(odd_text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "PROCESSES", (*inputs.PROCESSES, "siesta"))
    with pytest.raises(ValueError, match=r"no step found for the process siesta"):
        odd.filled(odd_text)


def test_comparing_finds_an_edited_table_and_writing_mends_it(
    tmp_path: Path, odd_text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "odd.md"
    page.write_text(odd_text.replace("| `trust_dividend` | 0.01 |", "| `trust_dividend` | 0.02 |"), encoding="utf-8")
    assert page.read_text(encoding="utf-8") != odd_text
    assert odd.main([str(page)]) == 1
    assert "is not what the code says" in capsys.readouterr().out
    assert odd.main(["--write", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == odd_text
    assert odd.main([str(page)]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- generated: colours -->\n<!-- end: colours -->\n", "unknown generated part 'colours'"),
        ("<!-- generated: columns -->\n", "marker without its partner: <!-- generated: columns -->"),
        ("<!-- output: rm -r x -->\n<!-- end: output -->\n", "only ruralsim is run here, not 'rm'"),
        ("<!-- output: ruralsim why nothing_at_all -->\n<!-- end: output -->\n", "ended with 2"),
    ],
)
def test_a_wrong_marker_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        odd.filled(text)


def test_what_a_command_prints_is_shown_with_the_command() -> None:
    shown = odd.printed_by("ruralsim why quorum --lang en")
    assert shown.startswith("```\n$ ruralsim why quorum --lang en\n")
    assert "0.5" in shown
