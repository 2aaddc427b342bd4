"""Scenarios and models that the tests of the windows share."""

from __future__ import annotations

from pathlib import Path

import pytest
from township import township

from ruralsim.spec.scenario import Scenario


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("windows")


@pytest.fixture(scope="session")
def year(folder: Path) -> Scenario:
    """The township for fourteen months, with a January in it."""
    return township(folder, months=14)
