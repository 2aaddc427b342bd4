"""What every test shares: keyed examples, and no result that depends on the machine's language or home."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# examples follow from the test's name, so a failure on one machine is a failure on all
settings.register_profile(
    "tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("tests")
