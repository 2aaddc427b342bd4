"""The command ``ruralsim``. Each command is a module in ``view/commands`` and is listed here once it works."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from ruralsim.base.errors import LANGUAGES, InputError, Message, RuralsimError, SystemTrouble, nearest
from ruralsim.view.commands import (
    check,
    common,
    compare,
    experiment,
    indicators,
    new,
    phases,
    pivot,
    publish,
    report,
    sensitivity,
    validate,
    why,
)
from ruralsim.view.commands import list as list_command
from ruralsim.view.commands import run as run_command
from ruralsim.view.commands import sources as sources_command

# The class of usage errors has no public name that all versions of typer share.
_UsageError: Any = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="ruralsim",
    help="Simulate rural development and governance, village by village. 逐村模拟乡村发展与治理。",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run_command.run)
app.command("pivot")(pivot.pivot)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("sensitivity")(sensitivity.sensitivity)
app.add_typer(experiment.app, name="experiment")
app.command("indicators")(indicators.indicators)
app.command("validate")(validate.validate)
app.command("sources")(sources_command.sources)
app.command("check")(check.check)
app.command("list")(list_command.list_names)
app.command("why")(why.why)
app.command("phases")(phases.phases)
app.command("new")(new.new)
app.command("publish")(publish.publish)
app.command("verify")(publish.verify)


@app.callback()
def _group() -> None:
    """Without a callback, an application with one command would drop its name."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: without the program's name; None means those of the process.
    """
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        0 done, 2 the input is wrong, 1 anything else, 130 stopped by the user.
    """
    arguments = list(arguments) or ["--help"]
    _never_fail_to_print()
    lang = _language_of(arguments)
    try:
        _check_command(arguments)
        result = typer.main.get_command(app).main(arguments, prog_name="ruralsim", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        if code == 130:
            raise KeyboardInterrupt
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _silence_output()  # the reader has seen enough, as in "ruralsim list | head"
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return _report(Message("interrupted").text(lang), 130)
    except Exception as error:
        if os.environ.get("RURALSIM_DEBUG") and not isinstance(error, RuralsimError | _UsageError):
            raise
        told = _told(error)
        if isinstance(error, OSError):
            _silence_output()
        return _report(told.text(lang), told.exit_code)


def _told(error: Exception) -> RuralsimError:
    """Turn any failure into one with a message for people."""
    if isinstance(error, RuralsimError):
        return error
    if isinstance(error, _UsageError):
        return _usage(error)
    if isinstance(error, MemoryError):
        return SystemTrouble("out_of_memory")
    if isinstance(error, OSError):
        detail = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return SystemTrouble("disk_full", file=error.filename, detail=detail)
        return SystemTrouble("write_failed" if error.filename else "system_failed", file=error.filename, detail=detail)
    return SystemTrouble("internal", detail=f"{type(error).__name__}: {error}")


def _usage(error: Any) -> InputError:
    command = error.ctx.command_path if error.ctx is not None else "ruralsim"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        options = [name for param in error.ctx.command.params for name in param.opts if name.startswith("--")]
        near = nearest(error.option_name, options)
        return InputError("usage_option", read=error.option_name, command=command, nearest=near, accepted=options)
    if kind == "MissingParameter" and error.param is not None:
        return InputError("usage_missing", name=error.param.name.upper(), command=command)
    return InputError("usage_other", detail=error.format_message().rstrip("."), command=command)


def _check_command(arguments: Sequence[str]) -> None:
    names = [str(one.name) for one in app.registered_commands] + [str(one.name) for one in app.registered_groups]
    first = arguments[0]
    if not first.startswith("-") and first not in names:
        raise InputError("usage_command", read=first, nearest=nearest(first, names), accepted=names)
    inner = {group.name: group.typer_instance for group in app.registered_groups}.get(first)
    if inner is not None and len(arguments) > 1 and not arguments[1].startswith("-"):
        names = [str(command.name) for command in inner.registered_commands]
        if arguments[1] not in names:
            raise InputError(
                "usage_command", read=" ".join(arguments[:2]), nearest=nearest(arguments[1], names), accepted=names
            )


def _language_of(arguments: Sequence[str]) -> str:
    """Find the language before the arguments are parsed: what is wrong with them has to be said in it."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in LANGUAGES:
            return str(value)
    from_environment = os.environ.get("RURALSIM_LANG")
    return from_environment if from_environment in LANGUAGES else common.system_language()


def _report(text: str, code: int) -> int:
    sys.stderr.write(f"ruralsim: {text}\n")
    return code


def _silence_output() -> None:
    """Keep what could not be printed from failing once more when the program ends."""
    stream = sys.__stdout__
    if stream is None or sys.stdout is not stream:
        return
    with contextlib.suppress(OSError, ValueError):
        stream.flush()
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _never_fail_to_print() -> None:
    """A terminal that lacks a character shows a mark instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    main()
