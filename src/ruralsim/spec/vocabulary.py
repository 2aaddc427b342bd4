"""The names that a scenario may use. The layers above fill it; reading a scenario checks against it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruralsim.spec.parameters import Parameter


@dataclass(frozen=True)
class Vocabulary:
    """What a scenario can refer to.

    Args:
        instruments: names of instruments.
        frameworks: names of the items of each indicator framework.
        regimes: settings of each assessment regime; where a mapping is given, its values are the accepted range
            ``(low, high)`` of the setting, or None for any number.
        parameters: every parameter by name.
        packages: intensity of each instrument of a package, by package.
        own: what a user's own files hold, as plain tables by folder and name; empty where there are none.
        extended: reads a folder of a user's own files and returns the vocabulary with them; None where that is not
            possible.
    """

    instruments: Collection[str]
    frameworks: Mapping[str, Collection[str]]
    regimes: Mapping[str, Collection[str] | Mapping[str, tuple[float, float] | None]]
    parameters: Mapping[str, Parameter]
    packages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extended: Callable[[Path], Vocabulary] | None = None

    def setting_range(self, regime: str, setting: str) -> tuple[float, float] | None:
        """Return the accepted range of a regime's setting, or None where any number is accepted."""
        settings = self.regimes[regime]
        return settings[setting] if isinstance(settings, Mapping) else None
