"""ruralsim: an agent-based simulation of rural development and governance.

Public names, each loaded when first used, so that ``import ruralsim`` stays quick:

    load_scenario(name_or_path, overrides=())    read and check a scenario
    run(scenario, seed=1, replicates=None, …)    simulate it; a RunResult
    County                                       the state of a county, month by month, compiled
    CountyModel                                  the same county as a Mesa model of agents
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruralsim.model.county import County as County
    from ruralsim.model.run import RunResult as RunResult
    from ruralsim.model.run import load_scenario as load_scenario
    from ruralsim.model.run import run as run
    from ruralsim.windows import CountyModel as CountyModel

    __version__: str

_PLACES = {
    "County": "ruralsim.model.county",
    "CountyModel": "ruralsim.windows",
    "RunResult": "ruralsim.model.run",
    "load_scenario": "ruralsim.model.run",
    "run": "ruralsim.model.run",
}

__all__ = ["County", "CountyModel", "RunResult", "__version__", "load_scenario", "run"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value: Any = version("ruralsim")
        except PackageNotFoundError:  # run from a source tree that was never installed
            value = "unknown"
    elif name in _PLACES:
        value = getattr(import_module(_PLACES[name]), name)
    else:
        raise AttributeError(f"module 'ruralsim' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
