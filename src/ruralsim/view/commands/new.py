"""``ruralsim new DIR``: a project of one's own, ready to run and to publish."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Annotated

import typer

from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.view.commands.common import language, print_lines, say
from ruralsim.view.commands.options import LangOption

_TEMPLATE = Path(__file__).parents[2] / "data" / "project"
#: files of the template that lie elsewhere in a project
_PLACES = {"design.toml": "experiment/design.toml"}
#: what an experiment's folder needs beside its design
_BESIDE = ("scenario.toml", "plan-everywhere.toml", "mine")


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty. 新文件夹。")],
    lang: LangOption = None,
) -> None:
    """A project of one's own: scenario, plans, indicators, experiment, notebook. 新建自己的项目。"""
    spoken = language(lang)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("new_not_empty", key="DIR", read=str(folder))
    blocked = next((one for one in folder.absolute().parents if one.exists() and not one.is_dir()), None)
    if blocked is not None:
        raise InputError("new_below_file", key="DIR", read=str(folder), file_name=blocked.name)
    there = folder.exists()
    try:
        _fill(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            _empty(folder, keep=there)
        raise SystemTrouble("write_failed", file=folder, detail=error.strerror or str(error)) from error
    made = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    readme = "README.zh.md" if spoken == "zh" else "README.md"
    next_step = say("new_next", spoken, folder=str(folder), readme=readme)
    print_lines([say("new_done", spoken, folder=str(folder)), *(f"  {name}" for name in made), next_step])


def _fill(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(_TEMPLATE.rglob("*")):
        if path.is_file():
            name = path.relative_to(_TEMPLATE).as_posix()
            _copy(path, folder / _PLACES.get(name, name))
    for name in _BESIDE:
        source = _TEMPLATE / name
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if path.is_file():
                _copy(path, folder / "experiment" / path.relative_to(_TEMPLATE))


def _empty(folder: Path, *, keep: bool) -> None:
    """Take away what was half-written; the folder itself too, unless it was there before."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not keep:
        folder.rmdir()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
