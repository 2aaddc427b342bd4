"""The villager's rules: moving, taking part, working and consuming, quarrelling, and making up her mind.

Each rule is a pure function of numbers in the order of the model specification (sections 4.3 to 4.8). ``p`` is the
record of parameters. A rule returns a chance, an amount or a new value; it knows no model, no array and no generator.
The columns of a villager are declared in ``state/columns.py`` (table ``villagers``).
"""

from __future__ import annotations

from typing import Any

from ..base.compiled import rule, vector_rule
from ..base.numbers import chance, exp, log, logistic

# ---------------------------------------------------------------- the step


@vector_rule
def damping(rates: float) -> float:
    """Φ(r) = 1/(1 + r/2 + r²/12): keeps a stock in [0, 1] whatever the rates, and is close to (1 − e^−r)/r."""
    return 1.0 / (1.0 + rates * 0.5 + rates * rates * (1.0 / 12.0))


@vector_rule
def step(x: float, up: float, down: float) -> float:
    """A stock on [0, 1] after a month: x + Φ(up + down)·[up·(1 − x) − down·x]. Never clips."""
    return x + damping(up + down) * (up * (1.0 - x) - down * x)


@vector_rule
def even(u: float) -> float:
    """A uniform draw as ξ with mean 0 and variance 1, bounded by ±√3 (no logarithm)."""
    return (2.0 * u - 1.0) * 1.7320508075688772


# ---------------------------------------------------------------- moving (4.3)


@rule
def leave_factor(gap: float, services: float, season: float, p: Any) -> float:
    """The village's part of the hazard to leave: m0·season·exp(b_y·gap − b_S(S − ½))."""
    return p.leave_base * season * exp(p.move_gap * gap - p.move_services * (services - 0.5))


@rule
def return_factor(gap: float, services: float, season: float, talent: float, p: Any) -> float:
    """The village's part of the hazard to come home: m1·season·exp(−b_y·gap + b_S(S − ½) + b_R·talent policy)."""
    return p.return_base * season * exp(-p.move_gap * gap + p.move_services * (services - 0.5) + p.move_talent * talent)


@vector_rule
def leave_exponent(age: float, trust: float, notable: float, pools: float, p: Any) -> float:
    """A villager's own part of the hazard to leave, as a logarithm: −b_a(age − 35)/10 − b_T(τ − .6) − tie."""
    tie = p.notable_tie * notable + p.land_tie * pools
    return -p.move_age * (age - 35.0) * 0.1 - p.move_trust * (trust - 0.6) - tie


@vector_rule
def return_exponent(age: float, p: Any) -> float:
    """A villager's own part of the hazard to come home, as a logarithm: +b_a(age − 35)/10."""
    return p.move_age * (age - 35.0) * 0.1


@vector_rule
def chance_to_move(may_leave: bool, may_return: bool, leave: float, back: float, own: float, age: float) -> float:
    """Chance to change place this month, from the village's factor and one's own logarithm for the move one may make:
    :func:`chance_to_leave` of who is at home and free to go, :func:`chance_to_return` of who is away, 0 of others."""
    moves = chance((back if may_return else leave) * exp(own))
    return moves if may_return | (may_leave & (age < 68.0)) else 0.0


@vector_rule
def chance_to_leave(factor: float, age: float, trust: float, notable: float, pools: float, p: Any) -> float:
    """Chance that a villager at home leaves this month; nobody leaves from 68 on.

    Hazard = factor·exp(−b_a(age − 35)/10 − b_T(τ − .6) − tie), tie for notables and for those who pool land.
    """
    return chance_to_move(True, False, factor, 0.0, leave_exponent(age, trust, notable, pools, p), age)


@vector_rule
def chance_to_return(factor: float, age: float, p: Any) -> float:
    """Chance that a villager who is away comes home this month: hazard = factor·exp(+b_a(age − 35)/10)."""
    return chance(factor * exp(return_exponent(age, p)))


# ---------------------------------------------------------------- taking part (4.3)


@rule
def civic_place(
    effect: float, self_governance: float, services_collective: float, policy: float, volunteer_time: float, p: Any
) -> float:
    """What is the same for all of a village in the civic logit: constant, lasting effect, U, crowding out by
    public goods the collective has paid for, policy, and goodwill used up by asking for time."""
    return (
        p.civic_constant
        + effect
        + p.civic_self_governance * self_governance
        - p.civic_crowding_out * services_collective
        + policy
        - p.volunteer_crowding * volunteer_time
    )


@vector_rule
def civic_logit(
    place: float,
    trust: float,
    norm: float,
    peers: float,
    belonging: float,
    points: float,
    example: float,
    habit: float,
    away: float,
    p: Any,
) -> float:
    """Logit of taking part in public affairs (meetings, oversight, contributions).

    ``peers``: share of neighbours who took part last month; ``example``: party organisation times the share of party or
    notable neighbours; ``away``: 0 at home, 1 − D for one who is away (a smart platform gives a voice from afar).
    """
    return (
        place
        + p.civic_trust * trust
        + p.civic_norm * norm
        + p.civic_peers * peers
        + p.civic_belonging * belonging
        + p.civic_points * points
        + p.civic_example * example
        + p.civic_habit * habit
        - p.civic_away * away
    )


@vector_rule
def odds_against(logit: float) -> float:
    """e^−logit: a chance is 1/(1 + odds), and a bonus b on the logit multiplies the odds by e^−b."""
    return exp(-logit)


@vector_rule
def habit_after(habit: float, took_part: float, p: Any) -> float:
    """h' = h + .1(a − h)."""
    return habit + p.habit_rate * (took_part - habit)


@vector_rule
def saturating(amount: float, half: float) -> float:
    """amount/(amount + half point): 0 at nothing, ½ at the half point."""
    return amount / (amount + half)


@vector_rule
def pooling_cost(rent: float, job_chance: float, farm_income: float, away: float, p: Any) -> float:
    """What pooling land costs, in farm incomes given up: 1 − (rent + expected collective wage)/farm income, halved for
    those who are away (their land is let cheaply anyway)."""
    cost = 1.0 - (rent + job_chance * p.collective_wage) / farm_income
    return cost * (1.0 - 0.5 * away)


@vector_rule
def chance_to_join(logit: float) -> float:
    """Chance to pool land with the collective for a year, from the sum of its terms.

    The terms (economic participation): constant and lasting effect, trust, neighbours who pool, expected dividend
    d̂/(d̂ + d½), party organisation × example, rule of law, habit (pooled last year), away × (1 − D), cost, policy.
    A larger expected dividend can only raise it.
    """
    return logistic(logit)


@vector_rule
def belonging_after(
    belonging: float, pools: float, paid: float, heard: float, excluded: float, broken: float, policy: float, p: Any
) -> float:
    """Belonging moves up for a member who pools, is paid and is heard, down by exclusion and broken promises.

    Up: gain·(pools + paid + heard)/3 + policy·pools; down: decay·(½ + excluded + broken promise).
    """
    up = p.belonging_gain * (pools + paid + heard) * (1.0 / 3.0) + policy * pools
    return step(belonging, up, p.belonging_decay * (0.5 + excluded + broken))


@vector_rule
def points_after(points: float, took_part: float, eligible: float, p: Any) -> float:
    """Points kept from last month plus points earned by taking part, where the scheme covers the villager."""
    return p.points_kept * points + p.points_earned * took_part * eligible


# ---------------------------------------------------------------- working and consuming (4.5)


@rule
def offfarm_factor(organisation: float, output: float, tightness: float, access: float, p: Any) -> float:
    """The village's part of the odds of local off-farm work.

    p_off/(1 − p_off)·exp(b_org(½(O+U) − .42) + b_coll·ln((12Y + 20,000)/110,000) + market access)·tightness^elasticity:
    organised villages find work (EFF-003), and all villages of a county share one labour market.
    """
    odds = p.offfarm_chance / (1.0 - p.offfarm_chance)
    return odds * exp(
        p.offfarm_organisation * (organisation - 0.42)
        + p.offfarm_collective * log((12.0 * output + 20000.0) / 110000.0)
        + access
        + p.commuting * log(tightness)
    )


@vector_rule
def chance_of_local_job(factor: float, age: float, p: Any) -> float:
    """Chance of local off-farm work this month: odds × 1.5 below 60, × .25 from 60 on."""
    young, old = chance(factor * p.offfarm_young), chance(factor * p.offfarm_old)
    return young if age < 60.0 else old


@vector_rule
def farm_share(age: float, pools: float, p: Any) -> float:
    """Share of a full farm income: less from 75 on, and less by the land given to the collective."""
    share = 1.0 - p.farm_given_up * pools
    old = share * p.farm_old
    return old if age >= 75.0 else share


@vector_rule
def pension(age: float, p: Any) -> float:
    """Pensions and subsidies in yuan a month: base × .6 below 60, × 2 from 60 on."""
    young, old = p.pension_base * p.pension_young, p.pension_base * p.pension_old
    return young if age < 60.0 else old


@vector_rule
def permanent_income_after(permanent: float, income: float, p: Any) -> float:
    """yp' = yp + .06(y − yp)."""
    return permanent + p.permanent_rate * (income - permanent)


@vector_rule
def wanted_consumption(permanent: float, wealth: float, p: Any) -> float:
    """c_y·yp + c_w·w in yuan (the caller keeps it below cash on hand)."""
    return p.consume_income * permanent + p.consume_wealth * wealth


# ---------------------------------------------------------------- disputes and requests (4.6, 4.8)


@rule
def dispute_factor(variation: float, virtue: float, early_warning: float, p: Any) -> float:
    """The village's part of the dispute hazard: x0·exp(b_I(cv − cv0) − b_V(V − .4) − early warning)."""
    return p.dispute_base * exp(
        p.dispute_inequality * (variation - p.inequality_reference) - p.dispute_virtue * (virtue - 0.4) - early_warning
    )


@vector_rule
def dispute_exponent(land_conflict: float, legal: float, norm: float, p: Any) -> float:
    """A resident's own part of the dispute hazard, as a logarithm: b_L·land conflict − b_ℓ(ℓ − .4) − b_ν(ν − .5).

    ``land_conflict``: 1 − W for a villager who pools land, cut by policy, else 0.
    """
    return p.dispute_land * land_conflict - p.dispute_legal * (legal - 0.4) - p.dispute_norm * (norm - 0.5)


@vector_rule
def dispute_chance(factor: float, own: float) -> float:
    """Chance that a resident gets into a dispute this month, from the village's factor and one's own logarithm."""
    return chance(factor * exp(own))


@vector_rule
def chance_of_dispute(factor: float, land_conflict: float, legal: float, norm: float, p: Any) -> float:
    """Chance that a resident gets into a dispute: factor·exp(b_L·land conflict − b_ℓ(ℓ − .4) − b_ν(ν − .5))."""
    return dispute_chance(factor, dispute_exponent(land_conflict, legal, norm, p))


# ---------------------------------------------------------------- minds (4.7)


@vector_rule
def norm_after(norm: float, peers: float, virtue: float, policy: float, p: Any) -> float:
    """Civic norm: gain from virtue and policy, pull to civic peers, decay."""
    return step(
        norm, p.norm_virtue * virtue + policy + p.norm_peers * peers, p.norm_peers * (1.0 - peers) + p.norm_decay
    )


@vector_rule
def legal_after(legal: float, rule_of_law: float, policy: float, p: Any) -> float:
    """Legal awareness: gain from the rule of law and publicity, decay."""
    return step(legal, p.legal_gain * rule_of_law + policy, p.legal_decay)


@rule
def expected_dividend_after(expected: float, dividend: float, p: Any) -> float:
    """Each December the expected dividend moves half-way to the one just paid."""
    return expected + p.expectation_rate * (dividend - expected)


@vector_rule
def satisfaction_logit(consumption: float, reference: float, place: float, trust: float, p: Any) -> float:
    """s0 + s_c·ln(c/c_ref) + s_τ·τ + what the place gives."""
    return (
        p.satisfaction_constant
        + p.satisfaction_consumption * log((consumption + 1.0) / reference)
        + p.satisfaction_trust * trust
        + place
    )


@vector_rule
def satisfaction_target(consumption: float, reference: float, place: float, trust: float, p: Any) -> float:
    """What satisfaction moves to: logistic(s0 + s_c·ln(c/c_ref) + s_τ·τ + what the place gives)."""
    return logistic(satisfaction_logit(consumption, reference, place, trust, p))


@rule
def satisfaction_place(
    services: float, environment: float, disorder: float, time_asked: float, privacy: float, p: Any
) -> float:
    """What is the same for all of a village: services, environment, disorder, time and privacy that policy costs."""
    return (
        p.satisfaction_services * services
        + p.satisfaction_environment * environment
        - p.satisfaction_disorder * p.disorder_scale * disorder
        - time_asked
        - p.privacy_cost * privacy
    )
