"""The state of a county as columns: four tables, each column with its type, unit, bounds and meaning.

A table is one NumPy structured array, so that ``county.villagers["trust"]`` is a column and ``villagers[i].trust`` (in
a compiled process) is one villager's value; a villager's row is two cache lines. The registry below is the only
place where a column is declared; the ODD document prints it, ``ruralsim why COLUMN`` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EMPTY, HOME, AWAY, OUTSIDER, GONE = 0, 1, 2, 3, 4
STATUS_NAMES = {EMPTY: "empty", HOME: "home", AWAY: "away", OUTSIDER: "outsider", GONE: "gone"}

ENDOWMENTS = ("plain", "hill", "mountain", "suburban")
FORMS = ("leasing", "cooperative", "company", "tourism")
ROLLOUT = ("demonstration", "pilot", "conditioned", "rest")
CADRE_SEATS = 7
TIES = 8
#: bits of the monthly snapshot that neighbours see
SEEN_THERE, SEEN_CONTRIBUTES, SEEN_POOLS, SEEN_EXAMPLE = 1, 2, 4, 8


@dataclass(frozen=True)
class Column:
    """One column: its table, NumPy type, unit, bounds (None: open) and meaning. ``fixed`` ones never change."""

    table: str
    name: str
    dtype: str
    unit: str
    low: float | None
    high: float | None
    meaning: str
    fixed: bool = False


def _table(table: str, text: str) -> tuple[Column, ...]:
    columns = []
    for line in text.strip().splitlines():
        name, dtype, unit, bounds, meaning = (part.strip() for part in line.split("|"))
        fixed = meaning.endswith("[fixed]")
        low, high = (None if b == "" else float(b) for b in bounds.split(".."))
        columns.append(Column(table, name, dtype, unit, low, high, meaning.removesuffix("[fixed]").strip(), fixed))
    return tuple(columns)


# name | type | unit | low..high | meaning
VILLAGERS = _table(
    "villagers",
    """
wealth | i8 | fen | 0.. | cash the villager owns
status | u1 | code | 0..4 | 0 empty row, 1 registered and home, 2 registered and away, 3 resident outsider, 4 gone
party | u1 | flag | 0..1 | party member [fixed]
notable | u1 | flag | 0..1 | local notable (新乡贤) [fixed]
cadre | u1 | flag | 0..1 | holds a village post
pools | u1 | flag | 0..1 | pools land with the collective this year (economic participation)
contributes | u1 | flag | 0..1 | takes part in public affairs this month (civic participation)
attends | u1 | flag | 0..1 | attended this month's meeting
local_job | u1 | flag | 0..1 | has local off-farm work this month
dispute | u1 | months | 0..255 | months the own dispute has been open, counted from 1; 0 none
request | u1 | months | 0..255 | months the own request has waited, counted from 1; 0 none
answered | u1 | flag | 0..1 | own request was answered this month
mediated | u1 | flag | 0..1 | own dispute was settled this month
grid | u1 | index | 0..255 | grid (网格) [fixed]
household | u2 | index | 0..65535 | household in the village [fixed]
share | i4 | 1/1000 share | 0.. | membership share in the collective
age | f4 | years | 18..120 | age
skill | f4 | 1 | 0.. | earning ability, mean 1 [fixed]
holding | f4 | 1 | 0.. | what the household's land and business earn against the mean, mean 1 [fixed]
permanent_income | f4 | yuan/month | 0.. | smoothed income
income | f4 | yuan/month | 0.. | income of this month
consumption | f4 | yuan/month | 0.. | consumption of this month
collective_pay | f4 | yuan/month | 0.. | wage from the collective this month
trust | f4 | 1 | 0..1 | trust in the village's institutions
disposition | f4 | 1 | 0..1 | own lasting inclination to trust [fixed]
norm | f4 | 1 | 0..1 | civic norm
legal | f4 | 1 | 0..1 | legal awareness
habit | f4 | 1 | 0..1 | habit of taking part in public affairs
belonging | f4 | 1 | 0..1 | sense of belonging to the collective community
expected_dividend | f4 | yuan/year | 0.. | dividend the member expects
dividend | f4 | yuan/year | 0.. | dividend of the last twelve months
satisfaction | f4 | 1 | 0..1 | satisfaction with life
points | f4 | points | 0.. | points on the account
""",
)

CADRES = _table(
    "cadres",
    """
active | u1 | flag | 0..1 | seat is filled
exposed | u1 | flag | 0..1 | window-dressing was exposed in this appraisal year
person | u2 | index | 0..65535 | the villager who holds the seat
tenure | i4 | months | 0.. | months in office
organise | f4 | 1 | 0.. | ability to organise
enterprise | f4 | 1 | 0.. | ability to run an enterprise
govern | f4 | 1 | 0.. | ability to govern
serve | f4 | 1 | 0.. | ability to serve
integrity | f4 | 1 | 0..1 | integrity
motivation | f4 | 1 | 0.. | public motivation
effort_organise | f4 | month | 0..1 | time given to organising
effort_enterprise | f4 | month | 0..1 | time given to the enterprise
effort_govern | f4 | month | 0..1 | time given to governing
effort_serve | f4 | month | 0..1 | time given to serving
effort_report | f4 | month | 0..1 | time given to window-dressing
bonus | f4 | yuan/year | 0.. | performance pay of the last appraisal
""",
)

ENTERPRISES = _table(
    "enterprises",
    """
cash | i8 | fen | .. | cash outside the reserve
reserve | i8 | fen | 0.. | reserve fund
debt | i8 | fen | 0.. | outstanding loans
loan_payment | i8 | fen/month | 0.. | monthly repayment
profit_year | i8 | fen | .. | profit since January
shares_village | i8 | 1/1000 share | 0.. | shares held by the village itself
shares_total | i8 | 1/1000 share | 1.. | all shares
form | u1 | code | 0..3 | leasing, cooperative, company, tourism [fixed]
active | u1 | flag | 0..1 | works this month
capital | f8 | yuan | 0.. | operating capital
idle | f8 | yuan | 0.. | dormant assets
productivity | f8 | yuan/month | 0.. | output scale A
output | f8 | yuan/month | 0.. | output Y
value_added | f8 | yuan/month | 0.. | collective value added
wage_bill | f8 | yuan/month | 0.. | wages paid
leakage | f8 | 1 | 0..1 | share of value added that leaks
labour_demand | f8 | FTE | 0.. | labour wanted
labour_supply | f8 | FTE | 0.. | labour on offer (half the skill of participants at home)
labour | f8 | FTE | 0.. | labour hired
pooled | f8 | 1 | 0..1 | share of members' land pooled
dividend_per_share | f8 | yuan/share | 0.. | last dividend
log_productivity | f8 | log | .. | term of ln value added: A
log_fit | f8 | log | .. | term: fit of form to place and market price
log_shock | f8 | log | .. | term: output shock
log_capital | f8 | log | .. | term: capital
log_labour | f8 | log | .. | term: labour
log_land | f8 | log | .. | term: pooled land
log_disorder | f8 | log | .. | term: friction from open disputes
log_weak_law | f8 | log | .. | term: friction from weak contracts
log_leakage | f8 | log | .. | term: what does not leak
leak_self_governance | f8 | log | .. | what self-governance leaves of leakage, logarithm
leak_smart | f8 | log | .. | what smart governance leaves of it
leak_party | f8 | log | .. | what party organisation leaves of it
leak_integrity | f8 | log | .. | what integrity leaves of it
leak_policy | f8 | log | .. | what policy leaves of it
granted | f8 | yuan | 0.. | capital granted since the last production
invested | f8 | yuan | 0.. | capital bought since the last production
""",
)

VILLAGES = _table(
    "villages",
    """
key_low | u4 | word | 0.. | first word of the village's random key [fixed]
key_high | u4 | word | 0.. | second word [fixed]
township | i4 | index | 0.. | township [fixed]
endowment | u1 | code | 0..3 | plain, hill, mountain, suburban [fixed]
rollout | u1 | code | 0..3 | demonstration, pilot, conditioned, rest [fixed]
earning | f8 | 1 | 0.. | what the village's people and land earn against the county's mean [fixed]
rows | i4 | rows | 0.. | rows of the village in use
households | i4 | households | 1.. | households [fixed]
people | i4 | persons | 0.. | registered adults and resident outsiders
registered | i4 | persons | 0.. | registered adults
home | i4 | persons | 0.. | registered adults at home
outsiders | i4 | persons | 0.. | resident outsiders
account_fiscal | i8 | fen | 0.. | village account: from the budget
account_affairs | i8 | fen | 0.. | village account: from the collective for village affairs
account_welfare | i8 | fen | 0.. | village account: welfare fund
government_cash | i8 | fen | .. | this village's part of the government's cash since the start
outside_cash | i8 | fen | .. | this village's part of the outside's cash since the start
party_organisation | f8 | 1 | 0..1 | pillar O
self_governance | f8 | 1 | 0..1 | pillar U
rule_of_law | f8 | 1 | 0..1 | pillar W
virtue | f8 | 1 | 0..1 | pillar V
smart_governance | f8 | 1 | 0..1 | pillar D
co_governance | f8 | 1 | 0..1 | pillar J
public_collective | f8 | 1 | 0..1 | public services paid by the collective
public_fiscal | f8 | 1 | 0..1 | public services paid by the budget
convenience_collective | f8 | 1 | 0..1 | convenience services paid by the collective
convenience_fiscal | f8 | 1 | 0..1 | convenience services paid by the budget
living_collective | f8 | 1 | 0..1 | living services paid by the collective
living_fiscal | f8 | 1 | 0..1 | living services paid by the budget
elder_collective | f8 | 1 | 0..1 | elder care paid by the collective
elder_fiscal | f8 | 1 | 0..1 | elder care paid by the budget
environment | f8 | 1 | 0..1 | environment
disorder | f8 | cases/head | 0..1 | open disputes a head, smoothed
practice | f8 | 1 | 0..1 | practice (know-how)
effect_economic | f8 | logit | .. | lasting village effect on economic participation [fixed]
effect_civic | f8 | logit | .. | lasting village effect on civic participation [fixed]
mediators | f8 | per 1,000 persons | 0.. | mediators before policy [fixed]
work_organise | f8 | 1 | 0.. | ability times root effort, mean over cadres
work_enterprise | f8 | 1 | 0.. | the same for the enterprise
work_govern | f8 | 1 | 0.. | the same for governing
work_serve | f8 | 1 | 0.. | the same for serving
hours | f8 | month | 0..1 | cadre time left after reports and receptions
integrity | f8 | 1 | 0..1 | mean integrity of the cadres
exposure | f8 | 1 | 0..1 | share of last quarter's checked items exposed as dressed
mean_trust | f8 | 1 | 0..1 | mean trust, end of month
mean_norm | f8 | 1 | 0..1 | mean civic norm
mean_legal | f8 | 1 | 0..1 | mean legal awareness
mean_belonging | f8 | 1 | 0..1 | mean belonging
mean_satisfaction | f8 | 1 | 0..1 | mean satisfaction
civic_share | f8 | 1 | 0..1 | share of adults who took part this month
turnout | f8 | 1 | 0..1 | share of adults at home who attended
offfarm_share | f8 | 1 | 0..1 | share of adults at home with local off-farm work
income_variation | f8 | 1 | 0.. | coefficient of variation of residents' income
mean_income | f8 | yuan/month | 0.. | mean income of residents
open_cases | f8 | cases | 0.. | open disputes, end of month
waiting | f8 | requests | 0.. | requests waiting, end of month
cases_due | f8 | cases | 0.. | disputes settled or three months old, yearly tally
cases_in_time | f8 | cases | 0.. | of these settled within three months, yearly tally
requests_due | f8 | requests | 0.. | requests that arrived, yearly tally
requests_answered | f8 | requests | 0.. | of these answered in the month, yearly tally
meetings_quorate | f8 | meetings | 0..12 | quorate meetings, yearly tally (one meeting a month)
elders_cared | f8 | 1 | 0..1 | mean care of residents of 60 and over
household_value | f8 | yuan/month | 0.. | value added by residents (farm, local wages)
local_wage_bill | f8 | yuan/month | 0.. | local wages paid to residents
service_spending | f8 | yuan/month | 0.. | spent on services this month
standing | f8 | 1 | 0..1 | last appraisal score
vetoed | u1 | flag | 0..1 | a veto item hit in this appraisal year
""",
)

REGISTRY: dict[str, tuple[Column, ...]] = {
    "villagers": VILLAGERS,
    "cadres": CADRES,
    "enterprises": ENTERPRISES,
    "villages": VILLAGES,
}


def dtype_of(columns: tuple[Column, ...]) -> np.dtype:
    """The structured NumPy type of a table, columns in the order of the registry, aligned."""
    return np.dtype([(c.name, c.dtype) for c in columns], align=True)


VILLAGER_DTYPE = dtype_of(VILLAGERS)
CADRE_DTYPE = dtype_of(CADRES)
ENTERPRISE_DTYPE = dtype_of(ENTERPRISES)
VILLAGE_DTYPE = dtype_of(VILLAGES)

#: why a villager pools land or does not: the terms of last January's logit (kept so that the momentum ledger
#: can split this year's change of pooled land exactly by what moved it)
POOLING_TERMS = (
    "constant",
    "trust",
    "peers",
    "dividend",
    "party_example",
    "law",
    "habit",
    "away",
    "cost",
    "policy",
)
