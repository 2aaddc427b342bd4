"""The county's and the townships' rules: budgets, labour, votes, targets (sections 3, 4.1, 4.9)."""

from __future__ import annotations

from typing import Any

from ruralsim.base.compiled import entry, rule
from ruralsim.institutions.assessment import TARGET_NONE, next_target

FIRST_ELECTION = 2021 * 12  # January 2021, counted in months


@rule
def labour_tightness(base_share: float, share: float) -> float:
    """Jobs of the county over last month's workers, bounded: below 1 where more work here than jobs were counted on."""
    if share <= 0.0:
        return 2.0
    ratio = base_share / share
    if ratio > 2.0:
        return 2.0
    if ratio < 0.5:
        return 0.5
    return ratio


def months_to_election(calendar_month: int, term: int) -> int:
    """Months until the next vote (0 in the month of one); terms are counted from January 2021.

    Args:
        calendar_month: year × 12 + month − 1.
        term: months of a term.
    """
    return (FIRST_ELECTION - calendar_month) % term


@rule
def nearness_of_vote(months: float, p: Any) -> float:
    """Weight that need gains as a vote draws near: up to ``election_discipline`` in its month, from a year before."""
    if months >= 12.0:
        return 0.0
    return p.election_discipline * (1.0 - months / 12.0)


@rule
def margin(standing: float, p: Any) -> float:
    """What a township adds to its villages' targets (层层加码): more where it ranks low itself."""
    return p.margin_per_tier * (1.0 - standing)


@entry
def set_targets(reports, rules, added, years, parameters):
    """Next year's targets of all villages and items.

    Args:
        reports: [V, n].
        rules: int64 [n], the target rule of each item.
        added: float64 [V], what its township and policy add to every target of a village.
        years: since the start of the run.
        parameters: the run's.
    """
    p = parameters[0]
    for v in range(reports.shape[0]):
        for k in range(reports.shape[1]):
            if rules[k] == TARGET_NONE:
                continue
            report = reports[v, k]
            report.target = next_target(rules[k], report.target, report.reported, report.true, years, added[v], p)
