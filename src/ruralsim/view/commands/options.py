"""Options and checks that several commands share, so that the same option means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ruralsim.base.errors import InputError

LARGEST_SEED = 2**32 - 1
MOST_THREADS = 1024
#: where runs of experiments are kept unless said otherwise
STORE = Path("results/store")

LangOption = Annotated[str | None, typer.Option("--lang", help="en or zh. 语言。", metavar="en|zh", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object. 输出一个 JSON 对象。")]
ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="A shipped name or a file. 情景名称或文件。")]
MonthsOption = Annotated[
    int | None, typer.Option("--months", metavar="N", help="Another horizon. 另定月数。", show_default=False)
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="S", help="Number that fixes all luck. 随机种子。")]
ChangesOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value. 修改一个值。")
]
ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads", metavar="T", help="Default: all processors; changes no number. 线程数。", show_default=False
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", help="Processes; default: all processors. 进程数。", show_default=False),
]
StoreOption = Annotated[
    Path,
    typer.Option("--store", metavar="DIR", envvar="RURALSIM_STORE", help="Where runs are kept. 运行结果存放处。"),
]
PageOption = Annotated[
    Path | None,
    typer.Option("--page", metavar="FILE", help="Write the result into a document. 写入文档。", show_default=False),
]
WhereOption = Annotated[bool, typer.Option("--quiet", help="Print only where the results are. 只显示结果位置。")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print only what is needed. 少显示。")]


def check_bounds(*bounds: tuple[str, float | None, float, float]) -> None:
    """Refuse an option's number outside its bounds.

    Args:
        bounds: option, value (None: not given), lowest, highest.

    Raises:
        InputError: the first that is outside.
    """
    for name, value, low, high in bounds:
        if value is not None and not low <= value <= high:
            raise InputError("outside_limits", key=name, read=value, low=low, high=high, unit="")
