"""The indicator laboratory: which indicators to choose, given that cadres respond to them."""
