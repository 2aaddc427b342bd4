"""A county on disk between two months: stop, save, load and continue give what never stopping gives, bit for bit.

One file in NumPy's ``.npz`` format (arrays only, nothing is unpickled), with a header in JSON. It fits only the
scenario and the version of the rules that wrote it: a run that changed its rules half-way would be nobody's result.
"""

from __future__ import annotations

import errno
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ruralsim.base.compiled import source_digest
from ruralsim.base.errors import InputError, SystemTrouble
from ruralsim.model.county import County, record_type
from ruralsim.model.record import Record
from ruralsim.model.rival import rival_paying
from ruralsim.policy.levers import LEVER_DTYPE
from ruralsim.spec.scenario import Scenario
from ruralsim.state.columns import CADRE_DTYPE, ENTERPRISE_DTYPE, VILLAGE_DTYPE, VILLAGER_DTYPE
from ruralsim.state.inputs import REGIME_DTYPE, REPORT_DTYPE, SETTING_DTYPE

FORMAT = "ruralsim county 1"
#: arrays of a county that last from month to month, or that show the last one
ARRAYS = (
    "villagers", "ties", "pooling", "cadres", "enterprises", "villages", "reports", "observed", "start", "stop",
    "parameters", "outcomes", "ledger", "vouchers", "momentum", "changes", "settings", "levers", "payments",
    "intensity", "regime",
)  # fmt: skip
_TYPES = {
    "villagers": VILLAGER_DTYPE, "cadres": CADRE_DTYPE, "enterprises": ENTERPRISE_DTYPE, "villages": VILLAGE_DTYPE,
    "reports": REPORT_DTYPE, "settings": SETTING_DTYPE, "regime": REGIME_DTYPE, "levers": LEVER_DTYPE,
}  # fmt: skip
NUMBERS = ("month", "revenue_index", "base_share")
_RECORD_ARRAYS = ("outcomes", "money", "balances", "momentum", "county")
_RECORD_NUMBERS = ("money_residual", "momentum_residual")


def state_of(county: County) -> dict[str, Any]:
    """Copies of all that the next month is computed from, and of the record: arrays and plain numbers by name."""
    state: dict[str, Any] = {name: getattr(county, name).copy() for name in ARRAYS}
    state |= {name: getattr(county, name) for name in NUMBERS}
    state |= {f"strategy.{name}": array.copy() for name, array in county.strategy_state.items()}
    record = county.record
    state |= {f"record.{name}": getattr(record, name).copy() for name in _RECORD_ARRAYS}
    state |= {f"record.{name}": getattr(record, name) for name in _RECORD_NUMBERS}
    for kind in ("indicators", "policy"):
        for k, (month, *tables) in enumerate(getattr(record, kind)):
            state[f"record.{kind}.{k}.month"] = month
            state |= {f"record.{kind}.{k}.{part}": table.copy() for part, table in enumerate(tables)}
    state["record.binding"] = [list(one) for one in record.binding]
    state["record.fired"] = [list(one) for one in record.fired]
    return state


def put_state(county: County, state: dict[str, Any]) -> None:
    """Give a county of the same scenario the state that :func:`state_of` returned; the arrays are copied."""
    for name in ARRAYS:
        setattr(county, name, state[name].copy())
    for name in NUMBERS:
        setattr(county, name, state[name])
    county.strategy_state = {
        name.removeprefix("strategy."): array.copy() for name, array in state.items() if name.startswith("strategy.")
    }
    county.follow_triggers()
    record = Record(**{name: state[f"record.{name}"].copy() for name in _RECORD_ARRAYS})
    for name in _RECORD_NUMBERS:
        setattr(record, name, state[f"record.{name}"])
    for kind, parts in (("indicators", 1), ("policy", 3)):
        listed: list[Any] = getattr(record, kind)
        while (at := f"record.{kind}.{len(listed)}") + ".month" in state:
            listed.append((state[f"{at}.month"], *(state[f"{at}.{part}"].copy() for part in range(parts))))
    record.binding.extend((month, phase, share, once) for month, phase, share, once in state["record.binding"])
    record.fired.extend((month, name, reported, true) for month, name, reported, true in state["record.fired"])
    county.record = record


def save(county: County, path: str | Path) -> None:
    """Write a county between two months to one file; an older file of that name is replaced only by a whole new one.

    Args:
        county: not in the middle of a month.
        path: of the file.

    Raises:
        SystemTrouble: the file cannot be written, or the disk is full.
    """
    path = Path(path)
    state = state_of(county)
    arrays = {name: value for name, value in state.items() if isinstance(value, np.ndarray)}
    if county.rival is not None:
        arrays["rival"] = county.rival.payments
    header = {
        "format": FORMAT,
        "scenario": county.scenario.digest,
        "name": county.scenario.name,
        "sources": source_digest(),
        "seed": county.seed,
        "names": list(county.names),
        "cut": list(county.cut_channels),
        "rival": None if county.rival is None else county.rival.name,
        "mixing": county.mixing,
        "recording": county.recording,
        "values": {name: value for name, value in state.items() if name not in arrays},
    }
    text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode("ascii")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            named: dict[str, Any] = {f"array.{k}": v for k, v in arrays.items()}
            np.savez(stream, header=np.frombuffer(text, np.uint8), **named)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        code = "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "write_failed"
        raise SystemTrouble(code, file=path, detail=error.strerror or str(error)) from error


def load(path: str | Path, scenario: Scenario, *, seed: int | None = None) -> County:
    """Read a county back, ready for its next month.

    Args:
        path: of a file that :func:`save` wrote.
        scenario: the one it was saved from; its digest must be the same.
        seed: where given, the saved one must equal it.

    Raises:
        InputError: no such file, not a saved county, or one of another scenario, seed or version of the rules.
    """
    path = Path(path)
    header, state = _read(path)
    if header["scenario"] != scenario.digest:
        raise InputError("snapshot_scenario", file=path, read=header["name"], expected=scenario.name)
    if seed is not None and header["seed"] != seed:
        raise InputError("snapshot_seed", file=path, read=header["seed"], expected=seed)
    if header["sources"] != source_digest():
        raise InputError("snapshot_version", file=path, read=header["sources"], expected=source_digest())
    county = County(scenario, header["seed"], state["parameters"])
    county.names = tuple(header["names"])
    county.cut_channels = tuple(header["cut"])
    county.mixing = header["mixing"]
    if header["rival"] is not None:
        county.rival = rival_paying(header["rival"], state["rival"])
    county.recording = header["recording"]
    county.villages, county.enterprises = state["villages"], state["enterprises"]
    county._scratch()
    county._bring_in_policy()
    put_state(county, state)
    return county


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            if header["format"] != FORMAT:
                raise ValueError(header["format"])
            state = {name.removeprefix("array."): stored[name] for name in stored.files if name.startswith("array.")}
            for name, table in state.items():
                known = record_type(table.dtype.names) if name == "parameters" else _TYPES.get(name)
                if known == table.dtype:  # an equal type, but not the same object: compiled code would be slow to find
                    state[name] = table.view(known)
    except FileNotFoundError:
        raise InputError("file_missing", file=path) from None
    except PermissionError:
        raise InputError("file_unreadable", file=path) from None
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise InputError("snapshot_foreign", file=path) from error
    return header, state | header["values"]
