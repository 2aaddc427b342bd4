"""A plane with two axes and a grid, on which points and arrows are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ruralsim.view.report.svg import MUTED, Drawing, nice_ticks
from ruralsim.view.report.words import plain


@dataclass(frozen=True)
class Plane:
    """Where values of two quantities lie on a drawing.

    Args:
        left, right, top, bottom: edges on the drawing.
        across, up: ticks of the two axes, ascending.
    """

    left: float
    right: float
    top: float
    bottom: float
    across: Sequence[float]
    up: Sequence[float]

    @classmethod
    def around(cls, xs: Sequence[float], ys: Sequence[float], edges: tuple[float, float, float, float]) -> Plane:
        """The plane that holds all values; ``edges``: left, right, top, bottom."""
        return cls(*edges, nice_ticks(min(xs), max(xs), 5), nice_ticks(min(ys), max(ys), 5))

    def x(self, value: float) -> float:
        """Place of a value across."""
        return self.left + (self.right - self.left) * (value - self.across[0]) / (self.across[-1] - self.across[0])

    def y(self, value: float) -> float:
        """Place of a value upwards."""
        return self.bottom - (self.bottom - self.top) * (value - self.up[0]) / (self.up[-1] - self.up[0])

    def grid(self, drawing: Drawing, digits: tuple[int, int]) -> None:
        """Draw grid and tick labels with so many digits across and upwards."""
        for tick in self.across:
            drawing.line(self.x(tick), self.top, self.x(tick), self.bottom)
            drawing.text(self.x(tick), self.bottom + 16, plain(tick, digits[0]), "middle", 11.5, MUTED)
        for tick in self.up:
            drawing.line(self.left, self.y(tick), self.right, self.y(tick))
            drawing.text(self.left - 6, self.y(tick) + 4, plain(tick, digits[1]), "end", 11.5, MUTED)
