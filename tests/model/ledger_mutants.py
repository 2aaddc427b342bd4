"""Every statement of the month that writes a ledger or moves what a ledger explains, found in the source text."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plain_month import MODULES, load, source_tree, statements

from ruralsim.state.flows import DRIVERS, FLOWS

#: cash of a sector, in fen
CASH = (
    "wealth",
    "cash",
    "reserve",
    "account_fiscal",
    "account_affairs",
    "account_welfare",
    "outside_cash",
    "government_cash",
)
_SECTOR_OF = {
    "wealth": "households",
    "cash": "collective",
    "reserve": "collective",
    "account_fiscal": "village",
    "account_affairs": "village",
    "account_welfare": "village",
    "outside_cash": "outside",
    "government_cash": "government",
}
#: what the drivers of the momentum ledger add up to, and the component it belongs to
EXPLAINED = {
    "trust": "trust",
    "party_organisation": "party_organisation",
    "self_governance": "self_governance",
    "rule_of_law": "rule_of_law",
    "virtue": "virtue",
    "smart_governance": "smart_governance",
    "co_governance": "co_governance",
    "disorder": "calm",
    "value_added": "value_added",
    "capital": "value_added",
    "idle": "value_added",
    "granted": "value_added",
    "invested": "value_added",
}
_PAYMENTS = ("outside_pays", "outside_receives", "government_pays", "government_receives")
#: running counts of the month that drivers are made of, and the component they serve
_COUNTS = {
    "withdrawn": "calm",
    "departed_trust": "trust",
    "supply_moving": "value_added",
    "supply_joining": "value_added",
    "supply_entry_exit": "value_added",
    "arisen": "calm",
    "settled": "calm",
}
_STOCK_DRIVERS = {
    "withdrawn": ("calm.disputes_withdrawn",),
    "arisen": ("calm.disputes_arising",),
    "settled": ("calm.disputes_settled",),
    "supply_moving": ("labour.supply_moving",),
    "supply_joining": ("labour.supply_joining",),
    "supply_entry_exit": ("labour.supply_entry_exit",),
}
COMPONENT_OF = {driver.name.replace(".", "_"): driver.component for driver in DRIVERS}
FLOW_NAMES = tuple(flow.name for flow in FLOWS)


@dataclass(frozen=True)
class Mutant:
    """One statement to take out.

    Args:
        module, function, line: where it stands.
        text: the statement.
        side: ``ledger`` (the line is lost, the state still changes) or ``state`` (the reverse).
        names: flows, drivers or components of which the audit must name one; none: any will do.
    """

    module: str
    function: str
    line: int
    text: str
    side: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.module}.{self.function}:{self.line}: {self.text}"

    def spaces(self) -> dict[str, dict[str, Any]]:
        """The month's modules without this statement."""
        tree = copy.deepcopy(source_tree(self.module))
        for node in ast.walk(tree):
            for field in ("body", "orelse"):
                block = getattr(node, field, None)
                if isinstance(block, list):
                    for k, one in enumerate(block):
                        if getattr(one, "lineno", -1) == self.line and isinstance(
                            one, ast.Expr | ast.AugAssign | ast.Assign
                        ):
                            block[k] = ast.copy_location(ast.Pass(), one)
        return load(self.module, tree)


def mutants() -> Iterator[Mutant]:
    """All of them, in the order of the text."""
    for module in MODULES:
        for function, block, one in statements(module):
            found = _classify(function, block, one)
            if found is not None:
                side, names = found
                yield Mutant(module, function.name, one.lineno, ast.unparse(one), side, names)


def _classify(function: ast.FunctionDef, block: list[ast.stmt], one: ast.stmt) -> tuple[str, tuple[str, ...]] | None:
    if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) and isinstance(one.value.func, ast.Name):
        called = one.value.func.id
        if called == "book":
            return "ledger", (_code(one.value.args[1]),)
        if called in _PAYMENTS:
            return "state", (_code(one.value.args[2]),)
        return None
    if isinstance(one, ast.AugAssign):
        return _moved(function, block, one)
    if isinstance(one, ast.Assign) and len(one.targets) == 1:
        target = one.targets[0]
        if isinstance(target, ast.Attribute) and target.attr in EXPLAINED and function.name in _MONTHLY:
            return "state", (EXPLAINED[target.attr], "capital")
        if isinstance(target, ast.Subscript) and _name(target.value) == "momentum":
            return "ledger", ("value_added",)
        if _column(target) == "status" and function.name in ("new_year", "outsiders"):
            return "state", ("trust", "value_added")
    return None


#: functions whose plain assignments of explained stocks are their monthly change
_MONTHLY = ("pillars", "minds", "troubles", "enterprise_month")


def _moved(function: ast.FunctionDef, block: list[ast.stmt], one: ast.AugAssign) -> tuple[str, tuple[str, ...]] | None:
    target = one.target
    if isinstance(target, ast.Subscript):
        table, code = _name(target.value), _code(target.slice)
        if table == "momentum":
            return "ledger", (COMPONENT_OF.get(code, "value_added"),)
        if table == "totals":
            return "ledger", ("trust",)
        if table == "vouchers" and code:
            return "state", (code,)
        if table == "changes" and code in _COUNTS:
            return "ledger", (_COUNTS[code], *_STOCK_DRIVERS.get(code, ()))
    if isinstance(target, ast.Attribute) and target.attr == "debt":
        return "state", ("loan_drawn", "loan_repaid")
    column = _column(target)
    if column in CASH and function.name in _PAYMENTS:
        return "state", ()
    if column in CASH:
        return "state", (*_flows_of_payment(function, block, one), f"inside_{_SECTOR_OF[column]}")
    if isinstance(target, ast.Attribute) and target.attr in EXPLAINED:
        return "state", (EXPLAINED[target.attr], "capital")
    if isinstance(target, ast.Name):
        booked = _booked_names(function)
        if target.id in booked:
            return "ledger", (booked[target.id],)
        if f"{target.id}_booked" in booked:
            return "state", (booked[f"{target.id}_booked"],)
        if function.name == "minds" and target.id == "arrived":
            return "ledger", ("trust",)
        if function.name == "pooling_round" and (target.id in ("by_luck", "by_entry") or target.id[1:].isdigit()):
            return "ledger", ("value_added",)
        if target.id == "departed_trust":
            return "ledger", ("trust",)
        if target.id == "departed_pool":
            return "ledger", ("value_added",)
    return None


def _flows_of_payment(function: ast.FunctionDef, block: list[ast.stmt], one: ast.stmt) -> tuple[str, ...]:
    """The flow a cash move belongs to: that of the tally beside it, else of the next line booked or paid after it."""
    booked = _booked_names(function)
    for other in block[block.index(one) + 1 :][:3]:
        if isinstance(other, ast.AugAssign) and isinstance(other.target, ast.Name):
            flow = booked.get(other.target.id) or booked.get(f"{other.target.id}_booked")
            if flow is not None:
                return (flow,)
    lines = sorted(
        (node.lineno, _code(node.args[1]))
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _name(node.func) == "book" and node.lineno >= one.lineno
    )
    return (lines[0][1],) if lines else ()


def _booked_names(function: ast.FunctionDef) -> dict[str, str]:
    return {
        node.args[2].id: _code(node.args[1])
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and _name(node.func) == "book"
        and isinstance(node.args[2], ast.Name)
        and node.args[2].id.endswith("_booked")
    }


def _column(node: ast.AST) -> str:
    """The column in ``me.wealth``, ``desk.wealth[seat]`` or ``wealth[j]``; empty for anything else."""
    if isinstance(node, ast.Subscript):
        return _column(node.value) or _name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else ""


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _code(node: ast.AST) -> str:
    """The name in ``FLOW.sales``, ``DRIVER.shock`` or ``CHANGE.settled``; empty for anything else."""
    if isinstance(node, ast.Attribute) and _name(node.value) in ("FLOW", "DRIVER", "CHANGE"):
        return node.attr
    return ""
