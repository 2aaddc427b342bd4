"""Numbers change only on purpose."""

from __future__ import annotations

import json

import pytest
from golden import STOCK, measure, path_of

RENEW = (
    "Results of '{name}' changed: {what}.\n"
    "If you meant to change them: python -m tests.update_golden (or: make golden), and flag 'Results change' in "
    "CHANGELOG.md with what changed, why, and for whom. If you did not, your edit changed the model."
)


@pytest.mark.parametrize("name", STOCK)
def test_results_are_those_written_down(name: str) -> None:
    assert path_of(name).exists(), f"no golden numbers for '{name}' yet: python -m tests.update_golden"
    golden = json.loads(path_of(name).read_text(encoding="utf-8"))
    found = measure(name)
    parts = []
    for group in ("county_means", "fen", "sha256"):
        for key in found[group].keys() | golden[group].keys():
            if found[group].get(key) != golden[group].get(key):
                was, now = golden[group].get(key), found[group].get(key)
                if group == "county_means":
                    was, now = golden["readable"].get(key), found["readable"].get(key)
                parts.append(key if group == "sha256" else f"{key} was {was}, is {now}")
    if parts:
        pytest.fail(RENEW.format(name=name, what="; ".join(sorted(parts))), pytrace=False)
    assert found == golden
