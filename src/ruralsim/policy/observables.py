"""What an indicator can look at: the true levels of a village that the model knows, all scaled to 0..1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observable:
    """A true level of a village.

    Args:
        name: standard term of the field.
        meaning_en, meaning_zh: what 0 and 1 stand for.
    """

    name: str
    meaning_en: str
    meaning_zh: str


OBSERVABLES: tuple[Observable, ...] = (
    Observable("party_organisation", "capacity of the party organisation", "党组织能力"),
    Observable("self_governance", "capacity of self-governance", "自治能力"),
    Observable("rule_of_law", "rule of law", "法治水平"),
    Observable("virtue", "rule by virtue", "德治水平"),
    Observable("smart_governance", "digital governance", "智治水平"),
    Observable("co_governance", "social organisations, firms and residents governing together", "共治水平"),
    Observable("service_level", "mean level of the four services", "四类服务的平均水平"),
    Observable("public_service", "level of public service", "公共服务水平"),
    Observable("convenience_service", "level of convenience service", "便民服务水平"),
    Observable("living_service", "level of living service", "生活服务水平"),
    Observable("elder_service", "level of elder care", "养老服务水平"),
    Observable("environment", "quality of the living environment", "人居环境质量"),
    Observable("collective_income", "operating income of the collective, saturating", "集体经营收入（饱和刻度）"),
    Observable("collective_assets", "operating assets of the collective, saturating", "集体经营性资产（饱和刻度）"),
    Observable(
        "dividends_paid", "dividends paid a member in twelve months, saturating", "近十二个月人均分红（饱和刻度）"
    ),
    Observable("pooled_share", "share of members' land that is pooled", "入股土地比例"),
    Observable("civic_share", "share of residents who contribute to public affairs", "参与公共事务的居民比例"),
    Observable("turnout", "share of adults who attend meetings and votes", "参会与投票比例"),
    Observable("trust", "mean trust of villagers", "村民平均信任"),
    Observable("satisfaction", "mean satisfaction of villagers", "村民平均满意度"),
    Observable("requests_answered", "share of livelihood requests answered in the month", "当月办结的民生诉求比例"),
    Observable("settled_in_time", "share of disputes settled within three months", "三个月内化解的纠纷比例"),
    Observable("quorate_decisions", "share of decisions taken with a quorum", "达到法定人数的决策比例"),
    Observable("money_arrived", "share of collective money that did not leak", "集体资金到位（未流失）比例"),
    Observable("calm", "absence of open disputes", "平安程度（未决纠纷少）"),
    Observable("off_farm_share", "share of residents with local off-farm work", "本地非农就业比例"),
    Observable("home_share", "share of registered adults living at home", "在村居住的户籍成年人比例"),
    Observable("income_level", "median income of residents, saturating", "居民收入中位数（饱和刻度）"),
    Observable("practice", "know-how in governing", "治理经验"),
    Observable("cadre_ability", "mean ability of cadres", "干部平均能力"),
    Observable("collective_jobs", "share of working villagers employed by the collective", "集体吸纳就业的比例"),
    Observable(
        "enterprise_active",
        "1 where the collective enterprise operates, 0 where it stands still",
        "集体企业是否运转（1 运转，0 停业）",
    ),
    Observable("legal_awareness", "mean legal awareness of villagers", "村民平均法治意识"),
    Observable("norm", "mean civic norm of villagers", "村民平均公共规范"),
    Observable("belonging", "mean sense of belonging of members", "成员平均归属感"),
    Observable(
        "account_health",
        "months of spending that the village account holds, saturating",
        "村级账户可支撑的月数（饱和刻度）",
    ),
    Observable("elders_cared", "care of residents of 60 and over", "老年人照护水平"),
    Observable("equal_incomes", "evenness of residents' incomes", "居民收入均衡程度"),
    Observable("assets_in_use", "share of the collective's assets that are in use", "集体资产使用比例"),
    Observable("light_debt", "absence of debt of the collective, saturating", "集体债务负担轻的程度（饱和刻度）"),
    Observable("cadre_time", "cadres' time left for work after reports and receptions", "干部除填报与迎检外的工作时间"),
    Observable("short_queue", "absence of waiting livelihood requests, saturating", "民生诉求积压少的程度（饱和刻度）"),
    Observable("honest_reports", "absence of exposed window-dressing", "上报真实（未被查出注水）程度"),
    Observable("services_by_collective", "level of service that the collective has paid for", "集体出资的服务水平"),
    Observable("value_by_households", "value added by households, saturating", "农户增加值（饱和刻度）"),
    Observable("reserve_fund", "reserve of the collective, saturating", "集体公积金（饱和刻度）"),
    Observable("stable_office", "time that cadres have been in office, saturating", "干部任期稳定程度（饱和刻度）"),
    Observable("collective_value", "value added by the collective a head, saturating", "人均集体增加值（饱和刻度）"),
)

#: Name of an observable -> its column in a village x observable matrix.
OBSERVABLE_INDEX: dict[str, int] = {observable.name: index for index, observable in enumerate(OBSERVABLES)}
