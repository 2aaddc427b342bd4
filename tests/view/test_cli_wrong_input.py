"""Every kind of wrong input: one exact message in each language, exit code 2, nothing on standard output."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ruralsim
from ruralsim.spec import files
from ruralsim.view.cli import run

DATA = tomllib.loads(Path(__file__).with_name("wrong_input.toml").read_text(encoding="utf-8"))
SMALL: str = DATA["small"]


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["check", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def assert_message(found: str, expected: str) -> None:
    if expected.endswith("..."):
        assert found.startswith("ruralsim: " + expected.removesuffix("..."))
    else:
        assert found == f"ruralsim: {expected}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RURALSIM_LANG", raising=False)
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_the_small_scenario_itself_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "small.toml", "--lang", "en")
    assert (code, err) == (0, "")
    assert "The scenario is valid" in out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", DATA["case"], ids=lambda case: case["id"])
def test_case(case: dict[str, Any], lang: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if "old" in case:
        assert case["old"] in SMALL
        (folder / "small.toml").write_text(SMALL.replace(case["old"], case["new"], 1), encoding="utf-8")
    for name, content in case.get("files", {}).items():
        (folder / name).write_text(content, encoding="utf-8")
    changes = [part for change in case.get("set", []) for part in ("--set", change)]
    code, out, err = check(capsys, "small.toml", "--lang", lang, *changes)
    assert (code, out) == (2, "")
    assert_message(err, case[lang])


def test_there_are_at_least_25_kinds() -> None:
    assert len({case["id"] for case in DATA["case"]}) >= 25


def not_utf8(path: Path) -> None:
    path.write_bytes(SMALL.replace("small", "小村", 1).encode("gb18030"))


def nul_bytes(path: Path) -> None:
    path.write_text(SMALL.replace("small", "sma\0ll", 1), encoding="utf-8")


def too_large(path: Path) -> None:
    path.write_text(SMALL + "#" * files.MAX_BYTES, encoding="utf-8")


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def missing(path: Path) -> None:
    path.rename(path.with_name("smal.toml"))


def linked_out(path: Path) -> None:
    outside = path.parent.parent / "elsewhere.csv"
    outside.write_text("name,population\nA,1300\n", encoding="utf-8")
    (path.parent / "roster.csv").symlink_to(outside)
    path.write_text(SMALL.replace("population = 2600\nvillages = 2", 'villages = "roster.csv"'), encoding="utf-8")


def nested(path: Path) -> None:
    path.write_text("a = " + "[" * 100_000, encoding="utf-8")


TOO_LARGE = {
    "en": "small.toml: the file is too large: 5.0 MB, at most 5.0 MB are read. Hand in a smaller file.",
    "zh": "small.toml：文件过大：5.0 MB，最多读取 5.0 MB。请换用较小的文件。",
}
FILES: list[tuple[Callable[[Path], None], dict[str, str]]] = [
    (
        not_utf8,
        {
            "en": "small.toml line 2: the text is not UTF-8. Save the file again with the encoding UTF-8 "
            "(in a spreadsheet: 'CSV UTF-8').",
            "zh": "small.toml 第 2 行：文本不是 UTF-8 编码。请以 UTF-8 编码重新保存（电子表格中选择“CSV UTF-8”）。",
        },
    ),
    (
        nul_bytes,
        {
            "en": "small.toml line 2: the file holds NUL bytes, so it is not a text. Save it again as UTF-8 text.",
            "zh": "small.toml 第 2 行：文件含有 NUL 字节，不是文本。请以 UTF-8 文本重新保存。",
        },
    ),
    (too_large, TOO_LARGE),
    (
        directory,
        {
            "en": "small.toml: this is a directory, but a file is needed.",
            "zh": "small.toml：这是一个文件夹，此处需要文件。",
        },
    ),
    (pipe, {"en": "small.toml: this is not an ordinary file.", "zh": "small.toml：这不是普通文件。"}),
    (
        missing,
        {
            "en": "small.toml: there is no such file. Did you mean 'smal.toml'?",
            "zh": "small.toml：没有这个文件。是否想写“smal.toml”？",
        },
    ),
    (
        linked_out,
        {
            "en": "small.toml line 7, place.villages: 'roster.csv' leads out of the scenario's folder. "
            "Put the file beside the scenario and give its name.",
            "zh": "small.toml 第 7 行，place.villages：“roster.csv”指向情景所在文件夹之外。"
            "请把文件放在情景旁边，只写文件名。",
        },
    ),
    (
        nested,
        {
            "en": "small.toml: not valid TOML: tables or lists are nested too deeply.",
            "zh": "small.toml：不是合法的 TOML：表或列表嵌套过深。",
        },
    ),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("spoil", "expected"), FILES, ids=lambda value: getattr(value, "__name__", ""))
def test_file(
    spoil: Callable[[Path], None],
    expected: dict[str, str],
    lang: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(folder / "small.toml")
    code, out, err = check(capsys, "small.toml", "--lang", lang)
    assert (code, out) == (2, "")
    assert_message(err, expected[lang])


def test_unreadable_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # Permissions do not stop the superuser, who may be running this test.
    def refused(path: Path, limit: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files, "_read_bytes", refused)
    code, out, err = check(capsys, "small.toml", "--lang", "en")
    assert (code, out) == (2, "")
    assert err == (
        "ruralsim: small.toml: you are not allowed to read this file. "
        "Change its permissions, or copy it to your own folder.\n"
    )


def test_failing_disk_is_not_the_users_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failed(path: Path, limit: int) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(files, "_read_bytes", failed)
    code, out, err = check(capsys, "small.toml", "--lang", "en")
    assert (code, out) == (1, "")
    assert err == "ruralsim: small.toml: the system could not read this file: Input/output error.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "small.toml", "--set", "place.villages=0"], 2, "place.villages=0: 0 is out of bounds"),
        (["check"], 2, "'ruralsim check' needs FILE"),
        (["check", "no-such-scenario"], 2, "there is no stock scenario and no file 'no-such-scenario'"),
    ],
)
def test_exit_code_of_the_process(arguments: list[str], code: int, words: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruralsim.view.cli", *arguments],
        cwd=folder,
        env=os.environ | {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path(ruralsim.__file__).parents[1])},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert words.lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr
