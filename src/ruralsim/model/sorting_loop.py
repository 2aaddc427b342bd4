"""Order among a village's people: incomes sorted, and the sum of the lowest levels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.compiled import process, rule
from ..base.numbers import steps

#: bits that one pass looks at, where few and where many values are sorted; how many are many, and how many very many
DIGIT_OF_FEW, DIGIT, MANY, VERY_MANY = 7, 9, 300, 5000
DIGITS = 1 << DIGIT


@rule
def key_range(keys: Any, n: int) -> tuple[int, int]:
    """Lowest of the first n keys (n > 0), and how many low bits the differences from it fill."""
    lowest, highest = keys[0], keys[0]
    for i in range(n):
        lowest = min(lowest, keys[i])
        highest = max(highest, keys[i])
    span, bits = np.int64(highest) - np.int64(lowest), 0
    while span > 0:
        span = span >> 1
        bits += 1
    return int(lowest), bits


@process
def sort_floats(values, n):
    """Sort n non-negative float32 ascending in place: their order is that of their bits, so whole numbers are sorted.

    Digit by digit over the range that they fill: two digits from the top, which leaves next to nothing to put right
    one by one; all digits where there are very many.
    """
    if n < 2:
        return
    keys = values.view(np.int32)
    lowest, bits = key_range(keys, n)
    digit = DIGIT if n >= MANY else DIGIT_OF_FEW
    passes = (bits + digit - 1) // digit
    if passes > 2 and n < VERY_MANY:
        passes = 2
    left_over = max(0, bits - passes * digit)
    source, target = keys, np.empty(n, np.int32)
    place = np.empty(DIGITS, np.int32)
    last = (1 << digit) - 1
    for turn in range(passes):
        shift = left_over + turn * digit
        place[: last + 1] = 0
        for i in range(n):
            place[((source[i] - lowest) >> shift) & last] += 1
        total = 0
        for b in range(last + 1):
            here = place[b]
            place[b] = total
            total += here
        for i in range(n):
            b = ((source[i] - lowest) >> shift) & last
            target[place[b]] = source[i]
            place[b] += 1
        source, target = target, source
    if passes % 2 == 1:  # the last pass ended in the spare array
        for i in range(n):
            keys[i] = source[i]
    if left_over > 0:
        for i in range(1, n):
            key, k = keys[i], i
            while k > 0 and keys[k - 1] > key:
                keys[k] = keys[k - 1]
                k -= 1
            keys[k] = key


@process
def sum_of_lowest(values, n, wanted):
    """Sum of the lowest ``wanted`` of n > 0 non-negative float32, in whole steps (``base/numbers.py``); the values are
    left in another order."""
    keys = values.view(np.int32)
    lowest, bits = key_range(keys, n)
    shift = max(0, bits - DIGIT)
    place = np.zeros(DIGITS, np.int32)
    for i in range(n):
        place[(keys[i] - lowest) >> shift] += 1
    last, below = 0, 0
    while below + place[last] < wanted:
        below += place[last]
        last += 1
    total, kept = 0, 0
    for i in range(n):
        total += steps(np.float64(values[i])) * int((keys[i] - lowest) >> shift < last)
    for i in range(n):  # of those in the digit where the lowest end, the lowest ones
        key = keys[i]
        keys[kept] = key
        kept += int((key - lowest) >> shift == last)
    sort_floats(values, kept)
    for i in range(wanted - below):
        total += steps(np.float64(values[i]))
    return total
