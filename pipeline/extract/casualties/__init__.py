"""Who was killed, hurt, lost or taken, how many, how that is known, by what means and by whom.

A cue ("killed", "death toll", "bodies") says what happened; the tree says to whom (`_affected`); the noun phrase says
how many (`_phrases`, `_groups`); `_status` says how it is held to be true, `_scope` and `_periods` what it is a total
of. Parts of a total are linked to it, and numbers that count no casualty are kept with the reason.
"""

from __future__ import annotations

from pipeline.extract.casualties._actors import find_acts, find_victims
from pipeline.extract.casualties._statements import find_casualties

__all__ = ["find_acts", "find_casualties", "find_victims"]
