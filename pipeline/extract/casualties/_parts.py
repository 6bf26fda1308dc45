"""Parts of a total: "including three children", "11 of the 20", "of them nine", told in one sentence or in several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._syntax import FINITE_TAGS, NOUN_TAGS, char_span, low_at, prepositional, text_of, word_at
from pipeline.extract.casualties._drafts import PARTITIVE_PRONOUNS, Draft, is_stated_total
from pipeline.extract.casualties._groups import groups_of
from pipeline.extract.casualties._listed import PART_OPENERS
from pipeline.extract.casualties._persons import group_of
from pipeline.extract.casualties._phrases import UNDER_AGE, Group, group_parts
from pipeline.records import Evidence, Measure, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._drafts import SentenceState
    from pipeline.records import CasualtyMention

SMALLEST_BREAKDOWN = 2
PLACING = frozenset({"in", "at", "near", "from", "inside", "on"})


def outer_part(draft: Draft, group: Group, state: SentenceState) -> Iterator[Draft]:
    """Yield what stands before "of the 20" as a part of them: "11 of the 20 suspects who were killed"."""
    head = group.head
    if not group.phrases or head.dep_ != "pobj" or head.head.lower_ != "of":
        return
    phrase = state.numbers.get(head.head.head.i) or state.numbers.get(head.head.i - 1)
    if phrase is not None and phrase not in group.phrases and phrase.end <= head.head.i:
        state.used.add(phrase.start)
        yield _part(draft, phrase, None, state)


def parts_of(draft: Draft, state: SentenceState) -> Iterator[Draft]:
    """Yield the parts that the sentence names of a total: "including three children", "20 of whom", "of them nine"."""
    total = draft.mention
    if total.reject_reason or draft.parent is not None:
        return
    yield from _those_of(draft, state)
    for phrase, noun in _part_phrases(total, state):
        if phrase.start in state.used:
            continue
        state.used.add(phrase.start)
        yield _part(draft, phrase, noun, state)


def _those_of(draft: Draft, state: SentenceState) -> Iterator[Draft]:
    """Yield the persons of "17 bodies, including those of four boys and two teachers", who are listed as one part."""
    those = (t for t in state.sent if t.lower_ == "those" and t.idx >= draft.mention.evidence.end)
    opened = (t for t in those if low_at(t, -1) in PART_OPENERS | PARTITIVE_PRONOUNS)
    for group in (g for t in opened for head in prepositional(t, "of") for g in groups_of(head, state.numbers)):
        if not any(p.start in state.used for p in group.phrases):
            state.used |= {p.start for p in group.phrases}
            yield _part_of(draft, group, state)


def breakdown(draft: Draft, state: SentenceState) -> Iterator[Draft]:
    """Yield the numbers behind a total that add up to it: "15 people: nine women and six men"."""
    parts = _summands(draft.mention, state)
    if any(p.start in state.used for p in parts):
        return
    state.used |= {p.start for p in parts}
    yield from (_part(draft, phrase, counted_noun(phrase, state), state) for phrase in parts)


def _summands(total: CasualtyMention, state: SentenceState) -> list[NumberPhrase]:
    """Return the numbers behind a total, without a verb between, that add up to it; none where they do not."""
    left = total.count.best or 0
    end = next((t.i for t in state.sent if t.idx >= total.evidence.end), state.sent.end)
    found: list[NumberPhrase] = []
    for phrase in state.phrases:
        if phrase.start < end or phrase.start in state.rejected or left <= 0:
            continue
        between = state.sent.doc[end : phrase.start]
        if phrase.count.best is None or any(t.tag_ in FINITE_TAGS or t.lower_ in PART_OPENERS for t in between):
            break
        found.append(phrase)
        left, end = left - phrase.count.best, phrase.end
    return found if left == 0 and len(found) >= SMALLEST_BREAKDOWN else []


def _part_phrases(total: CasualtyMention, state: SentenceState) -> Iterator[tuple[NumberPhrase, Token | None]]:
    """Yield the numbers, with the noun that they count, that open or follow a partitive phrase right of the total."""
    doc = state.sent.doc
    opened = _fronted(total, state)
    for phrase in state.phrases:
        begin = doc[phrase.start].idx
        if phrase.start in state.rejected or begin < total.evidence.end or is_stated_total(phrase, state):
            continue
        if begin and low_at(doc[phrase.start], -1) in PLACING:  # "six in one house"
            continue
        between = [t for t in state.sent if total.evidence.end <= t.idx < begin]
        after = [t.lower_ for t in doc[phrase.end : min(phrase.end + 3, state.sent.end)]]
        noun = counted_noun(phrase, state)
        of_total = after[:1] == ["of"] and bool({*after[1:2]} & (PARTITIVE_PRONOUNS | {"the"}))
        if of_total or opened or _has_opener(between):
            yield phrase, noun


def _has_opener(between: list[Token]) -> bool:
    """Tell whether a partitive word stands between total and part, and no full clause after it."""
    for position, token in reversed(list(enumerate(between))):
        following = between[position + 1 :]
        of_whom = token.lower_ == "of" and following and following[0].lower_ in PARTITIVE_PRONOUNS
        if of_whom or token.lower_ in PART_OPENERS:
            return not any(t.tag_ in FINITE_TAGS for t in following)
    return False


def _fronted(total: CasualtyMention, state: SentenceState) -> bool:
    """Tell whether the total comes first, as in "Of the 27 fishermen who drowned, nine were under 18"."""
    first = next(t for t in state.sent if not t.is_space and not t.is_punct)
    return first.lower_ == "of" and total.evidence.start - first.idx < len("of all of the ")


def counted_noun(phrase: NumberPhrase, state: SentenceState) -> Token | None:
    doc, begin = state.sent.doc, phrase.end
    if [t.lower_ for t in doc[begin : begin + 2]] in (["of", "them"], ["of", "whom"]):  # "11 of them children"
        begin += 2
    for token in doc[begin : min(begin + 4, state.sent.end)]:
        following = word_at(token, 1)
        if token.tag_ in NOUN_TAGS and not (following is not None and following.tag_ in NOUN_TAGS):
            return token
        if not token.tag_.startswith(("J", "N", "VBN", "HYPH")):
            return None
    return None


def _part(draft: Draft, phrase: NumberPhrase, noun: Token | None, state: SentenceState) -> Draft:
    doc = state.sent.doc
    last = noun if noun is not None else doc[phrase.end - 1]
    kind = group_of(noun) if noun is not None else ""
    kind = kind or ("children" if _under_age(doc, last.i + 1) else "")
    parts = group_parts(kind, phrase.count.certain)
    span = char_span(doc[phrase.start], last)
    return _part_of(draft, Group(last, span, phrase.count, (kind,) if kind else (), parts), state)


def _part_of(draft: Draft, group: Group, state: SentenceState) -> Draft:
    mention = replace(
        draft.mention,
        count=group.count,
        scope=Scope.SUBSET,
        evidence=Evidence(group.span.start, group.span.end, f"part.of.{draft.mention.evidence.rule_id}"),
        groups=group.kinds,
        parts=group.parts,
        group_text=text_of(group.span, state.sent),
        additive=False,
        anaphoric=False,
    )
    return Draft(mention, parent=draft)


def _under_age(doc: Doc, i: int) -> bool:
    """Tell whether "were under 18", "under the age of 16", "minors" follows."""
    words = [t.lower_ for t in doc[i : i + 7]]
    if "minors" in words[:3]:
        return True
    if "under" not in words[:3]:
        return False
    ages = [int(w) for w in words if w.isdecimal()]
    return bool(ages) and ages[0] <= UNDER_AGE


def linked(drafts: list[Draft]) -> Iterator[CasualtyMention]:
    """Give every subset the index of its total."""
    index = {id(draft): i for i, draft in enumerate(drafts)}
    for i, draft in enumerate(drafts):
        if draft.parent is not None:
            yield replace(draft.mention, parent=index.get(id(draft.parent)))
        elif draft.of_total is not None:
            parent = _earlier_total(draft, drafts[:i] + drafts[i + 1 : i + 3])
            if parent is None:
                yield draft.mention
            else:
                yield replace(draft.mention, scope=Scope.SUBSET, parent=index[id(parent)])
        else:
            yield draft.mention


def _earlier_total(draft: Draft, candidates: Sequence[Draft]) -> Draft | None:
    """Return the nearest total that "11 of the 20" or "two of them" can be a part of."""
    own = draft.mention.count.certain
    for candidate in reversed(candidates):
        m = candidate.mention
        size = m.count.size
        same = m.measure in {draft.mention.measure, Measure.KILLED_OR_INJURED} and not m.reject_reason
        fits = size == draft.of_total if draft.of_total else size > own
        if same and fits and m.scope is not Scope.SUBSET:
            return candidate
    return None
