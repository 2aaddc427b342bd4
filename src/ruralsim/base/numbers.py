"""``exp``, ``log``, ``logistic`` and ``cents`` that give the same bits everywhere.

The C library's exp and log differ by machine in the last bit; ours use only + − × ÷ and exact scaling by
powers of two, so a rule gives the same number compiled, in plain Python, and on another machine. Error
against the correctly rounded value: below 1 unit in the last place for ``exp`` on [-700, 700] and for ``log`` on the
positive normal numbers (tested). Method: argument reduction and the classical minimax polynomials of fdlibm
(Sun Microsystems 1993; Tang 1989).
"""

from __future__ import annotations

import math

import numpy as np
from numba.extending import overload

from .compiled import rule, vector_rule

_LN2_HI = 6.93147180369123816490e-01
_LN2_LO = 1.90821492927058770002e-10
_INV_LN2 = 1.44269504088896338700
_SQRT_HALF = 0.7071067811865476
#: adding and taking away 1.5·2**52 rounds a double to a whole number, half to even (exact by IEEE 754 below 2**51)
_ROUND = 6755399441055744.0
#: fdlibm's minimax polynomial for exp
_E1 = 1.66666666666666019037e-01
_E2 = -2.77777777770155933842e-03
_E3 = 6.61375632143793436117e-05
_E4 = -1.65339022054652515390e-06
_E5 = 4.13813679705723846039e-08
_EXP_LARGEST = 709.0
_EXP_SMALLEST = -708.0


def _scaled(value: float, power: int) -> float:
    """``value · 2**power``, exact while the result is a normal number."""
    return math.ldexp(value, power)


@overload(_scaled, jit_options={"error_model": "numpy"})
def _scaled_compiled(value, power):  # type: ignore[no-untyped-def]
    def by_bits(value, power):  # type: ignore[no-untyped-def]
        return value * np.int64((np.int64(power) + 1023) << 52).view(np.float64)

    return by_bits


def _split(value: float) -> tuple[float, int]:
    """Mantissa in [0.5, 1) and power of two of a positive normal number, exact."""
    return math.frexp(value)


@overload(_split, jit_options={"error_model": "numpy"})
def _split_compiled(value):  # type: ignore[no-untyped-def]
    def by_bits(value):  # type: ignore[no-untyped-def]
        bits = np.float64(value).view(np.int64)
        power = (bits >> 52) - 1022
        mantissa = np.int64((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64)
        return mantissa, power

    return by_bits


@rule
def exp(x: float) -> float:
    """e to the x; 0 below −708 and held at e**709 above 709 (no rule comes near either)."""
    if not x > _EXP_SMALLEST:
        return 0.0
    if x > _EXP_LARGEST:
        x = _EXP_LARGEST
    k = (x * _INV_LN2 + _ROUND) - _ROUND
    high = x - k * _LN2_HI
    low = k * _LN2_LO
    r = high - low
    s = r * r
    c = r - s * (_E1 + s * (_E2 + s * (_E3 + s * (_E4 + s * _E5))))
    return _scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), int(k))


def exp_each(x: np.ndarray) -> np.ndarray:
    """:func:`exp` of every number of an array, the same bits."""
    held = np.minimum(np.maximum(x, _EXP_SMALLEST), _EXP_LARGEST)
    k = (held * _INV_LN2 + _ROUND) - _ROUND
    high = held - k * _LN2_HI
    low = k * _LN2_LO
    r = high - low
    s = r * r
    c = r - s * (_E1 + s * (_E2 + s * (_E3 + s * (_E4 + s * _E5))))
    value = np.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), k.astype(np.int64))
    return np.where(x > _EXP_SMALLEST, value, 0.0)


@rule
def log(x: float) -> float:
    """Natural logarithm of a positive normal number; −745 for zero or less (never reached by a sound rule)."""
    if not x > 2.2250738585072014e-308:
        return -745.0
    mantissa, k = _split(x)
    if mantissa < _SQRT_HALF:
        mantissa = mantissa * 2.0
        k = k - 1
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    return k * _LN2_HI - ((half - (s * (half + (t1 + t2)) + k * _LN2_LO)) - f)


@vector_rule
def logistic(x: float) -> float:
    """1 / (1 + e^−x)."""
    return 1.0 / (1.0 + exp(-x))


@vector_rule
def chance(hazard: float) -> float:
    """Monthly chance of an event of hazard h ≥ 0: h / (1 + h). Rises with h and never leaves [0, 1)."""
    return hazard / (1.0 + hazard)


@rule
def log_mean(a: float, b: float) -> float:
    """Logarithmic mean (b − a)/(ln b − ln a) of two positive numbers; their value where they are equal.

    The exact weight that turns a change of logarithms into a change of levels (Divisia; Ang 2004).
    """
    gap = log(b) - log(a)
    if gap == 0.0:
        return a
    return (b - a) / gap


#: levels are added up in whole steps of this size: exact in whatever order, for a float32 from 2**-17 on
STEP = 2.0**-40
_STEPS = 2.0**40


@vector_rule
def steps(level: float) -> int:
    """A level in whole steps of 2**-40, cut towards zero: what sums over people are made of."""
    return int(level * _STEPS)


#: changes of a level are added up in finer steps
FINE_STEP = 2.0**-48
_FINE_STEPS = 2.0**48


@vector_rule
def fine_steps(change: float) -> int:
    """A change of a level in whole steps of 2**-48, cut towards zero."""
    return int(change * _FINE_STEPS)


@vector_rule
def fen(yuan: float) -> int:
    """Yuan to whole fen, rounded half to even: the only door through which an amount enters the books."""
    return int((yuan * 100.0 + _ROUND) - _ROUND)
