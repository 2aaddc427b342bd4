"""Results that anybody can check: bundles with everything a result rests on, and their verification."""
