"""What all agents have in common: a Mesa agent that is a window on one row, and which of its rules were replaced."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import mesa

from ruralsim.base.errors import InputError

if TYPE_CHECKING:
    from ruralsim.windows.village import Village


class _Identities:
    """Counts identities per model without keeping the model alive (Mesa 3.3 keeps every model; mesa #3179)."""

    def __init__(self) -> None:
        self._by_model: weakref.WeakKeyDictionary[Any, Iterator[int]] = weakref.WeakKeyDictionary()

    def __getitem__(self, model: Any) -> Iterator[int]:
        return self._by_model.setdefault(model, itertools.count(1))


class Window(mesa.Agent):
    """An agent as a window on its row of the county's columns.

    Args:
        model: the :class:`~ruralsim.windows.CountyModel`.
        village: the village it belongs to.
        slot: row inside the village (villager), seat (cadre), 0 (enterprise). It never changes, and it picks the
            agent's random numbers.
    """

    _ids = _Identities()

    def __init__(self, model: Any, village: Village, slot: int) -> None:
        super().__init__(model)
        self.village = village
        self.slot = slot
        self.p = village.p
        self.row: Any = None
        self.bind()

    def bind(self) -> None:
        """Lay the window over its row (again, where the table has moved)."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.village.name}:{self.slot}>"


def replaced_rules(kind: type, base: type) -> list[str]:
    """Names of the rules and behaviours of ``base`` that the class ``kind`` replaces.

    Args:
        kind: ``base`` or a subclass of it.
        base: the window as we ship it.
    """
    ours = {name for parent in base.__mro__ if parent.__module__.startswith("ruralsim.") for name in vars(parent)}
    # what Mesa keeps on every class, what Python does, and explaining change no number
    ours = {name for name in ours if not name.startswith("__") and not hasattr(mesa.Agent, name)} - {"explain"}
    own = kind.__mro__[: kind.__mro__.index(base)]
    return list(dict.fromkeys(name for parent in own for name in vars(parent) if name in ours))


def refuse_replaced_rules(pairs: dict[type, type]) -> None:
    """Columns cannot honour a rule replaced in a subclass: say so rather than ignore it.

    Args:
        pairs: the class in use → the window as we ship it.

    Raises:
        InputError: names the class and every replaced method.
    """
    for kind, base in pairs.items():
        names = replaced_rules(kind, base)
        if names:
            raise InputError("window_rule_replaced", kind=kind.__name__, methods=names)


def check_subclass(kind: type, base: type, argument: str) -> None:
    """Raise InputError where ``kind`` is not ``base`` or a subclass of it."""
    if not (isinstance(kind, type) and issubclass(kind, base)):
        raise InputError("window_class", argument=argument, read=getattr(kind, "__name__", kind), base=base.__name__)
