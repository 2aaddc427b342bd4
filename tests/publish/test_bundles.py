"""Bundles: the same twice, in order when untouched, and every change found and named."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ruralsim.publish.bundle import publish_run
from ruralsim.publish.citation import Credit
from ruralsim.publish.manifest import MANIFEST, listed
from ruralsim.publish.verify import Again, Verdict, verify
from ruralsim.view.commands.run import simulate_into
from ruralsim.view.published import derived
from ruralsim.view.run_facts import versions
from tests.publish.bundles import altered
from tests.small import scenario

CREDIT = Credit(("Li Si", "A. Planner"), "2026-01-31", "CC-BY-4.0")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("published") / "run"
    one = scenario(3, 14, parameters={"mediators": 3.0})
    simulate_into(one, 7, 2, 0, place, threads=1, lang="en", silent=True)
    return place


@pytest.fixture(scope="module")
def bundle(run: Path) -> Path:
    return publish_run(run, run.with_name("bundle.zip"), derived, CREDIT).path


def rerun(job: Again) -> None:
    simulate_into(job.scenario, job.seed, job.replicates, job.draws, job.folder, threads=1, lang="en", silent=True)


def checked(path: Path, how: str = "sample") -> Verdict:
    return verify(path, derived, rerun, how=how, versions=versions())


def wrong(verdict: Verdict) -> str:
    return "\n".join(one.message.text("en") for one in verdict.findings if one.ok is False)


def test_publishing_twice_gives_the_same_bytes(run: Path, bundle: Path, tmp_path: Path) -> None:
    again = publish_run(run, tmp_path / "again.zip", derived, CREDIT)
    # the name of the archive stands in the metadata, as the command to check it
    with zipfile.ZipFile(bundle) as one, zipfile.ZipFile(again.path) as other:
        unlike = [n for n in one.namelist() if one.read(n) != other.read(n)]
    assert unlike == [MANIFEST, "ro-crate-metadata.json"]
    renamed = publish_run(run, tmp_path / "bundle.zip", derived, CREDIT)
    assert renamed.path.read_bytes() == bundle.read_bytes()


@pytest.mark.parametrize(("how", "level"), [("none", None), ("sample", 1), ("all", 1)])
def test_an_untouched_bundle_is_in_order(bundle: Path, how: str, level: int | None) -> None:
    verdict = checked(bundle, how)
    assert wrong(verdict) == ""
    assert verdict.level == level


def test_one_changed_byte_is_found_and_its_file_named(bundle: Path, tmp_path: Path) -> None:
    def flip(files: dict[str, bytes]) -> None:
        content = bytearray(files["run/outcomes.parquet"])
        content[len(content) // 2] ^= 1
        files["run/outcomes.parquet"] = bytes(content)

    said = wrong(checked(altered(bundle, tmp_path / "b.zip", flip)))
    assert said.startswith("'run/outcomes.parquet' is not the file that was published (table of results")


def test_one_changed_number_is_found_even_with_its_hash_forged(bundle: Path, tmp_path: Path) -> None:
    def nudge(files: dict[str, bytes]) -> None:
        table = pq.read_table(io.BytesIO(files["run/outcomes.parquet"]))
        values = table["mean_trust"].to_numpy().copy()
        values[10] += 1e-12
        place = table.column_names.index("mean_trust")
        table = table.set_column(place, table.schema.field(place), pa.chunked_array([values]))
        sink = io.BytesIO()
        pq.write_table(table, sink)
        files["run/outcomes.parquet"] = sink.getvalue()

    verdict = checked(altered(bundle, tmp_path / "b.zip", nudge, cover=True))
    assert "outcomes.mean_trust differs in 1 rows, first at draw 0, replicate 0, month 3, village Birch" in wrong(
        verdict
    )
    assert verdict.level == 0


def test_one_changed_parameter_is_named(bundle: Path, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        facts = json.loads(files["run/run.json"])
        facts["scenario"]["parameters"]["term_months"] = 48.0
        files["run/run.json"] = json.dumps(facts).encode()

    said = wrong(checked(altered(bundle, tmp_path / "b.zip", change, cover=True), "none"))
    assert "the parameter 'term_months' is given as 48" in said


def test_a_parameter_changed_everywhere_is_found_by_running_again(bundle: Path, tmp_path: Path) -> None:
    from ruralsim.spec.resolved import scenario_from

    def change(files: dict[str, bytes]) -> None:
        facts = json.loads(files["run/run.json"])
        facts["scenario"]["parameters"]["mediators"] = 4.0
        facts["scenario"]["overrides"]["mediators"]["value"] = 4.0
        facts["scenario_digest"] = scenario_from(facts["scenario"]).digest
        files["run/run.json"] = json.dumps(facts, ensure_ascii=False).encode()

    verdict = checked(altered(bundle, tmp_path / "b.zip", change, cover=True))
    assert verdict.level == 0
    assert "assumptions.csv" in wrong(verdict), "the table of assumptions still has the old value"


def test_one_swapped_figure_is_named(bundle: Path, tmp_path: Path) -> None:
    def swap(files: dict[str, bytes]) -> None:
        one, other = "figures/en/goals.svg", "figures/zh/goals.svg"
        files[one], files[other] = files[other], files[one]

    assert "figures/en/goals.svg" in wrong(checked(altered(bundle, tmp_path / "b.zip", swap), "none"))
    said = wrong(checked(altered(bundle, tmp_path / "c.zip", swap, cover=True), "none"))
    assert "'figures/en/goals.svg' does not follow from the tables" in said


def test_files_added_or_taken_away_are_named(bundle: Path, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["extra.txt"] = b"hello"
        del files["CITATION.cff"]

    said = wrong(checked(altered(bundle, tmp_path / "b.zip", change), "none"))
    assert "'extra.txt' is not in the manifest" in said
    assert "'CITATION.cff' is missing" in said


def test_another_build_is_said_and_a_rounding_passes_at_the_second_level(bundle: Path, tmp_path: Path) -> None:
    def as_if_elsewhere(job: Again) -> None:
        rerun(job)
        path = job.folder / "outcomes.parquet"
        table = pq.read_table(path)
        place = table.column_names.index("mean_trust")
        values = pa.chunked_array([table["mean_trust"].to_numpy() * (1 + 1e-15)])
        pq.write_table(table.set_column(place, table.schema.field(place), values), path)

    same = verify(bundle, derived, as_if_elsewhere, versions=versions())
    assert same.level == 0, "on the same build every bit must agree"
    other = verify(bundle, derived, as_if_elsewhere, versions=versions() | {"python": "3.99"})
    assert other.level == 2
    assert other.passed
    assert any("python" in one.message.text("en") for one in other.findings)


def _validator(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("RURALSIM_VALIDATORS", "") + os.pathsep + os.environ["PATH"])
    if found is None:
        pytest.skip(f"{name} is not installed (make validators)")
    return found


@pytest.fixture(scope="module")
def unpacked(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def test_the_citation_file_passes_its_validator(unpacked: Path) -> None:
    command = [_validator("cffconvert"), "--validate", "-i", "CITATION.cff"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_crate_passes_an_independent_validator(unpacked: Path) -> None:
    command = [_validator("rocrate-validator"), "-y", "validate", "-p", "ro-crate-1.1", str(unpacked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    if any(sign in said for sign in ("retrieve the JSON-LD context", "HTTP cache", "urlopen error")):
        pytest.skip("the validator fetches the vocabulary of RO-Crate, and there is no network")
    assert done.returncode == 0, said


def test_the_metadata_list_every_file_with_its_hash(unpacked: Path) -> None:
    graph = json.loads((unpacked / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    files: Mapping[str, dict[str, str]] = {one["@id"]: one for one in graph if one["@type"] == "File"}
    there = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert there - files.keys() == {MANIFEST, "ro-crate-metadata.json"}
    assert all(one["sha256"] == listed(unpacked / name).sha256 for name, one in files.items())
