"""The rows of the source documents put to the test: paired runs on a small township, and what they show."""
