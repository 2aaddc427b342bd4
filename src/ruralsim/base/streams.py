"""Random numbers without state: every draw is a function of (seed, village, person, month, stream).

Generator: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), tested
against the published known answers of Random123. Counter = (slot, month, village low, village high), key =
(seed, block). One block yields four words; a stream is one word of one block, listed below once and for all.
Because nothing is drawn "next", one more agent, rule or stream never changes anybody else's luck, and two
scenarios with one seed share every draw (common random numbers). A strategy never enters the key.

To add a decision: add a name with a block and a lane that nobody has. Never renumber.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from .compiled import entry, rule, vector_rule

MASK = 0xFFFFFFFF
_SCALE = 2.0**-32

#: stream name -> (block, lane); the villagers' monthly decisions come first because they share blocks.
STREAMS: dict[str, tuple[int, int]] = {
    "villager.move": (0, 0),
    "villager.contribute": (0, 1),
    "villager.attend": (0, 2),
    "villager.local_job": (0, 3),
    "villager.trust_noise": (1, 0),
    "villager.dispute": (1, 1),
    "villager.request": (1, 2),
    "villager.collective_job": (2, 1),
    "villager.pool_land": (2, 2),
    "villager.death": (3, 0),
    "villager.coming_of_age": (3, 1),
    "villager.leave_register": (3, 2),
    "outsider.leave": (4, 0),
    "newcomer.skill": (5, 0),
    "newcomer.disposition": (5, 1),
    "newcomer.norm": (5, 2),
    "newcomer.party": (5, 3),
    "newcomer.skill_second": (6, 0),
    "newcomer.notable": (6, 1),
    "newcomer.household": (7, 0),
    "newcomer.age": (7, 1),
    "villager.settlement": (8, 0),
    "villager.answer": (8, 1),
    "village.registrations": (16, 0),
    "village.outsiders": (16, 1),
    "village.output_shock": (16, 2),
    "village.harvest": (16, 3),
    "village.natural_shock": (17, 0),
    "village.project": (17, 1),
    "village.project_size": (17, 2),
    "village.need_organise": (18, 0),
    "village.need_enterprise": (18, 1),
    "village.need_govern": (18, 2),
    "village.need_serve": (18, 3),
    "cadre.dismissal": (20, 0),
    "village.veto": (20, 1),
    "cadre.ability_organise": (21, 0),
    "cadre.ability_enterprise": (21, 1),
    "cadre.ability_govern": (21, 2),
    "cadre.ability_serve": (21, 3),
    "cadre.integrity": (22, 0),
    "cadre.motivation": (22, 1),
    "item.noise": (24, 0),
    "item.check": (24, 1),
    **{f"candidate.seat_{seat}": (26 + seat, 0) for seat in range(7)},
    **{f"candidate.seat_{seat}_stands": (26 + seat, 1) for seat in range(7)},
    **{f"newcomer.tie_{k}": (40 + k, 0) for k in range(8)},
    **{f"newcomer.tie_{k}_scope": (40 + k, 1) for k in range(8)},
    **{f"newcomer.tie_{k}_second": (40 + k, 2) for k in range(8)},
    **{f"newcomer.tie_{k}_third": (40 + k, 3) for k in range(8)},
    **{f"villager.tie_mended_{k}": (48 + k, 0) for k in range(8)},
    "membership.admitted": (56, 0),
    # the county before its first month (month 0): who lives where, what villages start with
    "start.age": (64, 0),
    "start.status": (64, 1),
    "start.wealth": (64, 2),
    "start.share": (64, 3),
    "start.habit": (65, 0),
    "start.pools": (65, 1),
    "start.dispute": (65, 3),
    # past months of each villager, four to a block; in place of the month: how many times four months ago
    **{f"past.place_{k}": (66, k) for k in range(4)},
    **{f"past.job_{k}": (67, k) for k in range(4)},
    # what a household's land and business earn (month 0, slot of the household): the sum of two draws
    "household.holding": (68, 0),
    "household.holding_second": (68, 1),
    **{f"start.village_{k}": (72 + k // 4, k % 4) for k in range(32)},
}


def village_key(name: str) -> tuple[int, int]:
    """The two counter words (uint32) that stand for a village, from its name: its place in a list never matters."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


@vector_rule
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four 32-bit words of Philox4x32-10 for a counter (4 words) and a key (2 words).

    The masks make the text right both for Python's unbounded integers and for wrapping 64-bit ones.
    """
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((p1 >> 32) & MASK) ^ c1 ^ k0, p1 & MASK, ((p0 >> 32) & MASK) ^ c3 ^ k1, p0 & MASK
        k0 = (k0 + 0x9E3779B9) & MASK
        k1 = (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


@vector_rule
def unit(word: int) -> float:
    """A 32-bit word as a number strictly between 0 and 1 (steps of 2**-32)."""
    return (word + 0.5) * _SCALE


@rule
def draws(seed: int, low: int, high: int, slot: int, month: int, block: int) -> tuple[float, float, float, float]:
    """The four uniforms of one block for one slot (person, cadre seat, item) of one village in one month."""
    a, b, c, d = philox(slot, month, low, high, seed, block)
    return unit(a), unit(b), unit(c), unit(d)


@entry
def throw(words: Any, seed: int, low: int, high: int, month: int, block: int, first: int) -> None:
    """Write the four words of one block for all slots of a village: ``words[first + lane, slot]``, uint32.

    The same numbers as ``draws`` (a word w stands for ``unit(w)``), in a loop that the compiler turns into vector code.
    """
    for slot in range(words.shape[1]):
        a, b, c, d = philox(slot, month, low, high, seed, block)
        words[first, slot] = a
        words[first + 1, slot] = b
        words[first + 2, slot] = c
        words[first + 3, slot] = d


@entry
def throw_for(slots: Any, words: Any, seed: int, low: int, high: int, month: int, block: int, first: int) -> None:
    """The same for some slots: ``words[first + lane, j]`` is the word of slot ``slots[j]``."""
    for j in range(slots.shape[0]):
        a, b, c, d = philox(np.int64(slots[j]), month, low, high, seed, block)
        words[first, j] = a
        words[first + 1, j] = b
        words[first + 2, j] = c
        words[first + 3, j] = d


def block_of(stream: str) -> tuple[int, int]:
    """(block, lane) of a stream; KeyError for a name nobody registered."""
    return STREAMS[stream]


def uniforms(seed: int, key: tuple[int, int], slots: Any, month: int, block: int) -> Any:
    """``draws`` for many slots at once with NumPy: array (4, n) of float64, the same bits as ``draws``."""
    slots = np.asarray(slots, dtype=np.uint64)
    mask, shift = np.uint64(MASK), np.uint64(32)
    c0, c1 = slots.copy(), np.full_like(slots, month)
    c2, c3 = np.full_like(slots, key[0]), np.full_like(slots, key[1])
    k0, k1 = seed & MASK, block
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & mask, (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return (np.stack([c0, c1, c2, c3]).astype(np.float64) + 0.5) * _SCALE
