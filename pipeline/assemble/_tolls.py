"""What the numbers of one story come to: restated, added up, superseded or in conflict.

The rules are those of docs/decisions/0004-what-a-number-means.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assemble._figures import ANY_PERSON, Figure, Sum, size_of, voice_of
from pipeline.assemble._policy import choose
from pipeline.records import Qualifier, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import CasualtyMention, ConflictPolicy

UNNAMED = frozenset({"person", "man", "women", "children", "civilian"})
POSSESSIVES = frozenset({"his", "her", "their"})
PAIR = 2
TOLL_RULE = ".toll."  # in the id of a cue that gives a toll: "put the death toll at four"


def add_up(mentions: Sequence[tuple[int, CasualtyMention]], policy: ConflictPolicy) -> Sum:
    """Read the mentions of one measure of one story, given with their indices in text order."""
    total = Sum()
    standing = _standing(mentions)
    stated = {size_of(m) for _, m in mentions if not m.additive}
    for index, mention in standing or mentions:  # an earlier figure is better than none
        if not total.figures:
            total.figures = [Figure([mention], {index: mention})]
        elif size_of(mention) and mention.scope is Scope.CUMULATIVE_UPDATE:
            _update(total, index, mention)
        elif (rival := _figure_beside(total, mention)) is not None:
            rival.told[index] = mention
        elif _rests_on(total, index, mention, stated):
            total.figures[0].told[index] = mention
    best = choose(total.figures, policy)
    return Sum(sorted(total.figures, key=lambda figure: figure is not best))


def _standing(mentions: Sequence[tuple[int, CasualtyMention]]) -> list[tuple[int, CasualtyMention]]:
    """Leave out what the text calls an earlier figure, also where it tells it elsewhere, and what an update holds."""
    earlier = {size_of(m) for _, m in mentions if m.status is Status.SUPERSEDED}
    standing = [(i, m) for i, m in mentions if m.status is not Status.SUPERSEDED]
    updated = any(m.scope is Scope.CUMULATIVE_UPDATE for _, m in standing)
    return [(i, m) for i, m in standing if not (updated and (m.additive or size_of(m) in earlier))]


def _update(total: Sum, index: int, mention: CasualtyMention) -> None:
    """Let a toll that rose take the place of all lower ones; where another told more, it is a figure beside that."""
    size = size_of(mention)
    higher = [f for f in total.figures if f.size > size]
    same = {i: m for f in total.figures if f.size == size for i, m in f.told.items()}
    if not higher:
        total.figures = [Figure([mention], {**same, index: mention})]
    elif voice_of(mention) and all(f.voices and voice_of(mention) not in f.voices for f in higher):
        total.figures = [Figure([mention], {**same, index: mention}), *higher]


def _rests_on(total: Sum, index: int, mention: CasualtyMention, stated: set[int]) -> bool:
    """Let one mention restate, extend, replace or contradict the toll so far; tell whether that rests on it."""
    main, size = total.figures[0], size_of(mention)
    if main.size == 0 and size:
        main.parts = [mention]
    elif _is_relative_told_of(mention, main):
        pass
    elif mention.additive and not mention.anaphoric:
        held = main.size + size in stated if size else main.size > 1  # "other rebels" may be of those counted
        held |= size < main.size and main.parts[0].anaphoric  # "one of the two who died", and "another also died"
        if _completes(main, size) or held or _is_update(main):
            return False
        main.parts.append(mention)
    elif _is_other_name(mention, main):
        main.parts.append(mention)
    elif size in {0, main.size} or _is_whole(mention, main):
        _sharpen(main, mention)
        main.again = size
    elif mention.anaphoric or _is_member(mention, main) or _is_kind_of(mention, main):
        _tell_again(main, size)
        return False
    else:
        return _is_extended(total, index, mention)
    return True


def _tell_again(main: Figure, size: int) -> None:
    """Note that some of the persons of a toll are told again; once all of them were, the telling begins anew."""
    main.again = size if main.again >= main.size else max(main.again, size)


def _completes(main: Figure, size: int) -> bool:
    """Tell whether further persons belong to those told again: "killed four men ... the leader ... three others"."""
    main.again += size if main.again else 0
    return 0 < main.again <= main.size


def _is_extended(total: Sum, index: int, mention: CasualtyMention) -> bool:
    """Let a figure of another size extend, contradict or replace the toll; a smaller one of no other source is left."""
    main, size = total.figures[0], size_of(mention)
    if _is_another_group(mention, main):
        main.parts.append(mention)
    elif _is_guess(main.parts[0]) and voice_of(mention) and size > 1:
        total.figures[0] = Figure([mention], {index: mention})
    elif _contradicts(mention, main):
        _set_against(total, index, mention)
        return False
    elif size > main.size and not (main.size > 1 and main.voices and _is_guess(mention)):
        total.figures[0] = Figure([mention], {index: mention})
    else:
        _tell_again(main, size)
        return False
    return True


def _is_guess(mention: CasualtyMention) -> bool:
    """Tell whether a number is a vague word of the article itself: "dozens of pupils", beside what sources counted."""
    return mention.count.qualifier is Qualifier.VAGUE and not voice_of(mention)


def _contradicts(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether two figures come from two sources.

    Fewer than the article itself counts are only some of them ("police found two of the bodies"), unless a toll.
    """
    voice = voice_of(mention)
    if not voice or voice in main.voices:
        return False
    return bool(main.voices) or size_of(mention) > main.size or TOLL_RULE in mention.evidence.rule_id


def _set_against(total: Sum, index: int, mention: CasualtyMention) -> None:
    """Put a figure of another source beside the toll, in place of a lower one that the source gave before."""
    own = next((f for f in total.figures[1:] if voice_of(mention) in f.voices), None)
    if own is None:
        total.figures.append(Figure([mention], {index: mention}))
    elif size_of(mention) > own.size:
        own.parts, own.told = [mention], {index: mention}


def _figure_beside(total: Sum, mention: CasualtyMention) -> Figure | None:
    """Return the figure of another source that a mention says again."""
    return next((f for f in total.figures[1:] if f.size == size_of(mention) and not mention.additive), None)


def _is_other_name(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether a single person is named otherwise than the one told of before: "Ana Ruiz ... Bo Lind"."""
    only = main.parts[0] if len(main.parts) == 1 else None
    if only is None or mention.anaphoric or {only.count.qualifier, mention.count.qualifier} != {Qualifier.IMPLICIT_ONE}:
        return False
    one, other = name_of(only), name_of(mention)
    alike = one[-1:] == other[-1:] or len({*one} & {*other}) > 1  # "Luis Soto", "Luis Soto Vega", not "Luis Paz"
    return len(one) > 1 and len(other) > 1 and not alike


def name_of(mention: CasualtyMention) -> list[str]:
    """Return the words of a full name, none for a description: "Ana Ruiz", not "A villager", "Shadow Governor"."""
    words = mention.group_text.split()
    named = not mention.groups and all(word[:1].isupper() and word not in {"A", "An", "The"} for word in words)
    return words if named else []


def _is_relative_told_of(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether somebody's relative was counted before: "a guard and his son ... also killed the guard's son"."""
    words = mention.group_text.lower().replace("’", "'").split()
    owned = any(word in POSSESSIVES or word.endswith(("'s", "s'")) for word in words)
    return owned and any(words[-1] in part.group_text.lower().split() for part in main.parts if size_of(part) > 1)


def _is_whole(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether those added up are named together and are fewer: "a chief ... two rebels ... the chief and a rebel".

    The single person told of first was one of the group.
    """
    if len(main.parts) != PAIR or main.parts[1].additive or size_of(mention) != size_of(main.parts[1]):
        return False
    return _holds(mention, main.parts[0])


def _holds(mention: CasualtyMention, single: CasualtyMention) -> bool:
    """Tell whether a group names the single person told of before: "the chief and a rebel"."""
    words = mention.group_text.lower().replace(",", " ").split()
    alone = single.count.qualifier is Qualifier.IMPLICIT_ONE
    return alone and size_of(mention) > 1 and words[:1] == ["the"] and _noun(single) in words


def _sharpen(main: Figure, mention: CasualtyMention) -> None:
    """Take the restatement where the first had only a bound above ("up to 12"), or leaves open what was exact."""
    only = main.parts[0].count if len(main.parts) == 1 else None
    if _is_whole(mention, main):
        main.parts = [mention]
    if only is None or mention.count.low is None:
        return
    if only.low is None or (only.high == mention.count.low and mention.count.high is None):
        main.parts = [mention]


def _is_update(main: Figure) -> bool:
    return any(part.scope is Scope.CUMULATIVE_UPDATE for part in main.parts)


def _is_member(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether a single person told of later is one of those counted."""
    if mention.count.qualifier is not Qualifier.IMPLICIT_ONE:
        return False
    return main.size > 1 and not _is_another_group(mention, main)


def _is_kind_of(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether fewer persons of one kind are told of after people in general: "two constables" of 23 people."""
    own = frozenset(mention.groups)
    return bool(own) and not own & UNNAMED and main.groups <= ANY_PERSON and size_of(mention) < main.size


def _is_another_group(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether the persons are of a kind that the toll so far does not hold: soldiers beside militants."""
    own, told = frozenset(mention.groups) or ANY_PERSON, main.groups or ANY_PERSON
    if own & ANY_PERSON or told & ANY_PERSON:
        return False
    if own & told:
        return _joins_single(mention, main)
    return not (own <= UNNAMED and told <= UNNAMED)


def _joins_single(mention: CasualtyMention, main: Figure) -> bool:
    """Tell whether several persons join a single one of other words: "a leader was captured ... two insurgents"."""
    only = main.parts[0]
    single = len(main.parts) == 1 and only.count.qualifier is Qualifier.IMPLICIT_ONE and not only.anaphoric
    other = _noun(mention) not in {_noun(only), _noun(only) + "s"} and not _holds(mention, only)
    return single and size_of(mention) > 1 and other


def _noun(mention: CasualtyMention) -> str:
    return mention.group_text.lower().rpartition(" ")[2]
