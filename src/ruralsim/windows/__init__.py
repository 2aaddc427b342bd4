"""Mesa on the county's own state: models and agents that are windows on its columns.

    from ruralsim.windows import CountyModel, Villager

    model = CountyModel("demo-township", seed=1)
    model.step()
    print(model.villager("V001", 0).explain("contribute"))

Mesa is imported with the first of these names, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruralsim.windows.cadre import Cadre
    from ruralsim.windows.county_model import CountyModel
    from ruralsim.windows.enterprise import CollectiveEnterprise
    from ruralsim.windows.explanation import Explanation
    from ruralsim.windows.village import Village
    from ruralsim.windows.villager import Villager
    from ruralsim.windows.villager_rules import Experience

_HOMES = {
    "Cadre": "cadre",
    "CollectiveEnterprise": "enterprise",
    "CountyModel": "county_model",
    "Experience": "villager_rules",
    "Explanation": "explanation",
    "Village": "village",
    "Villager": "villager",
}
__all__ = ["Cadre", "CollectiveEnterprise", "CountyModel", "Experience", "Explanation", "Village", "Villager"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ruralsim.windows' has no attribute '{name}'")
    return getattr(import_module(f"ruralsim.windows.{_HOMES[name]}"), name)
