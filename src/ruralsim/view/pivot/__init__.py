"""The pivot in words and figures: for the terminal and as a page, both made from the numbers of ``pivot.json``."""
