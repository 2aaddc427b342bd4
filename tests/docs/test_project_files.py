"""Links resolve, nothing names a machine, and versions and records agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: folders of a machine, with or without a user's name behind them
MACHINE = re.compile(r"(?<![\w.$}])/(?:home|root|tmp|work|Users|mnt|opt|var)/|[A-Z]:\\\\")


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as web views of a repository make them."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def broken_links(page: Path) -> list[str]:
    """Links of a page to files or headings of the project that are not there."""
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place) if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_inside_the_project_resolve(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One heading\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text("[a](there.md) [b](there.md#one-heading) [c](gone.md) [d](there.md#another)\n", encoding="utf-8")
    assert broken_links(page) == ["gone.md", "there.md#another"]


def written() -> list[Path]:
    """Every text that is written by hand and not under version control's own care."""
    kinds = {".py", ".md", ".toml", ".cff", ".yaml", ".ipynb", ".csv"}
    places = ("src", "tests", "docs", "scenarios", "notebooks", "benchmarks")
    found = [path for place in places for path in (ROOT / place).rglob("*") if path.suffix in kinds]
    top = [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in kinds or path.name == "Makefile")]
    return sorted([*found, *top, ROOT / ".ci" / "run"])


def test_no_text_names_a_place_of_a_machine() -> None:
    texts = written()
    assert len(texts) > 100
    named = []
    for path in texts:
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if MACHINE.search(line):
                named.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert named == []


def test_a_place_of_a_machine_is_found() -> None:
    assert MACHINE.search("see " + "/home" + "/somebody/ruralsim")
    assert not MACHINE.search("results/demo/outcomes.parquet and src/ruralsim/home.py")


def test_every_decision_is_listed_and_numbered_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    assert [path.name[:4] for path in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    index = (folder / "README.md").read_text(encoding="utf-8")
    for record in records:
        title = record.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {record.name[:4]} ")
        assert f"| [{record.name[:4]}]({record.name}) | {title} |" in index


def test_versions_and_licence_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {project['version']}\n" in citation
    assert "license: MIT\n" in citation
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog or f"## [{project['version']}]" in changelog
