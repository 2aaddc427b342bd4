"""Measures by name: what each is, its unit, and how a check finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ruralsim.analysis.validation.trace import Trace

MeasureFunction = Callable[..., float]


@dataclass(frozen=True)
class Measure:
    """A measure: a function of one trace, or of two where it is a difference of runs, to one number.

    Args:
        name: of the function.
        unit: of its value.
        meaning: first line of its docstring.
        paired: whether it compares two runs.
        function: called with the trace, the other trace where paired, and the settings of the check.
    """

    name: str
    unit: str
    meaning: str
    paired: bool
    function: MeasureFunction

    def of(self, trace: Trace, against: Trace | None, settings: dict[str, object]) -> float:
        """The value on a run (and the one it is held against)."""
        if self.paired:
            return float(self.function(trace, against, **settings))
        return float(self.function(trace, **settings))


MEASURES: dict[str, Measure] = {}


def measure(unit: str, *, paired: bool = False) -> Callable[[MeasureFunction], MeasureFunction]:
    """Enter a function under its own name.

    Args:
        unit: of its value.
        paired: whether its second argument is a trace to compare with.
    """

    def enter(function: MeasureFunction) -> MeasureFunction:
        meaning = (function.__doc__ or "").strip().splitlines()[0]
        MEASURES[function.__name__] = Measure(function.__name__, unit, meaning, paired, function)
        return function

    return enter
