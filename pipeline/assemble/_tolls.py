"""What the numbers of one story come to: restated, added up, superseded or in conflict.

The policy is that of docs/decisions/0004-what-a-number-means.md; `best` of figures that contradict each other is the
lower one, since one article does not say which is the later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.records import Qualifier, Scope, Status, Toll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import CasualtyMention

ANY_PERSON = frozenset({"person", ""})
UNNAMED = frozenset({"person", "man", "women", "children", "civilian"})
POSSESSIVES = frozenset({"his", "her", "their"})
LOOSE = frozenset({Qualifier.UNKNOWN_NUMBER})
PAIR = 2
PLURAL = 2  # persons at least where a plural has no number: "also captured other rebels"


@dataclass(slots=True)
class Sum:
    """The toll of one measure while its mentions are read.

    Attributes:
        parts: the groups that add up to the toll.
        rivals: figures that contradict it.
        used: indices of all mentions that it rests on.
        again: how many of its persons are told again so far: "held four men ... the leader and three others".
        exceeded: whether the text gives a part that is larger than its total.
    """

    parts: list[CasualtyMention] = field(default_factory=list)
    rivals: list[CasualtyMention] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    again: int = 0
    exceeded: bool = False

    @property
    def size(self) -> int:
        """The toll so far, as one number; 0 when it has none."""
        return sum(size_of(part) for part in self.parts)

    @property
    def groups(self) -> frozenset[str]:
        """What the persons of the toll are."""
        return frozenset(group for part in self.parts for group in part.groups)


def size_of(mention: CasualtyMention) -> int:
    """Return the number of a mention for comparison; 0 when it has none."""
    count = mention.count
    return count.best or count.low or count.high or 0


def add_up(mentions: Sequence[tuple[int, CasualtyMention]]) -> Sum:
    """Read the mentions of one measure of one story, given with their indices in text order."""
    total = Sum()
    standing = [(i, m) for i, m in mentions if m.status is not Status.SUPERSEDED]
    stated = {size_of(m) for _, m in mentions if not m.additive}
    for index, mention in standing or mentions:  # an earlier figure is better than none
        if _read(total, mention, stated):
            total.used.append(index)
    return total


def _read(total: Sum, mention: CasualtyMention, stated: set[int]) -> bool:
    """Let one mention restate, extend, replace or contradict the toll so far; tell whether the toll rests on it."""
    size, so_far = size_of(mention), total.size
    if not total.parts or (so_far == 0 and size) or (size and mention.scope is Scope.CUMULATIVE_UPDATE):
        total.parts, total.again = [mention], 0
    elif _is_relative_told_of(mention, total):
        pass
    elif mention.additive and not mention.anaphoric:
        held = so_far + size in stated if size else so_far > 1  # "other rebels" may be of those counted
        if not (_completes(total, size) or held or _is_update(total)):
            total.parts.append(mention)
    elif _is_other_name(mention, total):
        total.parts.append(mention)
    elif size in {0, so_far} or _is_whole(mention, total):
        _sharpen(total, mention)
        total.again = size
    elif not (mention.anaphoric or _is_member(mention, total) or _is_kind_of(mention, total)):
        return _is_extended(total, mention)
    else:
        total.again = max(total.again, size)
    return True


def _completes(total: Sum, size: int) -> bool:
    """Tell whether further persons belong to those told again: "killed four men ... the leader ... three others"."""
    total.again += size if total.again else 0
    return 0 < total.again <= total.size


def _is_extended(total: Sum, mention: CasualtyMention) -> bool:
    """Let a figure of another size extend, contradict or replace the toll; a smaller one of no other source is left."""
    if _is_another_group(mention, total):
        total.parts.append(mention)
    elif _contradicts(mention, total):
        total.rivals.append(mention)
    elif size_of(mention) > total.size:
        total.parts, total.again = [mention], 0
    else:
        total.again = max(total.again, size_of(mention))
        return False
    return True


def _is_other_name(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether a single person is named otherwise than the one told of before: "Ana Ruiz ... Bo Lind"."""
    only = total.parts[0] if len(total.parts) == 1 else None
    if only is None or mention.anaphoric or {only.count.qualifier, mention.count.qualifier} != {Qualifier.IMPLICIT_ONE}:
        return False
    one, other = _name(only), _name(mention)
    alike = one[-1:] == other[-1:] or len({*one} & {*other}) > 1  # "Luis Soto", "Luis Soto Vega", not "Luis Paz"
    return len(one) > 1 and len(other) > 1 and not alike


def _name(mention: CasualtyMention) -> list[str]:
    """Return the words of a full name, none for a description: "Ana Ruiz", not "A villager", "Shadow Governor"."""
    words = mention.group_text.split()
    named = not mention.groups and all(word[:1].isupper() and word not in {"A", "An", "The"} for word in words)
    return words if named else []


def _is_relative_told_of(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether somebody's relative was counted before: "a guard and his son ... also killed the guard's son"."""
    words = mention.group_text.lower().replace("’", "'").split()
    owned = any(word in POSSESSIVES or word.endswith(("'s", "s'")) for word in words)
    return owned and any(words[-1] in part.group_text.lower().split() for part in total.parts if size_of(part) > 1)


def _is_whole(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether those added up are named together and are fewer: "a chief ... two rebels ... the chief and a rebel".

    The single person told of first was one of the group.
    """
    if len(total.parts) != PAIR or total.parts[1].additive or size_of(mention) != size_of(total.parts[1]):
        return False
    return _holds(mention, total.parts[0])


def _holds(mention: CasualtyMention, single: CasualtyMention) -> bool:
    """Tell whether a group names the single person told of before: "the chief and a rebel"."""
    words = mention.group_text.lower().replace(",", " ").split()
    alone = single.count.qualifier is Qualifier.IMPLICIT_ONE
    return alone and size_of(mention) > 1 and words[:1] == ["the"] and _noun(single) in words


def _sharpen(total: Sum, mention: CasualtyMention) -> None:
    """Take the restatement where the first had only a bound above ("up to 12"), or leaves open what was exact."""
    only = total.parts[0].count if len(total.parts) == 1 else None
    if _is_whole(mention, total):
        total.parts = [mention]
    if only is None or mention.count.low is None:
        return
    if only.low is None or (only.high == mention.count.low and mention.count.high is None):
        total.parts = [mention]


def _is_update(total: Sum) -> bool:
    return any(part.scope is Scope.CUMULATIVE_UPDATE for part in total.parts)


def _is_member(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether a single person told of later is one of those counted."""
    if mention.count.qualifier is not Qualifier.IMPLICIT_ONE:
        return False
    return total.size > 1 and not _is_another_group(mention, total)


def _is_kind_of(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether fewer persons of one kind are told of after people in general: "two constables" of 23 people."""
    own = frozenset(mention.groups)
    return bool(own) and not own & UNNAMED and total.groups <= ANY_PERSON and size_of(mention) < total.size


def _is_another_group(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether the persons are of a kind that the toll so far does not hold: soldiers beside militants."""
    own, told = frozenset(mention.groups) or ANY_PERSON, total.groups or ANY_PERSON
    if own & ANY_PERSON or told & ANY_PERSON:
        return False
    if own & told:
        return _joins_single(mention, total)
    return not (own <= UNNAMED and told <= UNNAMED)


def _joins_single(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether several persons join a single one of other words: "a leader was captured ... two insurgents"."""
    only = total.parts[0]
    single = len(total.parts) == 1 and only.count.qualifier is Qualifier.IMPLICIT_ONE and not only.anaphoric
    other = _noun(mention) not in {_noun(only), _noun(only) + "s"} and not _holds(mention, only)
    return single and size_of(mention) > 1 and other


def _noun(mention: CasualtyMention) -> str:
    return mention.group_text.lower().rpartition(" ")[2]


def _contradicts(mention: CasualtyMention, total: Sum) -> bool:
    """Tell whether two figures come from two sources."""
    speakers = {part.attributed_to for part in total.parts}
    return bool(mention.attributed_to) and mention.attributed_to not in speakers


def toll_of(total: Sum) -> Toll:
    """Return low, best and high of what was added up, widened by the figures that contradict it."""
    numbered = [part for part in total.parts if part.count.qualifier not in LOOSE]
    if not numbered:
        return Toll()
    loose = [PLURAL for part in total.parts if part not in numbered]
    toll = Toll(
        low=_sum([*(part.count.low for part in numbered), *loose]),
        best=_sum([*(part.count.best for part in numbered), *loose]),
        high=None if loose else _all([part.count.high for part in numbered]),
    )
    for rival in total.rivals:
        toll = _widened(toll, rival)
    return toll


def _sum(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def _all(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if len(known) == len(values) else None


def _widened(toll: Toll, rival: CasualtyMention) -> Toll:
    lows = [v for v in (toll.low, rival.count.low) if v is not None]
    highs = [toll.high, rival.count.high]
    bests = [v for v in (toll.best, rival.count.best) if v is not None]
    return Toll(
        low=min(lows, default=None),
        best=min(bests, default=None),
        high=None if None in highs else max(h for h in highs if h is not None),
    )
