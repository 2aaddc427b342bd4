"""The closed list of places where policy touches the model.

An instrument moves levers and nothing else; the month reads levers and knows no instrument. Every lever is zero
where there is no policy, so that "no instrument" and "an instrument at intensity 0" are the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Lever:
    """One place where policy enters.

    Args:
        name: field of :data:`LEVER_DTYPE`.
        unit: of its value.
        meaning_en, meaning_zh: what it does where it enters.
        low, high: the sum over all instruments is held inside these bounds.
        by_practice: whether know-how makes a governance instrument yield more of it. What policy costs people and
            cadres (records, checks, time, privacy) comes in full, however unpractised a village is.
    """

    name: str
    unit: str
    meaning_en: str
    meaning_zh: str
    low: float = -math.inf
    high: float = math.inf
    by_practice: bool = True


_PILLAR = "multiple of the pillar rate"
_GAIN = "1/month"
_SHARE = "share"
_RELATIVE = "relative change"

LEVERS: tuple[Lever, ...] = (
    Lever("party_organisation", _PILLAR, "gain of party organisation", "党组织能力的增益", 0.0, 10.0),
    Lever("self_governance", _PILLAR, "gain of self-governance", "自治的增益", 0.0, 10.0),
    Lever("rule_of_law", _PILLAR, "gain of rule of law", "法治的增益", 0.0, 10.0),
    Lever("virtue", _PILLAR, "gain of virtue", "德治的增益", 0.0, 10.0),
    Lever("smart_governance", _PILLAR, "gain of smart governance", "智治的增益", 0.0, 10.0),
    Lever("co_governance", _PILLAR, "gain of co-governance", "共治的增益", 0.0, 10.0),
    Lever(
        "leakage_cut",
        _SHARE,
        "share of leakage removed; negative where insiders gain control",
        "减少的资金流失比例；为负时表示内部人控制",
        -1.0,
        0.95,
    ),
    Lever(
        "visibility", _SHARE, "added to the share of leakage that people see", "村民看得见的流失比例的增加", -1.0, 1.0
    ),
    Lever(
        "economic_participation",
        "logit",
        "shift of economic participation",
        "经济参与意愿的移动（对数几率）",
        -3.0,
        3.0,
    ),
    Lever("civic_participation", "logit", "shift of civic participation", "公共参与意愿的移动（对数几率）", -3.0, 3.0),
    Lever("reserve_share", _SHARE, "added to the share set aside as reserve", "公积金提取比例的增加", -1.0, 1.0),
    Lever("welfare_share", _SHARE, "added to the share of the welfare fund", "公益金提取比例的增加", -1.0, 1.0),
    Lever("dividend_share", _SHARE, "added to the share paid as dividends", "分红比例的增加", -1.0, 1.0),
    Lever("affairs_share", _SHARE, "added to the share for village affairs", "支持村务比例的增加", -1.0, 1.0),
    Lever("reinvestment_share", _SHARE, "added to the share reinvested", "再投入比例的增加", -1.0, 1.0),
    Lever("activation", _RELATIVE, "rate at which idle assets come into use", "盘活闲置资产速度的提高", -1.0, 5.0),
    Lever("productivity", _GAIN, "growth of the enterprise's productivity", "集体企业生产率的月增长", -0.02, 0.02),
    Lever("form_fit", "log", "fit of the enterprise's form to the place", "经营形式与资源禀赋的契合", -0.5, 0.5),
    Lever("risk", _RELATIVE, "size of the enterprise's output shock", "集体企业产出冲击的相对变化", -1.0, 3.0),
    Lever(
        "institution_share",
        _SHARE,
        "added to the share of village-affairs money that buys institutions",
        "村务资金用于治理建设比例的增加",
        -1.0,
        1.0,
    ),
    Lever("environment", _GAIN, "gain of the living environment", "人居环境的月增益", 0.0, 0.1),
    Lever("training", "0..1", "training of cadres", "干部培训强度", 0.0, 1.0),
    Lever("exchange", "0..1", "learning from demonstration villages", "向示范村学习的增加", 0.0, 1.0),
    Lever(
        "guidance", _SHARE, "share by which cadres' error about needs is cut", "干部误判需求程度的降低比例", -1.0, 0.95
    ),
    Lever("secretary_motivation", "motivation", "added to public motivation", "公共服务动机的增加", -1.0, 2.0),
    Lever("belonging", _GAIN, "gain of belonging", "归属感的月增益", 0.0, 0.1),
    Lever("burden_relief", "0..1", "share of the reporting burden that can be lifted", "减负强度", 0.0, 1.0),
    Lever(
        "extra_reports",
        "records",
        "records added to those of the framework",
        "在指标之外增加的台账数",
        -200.0,
        200.0,
        by_practice=False,
    ),
    Lever(
        "checks", "probability", "added to the probability of a check", "抽查概率的增加", -0.9, 0.9, by_practice=False
    ),
    Lever("request_capacity", _SHARE, "added to the share of requests answered", "民生诉求办结比例的增加", -1.0, 1.0),
    Lever("service_efficiency", _RELATIVE, "service per yuan", "每元公共服务产出的提高", -0.9, 3.0),
    Lever("public_service", _RELATIVE, "gain of public service", "公共服务增益的提高", -0.9, 5.0),
    Lever("convenience_service", _RELATIVE, "gain of convenience service", "便民服务增益的提高", -0.9, 5.0),
    Lever("living_service", _RELATIVE, "gain of living service", "生活服务增益的提高", -0.9, 5.0),
    Lever("elder_service", _RELATIVE, "gain of elder care", "养老服务增益的提高", -0.9, 5.0),
    Lever("outsider_voice", "0..1", "voice of residents registered elsewhere", "非户籍居民的话语权", 0.0, 1.0),
    Lever(
        "example",
        _SHARE,
        "added share of neighbours who are party members or notables",
        "身边党员与新乡贤比例的增加",
        0.0,
        1.0,
    ),
    Lever("mediators", "per 1,000 people", "mediators added", "增加的调解员（每千人）", -10.0, 50.0),
    Lever("legal_awareness", _GAIN, "gain of legal awareness", "法治意识的月增益", 0.0, 0.1),
    Lever("norms", _GAIN, "gain of the civic norm", "公共规范的月增益", 0.0, 0.1),
    Lever("land_conflict", _SHARE, "share of land conflict removed", "土地纠纷的减少比例", -1.0, 1.0),
    Lever("farm_productivity", "log", "shift of farm income", "农业收入的移动（对数）", -1.0, 1.0),
    Lever("market_access", "log-odds", "shift of local off-farm work", "本地非农就业的移动（对数几率）", -3.0, 3.0),
    Lever("talent_return", "0..1", "pull on able migrants to return and serve", "吸引能人返乡任职的力度", 0.0, 1.0),
    Lever(
        "volunteer_time",
        _SHARE,
        "share of adults' time asked of them; negative where errands are saved",
        "要求村民投入时间的比例；为负时表示节省办事时间",
        -0.05,
        1.0,
        by_practice=False,
    ),
    Lever("privacy", "0..1", "exposure of villagers to surveillance", "村民受监控的程度", 0.0, 1.0, by_practice=False),
    Lever("early_warning", "log", "cut of the hazard of a dispute", "纠纷发生风险的降低（对数）", -1.0, 2.0),
    Lever("points", "0..1", "points for party members", "党员积分", 0.0, 1.0),
    Lever(
        "points_for_all",
        "0..1",
        "points for all villagers (an extension of the source)",
        "全体村民积分（对来源的扩展）",
        0.0,
        1.0,
    ),
    Lever(
        "local_fit",
        _SHARE,
        "share of the loss made good where the enterprise's form does not suit the place",
        "经营形式与资源禀赋不相适应之处弥补损失的比例",
        -1.0,
        1.0,
    ),
    Lever(
        "ecological_value",
        "log per point of environment",
        "what the enterprise earns by a better environment",
        "人居环境改善给集体企业带来的收益",
        -1.0,
        2.0,
    ),
    Lever(
        "service_reach",
        _RELATIVE,
        "gain of public and convenience service where people live far out",
        "偏远地方公共与便民服务增益的提高",
        -0.9,
        3.0,
    ),
    Lever(
        "membership",
        "share/year",
        "share of adults without a share who are given one",
        "每年吸收的非成员比例",
        0.0,
        1.0,
    ),
    Lever(
        "devolution",
        _SHARE,
        "share of the county's projects whose money the village decides on",
        "县级项目资金下放给村支配的比例",
        0.0,
        1.0,
    ),
    Lever(
        "fusion",
        _RELATIVE,
        "how much better self-governance, law and virtue grow beside one another",
        "自治、法治、德治相互促进的增强",
        -0.9,
        3.0,
    ),
    Lever(
        "preparation",
        _GAIN,
        "gain of practice from structures, mechanisms and plans",
        "架构、机制与规划带来的经验增益",
        0.0,
        0.1,
    ),
    Lever(
        "estrangement",
        _RELATIVE,
        "loss of belonging where the community becomes a stranger's",
        "归属感流失的增加",
        0.0,
        5.0,
        by_practice=False,
    ),
    Lever(
        "customs_cut",
        _SHARE,
        "share of spending on customs that village rules save",
        "村规民约节省的人情礼俗支出比例",
        -0.2,
        0.5,
    ),
    Lever(
        "target_margin",
        "score",
        "added to every target by the township's own standards",
        "乡镇细则在各项目标上的加码",
        -0.5,
        0.5,
        by_practice=False,
    ),
    Lever(
        "indexation",
        _SHARE,
        "share of county revenue growth passed on in the transfer",
        "转移支付随县财力增长的比例",
        0.0,
        1.0,
    ),
    Lever(
        "election_discipline",
        _RELATIVE,
        "change of the weight that needs gain before a vote",
        "选举临近时群众需求权重的变化",
        -1.0,
        3.0,
    ),
)

#: Name of a lever -> its column in a village x lever matrix.
LEVER_INDEX: dict[str, int] = {lever.name: index for index, lever in enumerate(LEVERS)}

#: One float64 field per lever, in the order of :data:`LEVERS`.
LEVER_DTYPE = np.dtype([(lever.name, np.float64) for lever in LEVERS])


def no_policy(villages: int) -> np.ndarray:
    """Return the levers of ``villages`` villages without any policy: structured array [villages], all zero."""
    return np.zeros(villages, dtype=LEVER_DTYPE)
