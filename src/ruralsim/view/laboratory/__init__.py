"""The indicator laboratory for people: words, terminal, files and report."""
