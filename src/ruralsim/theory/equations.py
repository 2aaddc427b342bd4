"""The equations of the autonomous limit in LaTeX, as SymPy holds them."""

from __future__ import annotations

from typing import Any

from ruralsim.theory.limit import derive


def latex() -> dict[str, str]:
    """Every equation of the limit in LaTeX: first the kept quantities, then the rates of change."""
    import sympy

    one = derive()
    names = {symbol: _letters(name) for name, symbol in one.unknowns.items()}
    names |= {symbol: rf"\mathrm{{{_plain(name)}}}" for name, symbol in {**one.given, **one.parameters}.items()}
    names |= {symbol: rf"\widehat{{\mathrm{{{_plain(name)}}}}}" for name, (symbol, _) in one.kept.items()}

    def written(expression: Any) -> str:
        return str(sympy.latex(sympy.sympify(expression), symbol_names=names))

    found = {name: f"{names[symbol]} = {written(expression)}" for name, (symbol, expression) in one.kept.items()}
    return found | {
        f"d_{name}": rf"\dot{{{_letters(name)}}} = {written(expression)}" for name, expression in one.right.items()
    }


def article() -> str:
    """All equations as a LaTeX article of its own: what is kept apart first, then the rates of change a month."""
    lines = [
        r"\documentclass{article}",
        r"\usepackage{amsmath}",
        r"\usepackage[margin=1cm,paperwidth=60cm,paperheight=40cm]{geometry}",
        r"\begin{document}",
        r"\section*{The mean village: quantities of the month}",
    ]
    found = latex()
    kept = len(derive().kept)
    for k, equation in enumerate(found.values()):
        if k == kept:
            lines.append(r"\section*{Change of the unknowns a month}")
        lines.append(rf"\[ {equation} \]")
    return "\n".join([*lines, r"\end{document}", ""])


#: letters of the model's description for the unknowns
_LETTERS = {
    "log_capital": r"\ln K", "idle": "I", "trust": r"\tau", "norm": r"\nu", "legal": r"\ell", "belonging": "b",
    "civic": "c", "pooled": "B", "expected": r"\hat d", "affairs": "a", "party_organisation": "O",
    "self_governance": "U", "rule_of_law": "W", "virtue": "V", "smart_governance": "D", "co_governance": "J",
    "services_collective": "S_C",
    "services_fiscal": "S_F", "open_cases": "n", "disorder": "X", "waiting_new": "q_1", "waiting_long": "q_2",
}  # fmt: skip


def _letters(name: str) -> str:
    return _LETTERS[name]


def _plain(name: str) -> str:
    return name.replace("_", r"\ ")
