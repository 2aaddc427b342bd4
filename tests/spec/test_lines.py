"""Lines of keys in TOML texts."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ruralsim.spec.lines import Key, key_lines, line_of

TEXT = '''# a comment with = and [brackets]
top = 1
[a.b]
"quoted key" = """several
lines = 3
]"""
list = [1, # one
  { inner = 2, deep.er = "}" },
]
[[phase]]
name = 'x'
[[phase]]
name = 'y # no comment'
instruments = { one = 0.5, "two" = 1 }
[phase.more]
when = 2021-01-01T00:00:00
'''


def paths(value: Any, key: Key = ()) -> set[Key]:
    found = {key} if key else set()
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= paths(inner, (*key, name))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found |= paths(inner, (*key, index))
    return found


def test_lines_of_every_kind_of_key() -> None:
    lines = key_lines(TEXT)
    assert lines["top",] == 2
    assert lines["a", "b", "quoted key"] == 4
    assert lines["a", "b", "list"] == 7
    assert lines["a", "b", "list", 1, "deep", "er"] == 8
    assert lines["phase", 0, "name"] == 11
    assert lines["phase", 1] == 12
    assert lines["phase", 1, "instruments", "two"] == 14
    assert lines["phase", 1, "more", "when"] == 16


def test_every_key_that_the_parser_sees_has_a_line() -> None:
    assert paths(tomllib.loads(TEXT)) - {("a",)} <= set(key_lines(TEXT))


def test_a_missing_key_has_the_line_of_its_table() -> None:
    assert line_of(TEXT, ("phase", 1, "budget")) == 12
    assert line_of(TEXT, ("nothing",)) is None


@given(st.text(alphabet="a=[]{}\"'#\n.,1 \\", max_size=60))
def test_any_text_ends(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())
