"""What the measured pivot says, sentence by sentence, each with its number; from ``pivot.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruralsim.model.outcomes import GOALS
from ruralsim.model.rival import CHANNELS_OF_PIVOT, RIVALS
from ruralsim.view.report.words import NOTHING, capital, outcome, plain, say, signed, small

Content = Mapping[str, Any]


def score(value: float | None) -> str:
    """A difference of scores with its sign."""
    if value is None:
        return NOTHING
    shown = plain(value, 3)
    return shown if shown.startswith("−") or not any(c in "123456789" for c in shown) else f"+{shown}"


def percent(value: float | None) -> str:
    """A share in per cent, without the sign for it."""
    return NOTHING if value is None else plain(100.0 * value, 0)


def number(value: float | None, digits: int = 2) -> str:
    """A number for the middle of a sentence."""
    return NOTHING if value is None else plain(value, digits)


def significant(value: float | None) -> str:
    """A number with two digits that count, as far as the fourth decimal."""
    if value is None:
        return NOTHING
    if abs(value) < 1e-4:
        return plain(value, 4)
    return signed(f"{value:.2g}" if abs(value) < 100 else f"{value:,.0f}")


def basis(content: Content, lang: str) -> str:
    """What was measured on how many villages."""
    sample = content["sample"]
    return say(
        "pivot_basis" if content["draws"] else "pivot_basis_no_draws", lang,
        villages=sample["villages"], of=sample["of_villages"], adults=f"{sample['adults']:,}",
        months=content["months"], replicates=content["replicates"], draws=content["draws"],
    )  # fmt: skip


def verdict(probability: Mapping[str, Any], low: float | None, high: float | None, words: tuple[str, ...]) -> str:
    """Which of (better, worse, nothing, unclear) the share of draws and the interval of differences allow to say."""
    better, worse, nothing, unclear = words
    if low == high == 0.0:
        return nothing
    if probability["low"] is not None and probability["low"] > 0.5:
        return better
    if probability["high"] is not None and probability["high"] < 0.5:
        return worse
    return unclear


def helps(content: Content, lang: str) -> Iterator[str]:
    """For every goal: what the pivot adds, and in how many draws it does."""
    for goal in GOALS:
        adds = content["pivot_adds"][goal]
        said = adds["probability"]
        word = verdict(said, adds["low"], adds["high"], tuple(
            f"pivot_verdict_{one}" for one in ("helps", "harms", "nothing", "unclear")
        ))  # fmt: skip
        yield say(
            "pivot_helps" if content["draws"] else "pivot_helps_no_draws", lang, goal=outcome(goal, lang),
            number=score(adds["mean"]), low=score(adds["low"]), high=score(adds["high"]),
            low_luck=score(adds["low_luck"]), high_luck=score(adds["high_luck"]),
            share=percent(said["mean"]), share_low=percent(said["low"]), share_high=percent(said["high"]),
            verdict=say(word, lang),
        )  # fmt: skip
    beyond = content["beyond_post"]
    if beyond and beyond["draws"]:
        yield say(
            "pivot_beyond", lang, count=beyond["draws"], draws=content["draws"], post=plain(beyond["post"], 0),
            highest=plain(beyond["highest"], 0),
        )  # fmt: skip


def shares(content: Content, lang: str) -> Iterator[str]:
    """For every goal: the pivot share, or why none is quoted."""
    negative = False
    if not any(content["effect"].values()):
        yield say("pivot_share_no_policy", lang)
        return
    for goal in GOALS:
        share, effect = content["pivot_share"][goal], content["effect"][goal]
        if share["mean"] is None:
            reason = say(f"pivot_reason_{share['reason']}", lang)
            low, high = (effect["low"], effect["high"]) if content["draws"] else (
                effect.get("low_luck"), effect.get("high_luck"))  # fmt: skip
            yield say(
                "pivot_share_refused", lang, goal=outcome(goal, lang), effect=score(effect["mean"]), low=score(low),
                high=score(high), reason=reason,
            )  # fmt: skip
            continue
        negative = negative or share["mean"] < 0.0
        luck = share["defaults"]
        yield say(
            "pivot_share" if content["draws"] else "pivot_share_luck", lang, goal=outcome(goal, lang),
            effect=score(effect["mean"]), share=percent(share["mean"]), low=percent(share["low"]),
            high=percent(share["high"]), low_luck=percent(luck["low"]), high_luck=percent(luck["high"]),
        )  # fmt: skip
    if negative:
        yield say("pivot_share_negative", lang)


def channels(content: Content, lang: str) -> Iterator[str]:
    """For every goal: all channels together against one by one."""
    for goal in GOALS:
        adds = content["pivot_adds"][goal]
        alone = sum(adds["channels"][name]["mean"] for name in CHANNELS_OF_PIVOT)
        between = adds["interaction"]
        yield say(
            "pivot_channels_sentence", lang, goal=small(outcome(goal, lang), lang), together=score(adds["mean"]),
            sum=score(alone), interaction=score(between["mean"]), low=score(between["low"]),
            high=score(between["high"]),
        )  # fmt: skip


def money(content: Content, lang: str) -> Iterator[str]:
    """For every rival: how much money, equal in both arms."""
    for rival in RIVALS:
        paid = content["rivals"][rival]["money"]
        yield say(
            "pivot_rival_money_wages" if rival == "private_employer" else "pivot_rival_money", lang,
            rival=capital(say(f"pivot_rival_{rival}", lang)), distributed=plain(paid["distributed"], 0),
            delivered=plain(paid["delivered"], 0), taken=plain(paid["taken_from_collective"], 0),
            villages=percent(content["efficiency"]["wage_villages"]),
        )  # fmt: skip


def rivals(content: Content, lang: str) -> Iterator[str]:
    """For every rival and goal: which is better, in how many draws."""
    for rival in RIVALS:
        for goal in GOALS:
            less = content["rivals"][rival]["pivot_less_rival"][goal]
            said = less["probability"]
            word = verdict(said, less["low"], less["high"], tuple(
                f"pivot_verdict_{one}" for one in ("beats", "loses", "same", "even")
            ))  # fmt: skip
            yield say(
                "pivot_rival_best" if content["draws"] else "pivot_rival_best_no_draws", lang,
                goal=outcome(goal, lang), rival=say(f"pivot_rival_{rival}", lang), number=score(less["mean"]),
                share=percent(said["mean"]), low=percent(said["low"]) if content["draws"] else score(less["low_luck"]),
                high=percent(said["high"]) if content["draws"] else score(less["high_luck"]), verdict=say(word, lang),
            )  # fmt: skip


def to_governance(content: Content, lang: str) -> Iterator[str]:
    """What came through the collective, for which money, and what was lost again."""
    ones = content["channels"]["development_to_governance"]
    through = sum(one["points"] for one in ones.values())
    yuan = sum(one["yuan_a_head"] or 0.0 for one in ones.values())
    years, efficiency = content["months"] / 12.0, content["efficiency"]
    yield say(
        "pivot_to_governance_sentence", lang, years=f"{years:.3g}", points=number(through),
        gains=number(through + efficiency["other"]), yuan=plain(yuan, 0),
        per=significant(100.0 * through / yuan if yuan else None),
    )  # fmt: skip
    name, most = max(ones.items(), key=lambda pair: float(pair[1]["points"]))
    yield say(
        "pivot_to_governance_by_free" if most["yuan_a_head"] is None else "pivot_to_governance_by", lang,
        channel=say(f"pivot_channel_{name}", lang), points=number(most["points"]),
        yuan=number(most["yuan_a_head"], 0),
    )  # fmt: skip
    losses = {key: value for key, value in content["losses"].items() if key != "leaked_yuan_a_head"}
    kind, worst = min(losses.items(), key=lambda pair: float(pair[1]))
    yield say(
        "pivot_losses_sentence", lang, lost=number(-sum(losses.values())), kind=say(f"pivot_loss_{kind}", lang),
        points=number(-worst), leaked=plain(content["losses"]["leaked_yuan_a_head"], 0),
    )  # fmt: skip


def to_development(content: Content, lang: str) -> Iterator[str]:
    """What governance did for the collective's value added, and per point."""
    ones, efficiency = content["channels"]["governance_to_development"], content["efficiency"]
    name, most = max(ones.items(), key=lambda pair: abs(float(pair[1]["yuan_a_head_and_year"])))
    yield say(
        "pivot_to_development_sentence", lang, yuan=with_sign(efficiency["value_added_through_governance"]),
        years=f"{content['months'] / 12.0:.3g}", change=with_sign(efficiency["value_added_change"]),
        channel=say(f"pivot_channel_{name}", lang), most=with_sign(most["yuan_a_head_and_year"]),
    )  # fmt: skip
    per = efficiency["yuan_per_point"]
    yield say(
        "pivot_per_point" if per is not None else "pivot_per_point_refused", lang, per=number(per),
        points=with_sign(efficiency["potential_change"]),
    )  # fmt: skip


def limits(content: Content, lang: str) -> Iterator[str]:
    """What to bear in mind."""
    assumed = content["assumed"]
    yield say(
        "pivot_limit_assumed", lang, links=assumed["links"], zero=assumed["links_with_zero"],
        guessed=assumed["links_assumed"], assumed=assumed["assumed"], parameters=assumed["parameters"],
    )  # fmt: skip
    ones = content["channels"]["development_to_governance"].values()
    yield say("pivot_limit_cut", lang, yuan=plain(sum(one["yuan_a_head"] or 0.0 for one in ones), 0))
    paid = content["rivals"][RIVALS[0]]["money"]["distributed"]
    yield say("pivot_limit_equal", lang, yuan=plain(paid, 0))
    if content["failed"]:
        yield say("pivot_failed", lang, count=len(content["failed"]), message=content["failed"][0]["message"])


def with_sign(value: float) -> str:
    """A number for the middle of a sentence, with its sign."""
    shown = plain(value, 1 if abs(value) < 100 else 0)
    return shown if shown.startswith("−") else f"+{shown}"
