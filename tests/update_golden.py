"""Renew the golden numbers and the shipped scorecard on purpose: ``python -m tests.update_golden`` from the root.

Then say so in CHANGELOG.md under "Results change": what changed, why, and for whom.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Measure anew, write what differs, and tell which files changed."""
    sys.path.insert(0, str(Path(__file__).parent))
    from golden import FOLDER, STOCK, measure, path_of, text_of

    FOLDER.mkdir(exist_ok=True)
    changed = []
    for name in STOCK:
        text, path = text_of(measure(name)), path_of(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path.name)
    from ruralsim.analysis.validation import shipped

    card = shipped.text_of(shipped.measure())
    if not shipped.PATH.exists() or shipped.PATH.read_text(encoding="utf-8") != card:
        shipped.PATH.write_text(card, encoding="utf-8")
        changed.append(shipped.PATH.name)
    if changed:
        print("renewed:", ", ".join(changed))
        print('Now add an entry "Results change" to CHANGELOG.md: what changed, why, and for whom.')
    else:
        print("nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
