"""The links on which the pivot stands: parameters by which the collective reaches governance, and governance it.

Each one's range includes zero (a test holds that), so that a county without a pivot is among the draws.
"""

LINKS = (
    "trust_dividend", "trust_services", "trust_job", "trust_belonging", "civic_belonging", "civic_crowding_out",
    "economic_dividend", "institution_gain", "institution_share", "activation_rate", "friction_disputes",
    "friction_law", "leakage_self_governance", "leakage_smart", "leakage_party", "leakage_integrity",
    "project_grant", "productivity_gain", "economic_trust", "economic_example", "economic_law", "offfarm_collective",
)  # fmt: skip
