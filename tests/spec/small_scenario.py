"""A small valid scenario that tests change."""

from __future__ import annotations

from collections.abc import Callable

from ruralsim.spec.scenario import Scenario

BASE = """[scenario]
name = "base"
title.en = "A base"
start = "2021-01"
months = 24

[place]
population = 2600
villages = 2
endowments = { plain = 0.5, hill = 0.5 }
forms = { leasing = 1 }
rollout = { demonstration = 0.5, rest = 0.5 }

[framework]
name = "one"
weights = { a = 2, b = 0.5 }

[regime]
name = "inspected"
pressure = 0.5

[[phase]]
name = "near"
from = "2021-01"
to = "2021-12"
budget = "12 万元/年"
instruments = { training = 0.5 }
"""

Load = Callable[..., Scenario]
