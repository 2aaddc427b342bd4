"""The names that a scenario may use, gathered from the data files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from ruralsim.policy.library import Library, read_library, shipped
from ruralsim.policy.regimes import load_regimes
from ruralsim.spec.parameters import load_parameters
from ruralsim.spec.vocabulary import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Return every instrument, package, framework item, regime setting (with its range) and parameter, cached."""
    return _of(shipped())


def _extended(folder: Path) -> Vocabulary:
    return _of(read_library(folder))


def _of(library: Library) -> Vocabulary:
    return Vocabulary(
        instruments=tuple(library.instruments),
        frameworks=MappingProxyType(
            {name: tuple(item.id for item in framework.items) for name, framework in library.frameworks.items()}
        ),
        regimes=MappingProxyType(
            {
                name: MappingProxyType({key: (s.low, s.high) for key, s in regime.settings.items()})
                for name, regime in load_regimes().items()
            }
        ),
        parameters=load_parameters(),
        packages=MappingProxyType({name: package.instruments for name, package in library.packages.items()}),
        own=library.own,
        extended=_extended,
    )
