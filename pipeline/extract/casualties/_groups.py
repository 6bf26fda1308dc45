"""Coordinated noun phrases -> one group of persons, or one for each that has a place of its own.

"A 52-year-old midwife and her three nephews" is four; "six soldiers in Kidal and three traders in Menaka" stay apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._numbers import add_counts
from pipeline.extract._syntax import (
    SUBJECTS,
    children,
    conjuncts,
    low_at,
    noun_left_edge,
    objects_of,
    text_of,
    word_at,
)
from pipeline.extract.casualties._ages import ages_of
from pipeline.extract.casualties._cue_words import is_saying
from pipeline.extract.casualties._listed import (
    PART_OPENERS,
    first_noun,
    hung_lower,
    in_brackets,
    is_named_again,
    listed_by_semicolons,
)
from pipeline.extract.casualties._persons import group_of, is_person
from pipeline.extract.casualties._phrases import Group, is_listed_plural, read_phrase
from pipeline.records import Qualifier, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._numbers import NumberPhrase

LOCATIVES = frozenset({"in", "at", "near", "outside", "around"})
COORDINATORS = frozenset({"and", "or", "&", "plus", "well", "nor"})
OTHER_PERSONS = frozenset({"man", "women", "children", "person"})
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
PLACE_WINDOW_TOKENS = 7
COMPANION_WINDOW_TOKENS = 14
PAIR = 2


def groups_of(
    head: Token,
    numbers: Mapping[int, NumberPhrase],
    *,
    tags: frozenset[str] = frozenset(),
    before: frozenset[int] = frozenset(),
    end: int | None = None,
) -> list[Group]:
    """Return the persons that a noun phrase counts: one group, or one for each conjunct with a place of its own.

    Args:
        head: the noun, number or pronoun that stands for the phrase.
        numbers: the number phrase that each token belongs to, if any.
        tags: of which tags an unknown noun is a person, as it is after a verb that only takes persons.
        before: positions of words that claim the noun right before them: "three dead and another *injured*".
        end: position that the nouns stand before: "a woman *dead* and a boy in a coma".
    """
    listed = [t for t in _listed(head) if t == head or (t.i + 1 not in before and (end is None or t.i < end))]
    like_head = (t == head or (t.tag_ == "NNP" == head.tag_) for t in listed)
    read = (read_phrase(t, numbers, tags if alike else frozenset()) for t, alike in zip(listed, like_head, strict=True))
    members = _without_names([group for group in read if group is not None])
    if not members:
        return []
    if all_placed(members):
        return members
    return [join(members)]


def _listed(head: Token) -> list[Token]:
    """Return the coordinated nouns, and the names that a parser hung on the first as an apposition."""
    members = [*conjuncts(head), *_astray(head)]
    if not any(t.lower_ in COORDINATORS for t in head.doc[head.i : members[-1].i]):
        members = [head]  # a lone comma makes an apposition: "an officer, Bhola Mangu"
    listed = [t for t in members if not _opens_parts(head.doc[head.i + 1 : t.i]) and not _is_told(t, members)]
    listed += [t for c in children(head, "appos") if is_listed_plural(head, c) for t in conjuncts(c) if t not in listed]
    if head.ent_type_ == "PERSON":
        names = [c for t in listed for c in children(t, "appos") if c.tag_ == "NNP" and _goes_on(c)]
        listed += [t for name in names for t in conjuncts(name) if t not in listed]
    speaking = next((t.i for t in listed if t != head and _speaks(t)), None)
    if speaking is not None:  # "wounding 60, hospital and rescue officials said"
        listed = [t for t in listed if t.i < _comma_before(head, speaking)]
    hung = [t for t in hung_lower(head) if not is_named_again(head, t)]
    listed = sorted({*listed, *listed_by_semicolons(head), *hung}, key=lambda t: t.i)
    return [*listed, *_companions(listed[-1])]


def _astray(head: Token) -> list[Token]:
    """Return what is listed with a noun but hung on the one above: "the killing of a miller and his wife"."""
    above = head.head.head
    if head.dep_ != "pobj" or head.head.lower_ != "of" or is_person(above):
        return []
    listed = (t for t in conjuncts(above) if t.i > head.i)
    return [t for t in listed if is_person(t) or (t.tag_ == "CD" and low_at(t, 1) == "of")]


def _is_told(noun: Token, members: Sequence[Token]) -> bool:
    """Tell whether a noun only tells who those of an earlier member are: "two girls, Ana Ruiz and Bo Lind"."""
    earlier = (t for t in members if t.i < noun.i)
    return in_brackets(noun, members[0]) or any(is_named_again(t, noun) for t in earlier)


def _goes_on(name: Token) -> bool:
    """Tell whether a name behind a name is one more person: it is listed further, or has an age of its own."""
    return len(conjuncts(name)) > 1 or bool(ages_of(name))


def _speaks(token: Token) -> bool:
    """Tell whether a verb of saying follows a noun directly."""
    following = word_at(token, 1)
    return following is not None and is_saying(following)


def _comma_before(head: Token, speaking: int) -> int:
    """Return the position of the first comma behind a noun, or of the speaker if there is none."""
    return next((t.i for t in head.doc[head.i + 1 : speaking] if t.text == ","), speaking)


def _opens_parts(between: DocSpan) -> bool:
    """Tell whether what follows are parts of the whole: "18 guests, among them five women and six children"."""
    return any(t.lower_ in PART_OPENERS for t in between)


def _companions(token: Token) -> list[Token]:
    """Return who is named as going along: "a trader, along with two of his sons", "the mayor, as well as two guards".

    No verb may stand between but that of the noun itself: "the senator was killed, along with two aides".
    """
    governing = {*token.ancestors}
    for link in token.doc[token.i + 1 : min(token.i + COMPANION_WINDOW_TOKENS, token.sent.end)]:
        if link.lower_ == "with" and low_at(link, -1) in {"along", "together"}:
            return [t for o in objects_of(link) for t in conjuncts(o)]
        if link.lower_ == "as" and (low_at(link, -2), low_at(link, -1)) == ("as", "well"):
            noun = first_noun(token.doc[link.i + 1 : token.sent.end])
            return [] if noun is None or noun.i in {t.i for t in conjuncts(token)} else conjuncts(noun)
        own = link in governing or link.dep_ in {"aux", "auxpass", "acl", "relcl", "amod"}
        if link.tag_.startswith("V") and not own:
            return []
    return []


def _without_names(members: list[Group]) -> list[Group]:
    """Leave out a list that tells who those counted before are: "three civilians, two women and a man, died".

    Where no comma closes it, it goes on to the verb as a list of more: "two teachers, a nurse and a driver died".
    """
    if len(members) < PAIR or members[0].count.qualifier is not Qualifier.EXACT or _are_apart(members[0], members[1]):
        return members
    first, listed = members[0], members[1:]
    number = first.count.best or 0
    told = sum(m.count.best or 0 for m in listed)
    named = all(m.head.tag_ == "NNP" and m.count.qualifier is Qualifier.IMPLICIT_ONE for m in listed)
    adds_up = told == number and not _goes_to_verb(listed[-1])
    if first.head.tag_ != "NNS" or number < PAIR or not (adds_up or (named and told <= number)):
        return members
    parts = first.parts or tuple(part for m in listed for part in m.parts)
    return [replace(first, parts=parts)]


def _goes_to_verb(group: Group) -> bool:
    """Tell whether a verb follows a group directly."""
    following = next((t for t in group.head.sent if t.idx >= group.span.end and not t.is_space), None)
    return following is not None and following.tag_.startswith(("V", "MD"))


def join(members: Sequence[Group]) -> Group:
    """Add coordinated groups up."""
    if len(members) == 1:
        return members[0]
    members = [m for i, m in enumerate(members) if not (i and _is_title_of(members[i - 1], m))]
    if len(members) == 1:
        return members[0]
    if _is_none_of(members):
        members = [replace(m, count=replace(m.count, low=0, best=0, high=0), parts=()) for m in members]
    first = members[0]
    span = Span(min(m.span.start for m in members), max(m.span.end for m in members))
    text = text_of(span, first.head.sent)
    parts: dict[str, int] = {}
    for kind, number in (part for member in members for part in member.parts):
        parts[kind] = parts.get(kind, 0) + number
    return Group(
        head=first.head,
        span=span,
        count=add_counts([m.count for m in members], text),
        kinds=tuple(dict.fromkeys(kind for m in members for kind in m.kinds)),
        parts=tuple(parts.items()),
        definite=all(m.definite for m in members),
        additive=first.additive,
        phrases=tuple(p for m in members for p in m.phrases),
    )


def _is_none_of(members: Sequence[Group]) -> bool:
    """Tell whether nobody of several kinds is meant: "no women or children", "neither the driver nor his guest"."""
    first, *others = members
    if low_at(noun_left_edge(first.head), -1) == "neither":
        return True
    bare = all(not m.phrases and noun_left_edge(m.head).tag_ != "DT" for m in others)
    return first.count.high == 0 and bare


def _is_title_of(first: Group, second: Group) -> bool:
    """Tell whether two coordinated nouns are one person: "a teacher and activist", "leader and head Juma Okoth"."""
    single = all(g.count.qualifier is Qualifier.IMPLICIT_ONE for g in (first, second))
    if single and _is_second_office(first.head, second.head):
        return True
    if _agrees_with_several(first.head):
        return False
    one_named = (first.head.tag_ == "NNP") != (second.head.tag_ == "NNP")
    companion = noun_left_edge(second.head).tag_ == "PRP$"  # "Father Anselm, his cook and a guest"
    if single and one_named and not companion and not _are_apart(first, second):
        return True  # "a trooper of the Armed Police, Mohammed Ishad, and three cadres"
    if not single or first.head.tag_ != "NN" or group_of(second.head) in OTHER_PERSONS:
        return False
    named = second.head.ent_type_ == "PERSON"
    start = noun_left_edge(first.head if named else second.head)
    return start.tag_ not in {"DT", "PRP$"} and start.lower_ not in {"another", "one"}


def _is_second_office(name: Token, noun: Token) -> bool:
    """Tell whether a bare noun behind a name tells more of the same person: "Ana Ruiz, a tailor and mother of two"."""
    bare = noun_left_edge(noun).tag_ not in {"DT", "PRP$", "CD"}
    return name.ent_type_ == "PERSON" and noun.tag_ == "NN" and not noun.ent_type_ and bare


def _agrees_with_several(noun: Token) -> bool:
    """Tell whether the verb says that its subject is several: "his bodyguard and driver were killed"."""
    if noun.dep_ not in SUBJECTS:
        return False
    return any(c.lower_ in {"were", "are", "have"} for c in (noun.head, *children(noun.head, "aux", "auxpass")))


def _are_apart(first: Group, second: Group) -> bool:
    return any(t.lower_ in {"and", "&", ";"} for t in first.head.sent if first.span.end <= t.idx < second.span.start)


def all_placed(groups: Sequence[Group]) -> bool:
    """Tell whether each of several groups has a place of its own: "six men in Kidal and three women in Menaka"."""
    return len(groups) > 1 and all(own_place(group) is not None for group in groups)


def own_place(group: Group) -> Token | None:
    """Return the last word of the place named right behind a group, where one is."""
    end = group.span.end
    following = [t for t in group.head.sent if t.idx >= end][:PLACE_WINDOW_TOKENS]
    if not following or following[0].lower_ not in LOCATIVES:
        return None
    names = [t for t in following if t.ent_type_ in PLACE_LABELS or (t.tag_ == "NNP" and t.i == following[0].i + 1)]
    stops = [t.i for t in following if t.tag_.startswith("V") or t.lower_ == "and"]
    return names[0] if names and all(names[0].i < stop for stop in stops) else None
