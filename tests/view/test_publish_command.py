"""Wrong input of ``publish``, ``verify``, ``new``: one message in each language, exit code 2, nothing left behind."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from ruralsim.view import cli

RUN = {"format": "ruralsim run", "files": ["outcomes.parquet"]}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some of everything that is no result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RURALSIM_LANG", raising=False)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "run.json").write_text(json.dumps(RUN), encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text("[1, 2]", encoding="utf-8")
    for name in ("pivot", "indicators"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.json").write_text("{}", encoding="utf-8")
    (tmp_path / "listed").mkdir()
    listed = {"format": "ruralsim experiment", "name": "x", "files": {}}
    (tmp_path / "listed" / "experiment.json").write_text(json.dumps(listed), encoding="utf-8")
    for name, files in (("no-manifest", {"a.md": "x"}), ("wrong", {"manifest.json": '{"format": "other"}'}),
                        ("escape", {"../a.md": "x"})):  # fmt: skip
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for entry, content in files.items():
                archive.writestr(entry, content)
    return tmp_path


WRONG = {
    "publish: nothing there": (["publish", "nowhere"], "nowhere: this directory holds no run", "nowhere：该文件夹"),
    "publish: a file": (["publish", "file.txt"], "file.txt: this directory holds no run", "file.txt：该文件夹"),
    "publish: an empty folder": (["publish", "empty"], "Give the directory that 'ruralsim run' wrote", "请给出"),
    "publish: something else": (["publish", "other"], "holds no run", "没有运行结果"),
    "publish: a table is missing": (["publish", "torn"], "'outcomes.parquet'", "“outcomes.parquet”"),
    "publish: no runs": (["publish", "listed"], "no runs that could be simulated again", "没有可以重新模拟的运行"),
    "publish: the pivot": (["publish", "pivot"], "what 'ruralsim pivot' wrote", "ruralsim pivot 写出的"),
    "publish: the laboratory": (["publish", "indicators"], "what 'ruralsim indicators' wrote", "ruralsim indicators"),
    "publish: no zip": (["publish", "empty", "-o", "b.tar"], "'b.tar' does not end in .zip", "“b.tar”不以 .zip 结尾"),
    "publish: no date": (["publish", "torn", "--date", "2026-13-01"], "--date: '2026-13-01' is no date", "不是日期"),
    "publish: no such day": (["publish", "torn", "--date", "2026-02-30"], "'2026-02-30' is no date", "不是日期"),
    "publish: no licence": (["publish", "torn", "--license", "do what"], "no SPDX licence", "不是 SPDX"),
    "publish: nobody": (["publish", "torn", "--author", " "], "--author", "--author"),
    "verify: nothing there": (["verify", "nowhere.zip"], "nowhere.zip: there is no such file", "没有这个文件"),
    "verify: a folder": (["verify", "empty"], "empty: ", "empty："),
    "verify: no archive": (["verify", "file.txt"], "this is no zip archive", "这不是 zip"),
    "verify: no manifest": (["verify", "no-manifest.zip"], "holds no manifest.json", "没有 manifest.json"),
    "verify: another manifest": (["verify", "wrong.zip"], "is no manifest of a bundle", "不是发布包的清单"),
    "verify: hostile": (["verify", "escape.zip"], "refused before unpacking because of '../a.md'", "在解压前被拒绝"),
    "verify: extent": (["verify", "wrong.zip", "--rerun", "al"], "unknown extent 'al'. Did you mean 'all'", "“al”"),
    "verify: threads": (["verify", "wrong.zip", "--threads", "0"], "--threads: 0 is out of", "--threads：0"),
    "new: not empty": (["new", "."], "'.' is there and not empty", "“.”"),
    "new: a file": (["new", "file.txt"], "'file.txt' is there and not empty", "“file.txt”"),
    "new: below a file": (["new", "file.txt/study"], "below 'file.txt', which is a file", "位于文件“file.txt”之下"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_one_message_and_leaves_nothing(
    case: str, lang: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, english, chinese = WRONG[case]
    before = sorted(path.relative_to(here).as_posix() for path in here.rglob("*"))
    assert cli.run([*arguments, "--lang", lang]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ruralsim: ")
    assert err.count("\n") == 1
    assert (english if lang == "en" else chinese) in err
    assert sorted(path.relative_to(here).as_posix() for path in here.rglob("*")) == before


def test_a_project_that_cannot_be_written_leaves_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copied: list[str] = []

    def full(source: Path, target: Path) -> None:
        if len(copied) == 3:
            raise OSError(28, "No space left on device")
        copied.append(str(target))
        target.write_bytes(source.read_bytes())

    monkeypatch.setattr("shutil.copyfile", full)
    for name in ("study", "empty"):
        copied.clear()
        assert cli.run(["new", name, "--lang", "en"]) == 1
        assert "No space left on device" in capsys.readouterr().err
    assert not (here / "study").exists()
    assert list((here / "empty").iterdir()) == []
