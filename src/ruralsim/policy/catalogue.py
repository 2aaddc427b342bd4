"""The names that a scenario may use, gathered from the data files."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from ruralsim.policy.frameworks import load_frameworks
from ruralsim.policy.instruments import load_instruments
from ruralsim.policy.observables import OBSERVABLE_INDEX
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.vocabulary import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Return every instrument, framework item, regime setting (with its range) and parameter by name, cached."""
    return Vocabulary(
        instruments=tuple(load_instruments()),
        frameworks=MappingProxyType(
            {name: tuple(item.id for item in framework.items) for name, framework in load_frameworks().items()}
        ),
        regimes=MappingProxyType(
            {
                name: MappingProxyType({key: (s.low, s.high) for key, s in regime.settings.items()})
                for name, regime in load_regimes().items()
            }
        ),
        parameters=load_parameters(),
        observables=tuple(OBSERVABLE_INDEX),
    )
