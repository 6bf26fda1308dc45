"""Doc -> casualty counts: who was killed, hurt, lost or taken, how many, and how that is known.

A cue ("killed", "death toll", "bodies") says what happened; the tree says to whom; the noun phrase says how many. Parts
of a total are linked to it, and numbers that count no casualty are kept with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.casualties._affected import affected, further_subjects, toll_numbers
from pipeline.extract._matching import Match, find_entries, word_forms
from pipeline.extract.casualties._groups import PART_OPENERS, Group, all_placed, groups_of, is_ordinal, join, own_place, unit_group
from pipeline.extract._numbers import NumberPhrase, find_numbers
from pipeline.extract.casualties._persons import group_of, is_animal, is_person, is_unknown_name, may_be_person
from pipeline.extract.casualties._rejects import is_aboard, reject_reason
from pipeline.extract.casualties._scope import attributed_to, is_background, is_natural, is_series, opens_another, status_of
from pipeline.extract._syntax import NOUN_TAGS, char_span, children, prepositional, sentences, word_at
from pipeline.lexicons import load_lexicon
from pipeline.records import (
    CasualtyMention,
    Count,
    Evidence,
    Measure,
    Qualifier,
    RejectReason,
    Scope,
    Span,
    Status,
    VaguePolicy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan


HUMAN_ONLY = frozenset(
    "murder assassinate massacre behead decapitate lynch slay martyr arrest detain apprehend nab imprison abduct kidnap "
    "wound injure hospitalise hospitalize remand".split()
)
HURT_ON_THE_WAY = frozenset({"shoot", "stab", "beat", "burn", "poison", "scald"})
RISING = frozenset("rise climb increase jump grow mount soar surge go bring reach pass double swell creep top".split())
PARTITIVE_PRONOUNS = frozenset({"whom", "them", "which", "these", "those"})
COMMON_TAGS, NAME_TAGS, NO_TAGS = frozenset({"NN", "NNS"}), frozenset({"NNP"}), frozenset[str]()
NO_PERSONS = frozenset({"ORG", "GPE", "LOC", "FAC"})
UNDER_AGE = 18
EITHER = frozenset("kill killed dead die injure injured wound wounded hurt maim".split())
TEMPTING = frozenset({RejectReason.ABOARD, RejectReason.ANIMAL, RejectReason.AGE})
ZERO = 0
WORDS_AFTER_OF = 6


@dataclass(frozen=True, slots=True)
class _Draft:
    """A mention before it is linked to others. `of_total` is the number that it is said to be a part of, if any."""

    mention: CasualtyMention
    of_total: int | None = None
    parent: _Draft | None = None


@dataclass(slots=True)
class _Sentence:
    """What is known of one sentence while it is read."""

    sent: DocSpan
    numbers: dict[int, NumberPhrase]
    phrases: list[NumberPhrase]
    rejected: dict[int, RejectReason]
    cues: list[Match]
    used: set[int] = field(default_factory=set)

    @property
    def span(self) -> Span:
        """The characters of the sentence."""
        tokens = [t for t in self.sent if not t.is_space]
        return char_span(tokens[0], tokens[-1])


def find_casualties(doc: Doc, *, policy: VaguePolicy = VaguePolicy.ACLED) -> Iterator[CasualtyMention]:
    """Find statements that people were killed, injured, missing or taken, with count, scope and status.

    Needs sentence bounds, tags, lemmas, a dependency parse and entities; span groups `insert`, `related` and
    `comment_form`, if there, hold numbers that are only rejected.

    Args:
        doc: one article; offsets are characters, half-open.
        policy: how vague words such as "dozens" are counted.

    Yields:
        One mention for each group of persons that a clause counts, in text order; then numbers that look like one.
    """
    drafts = [draft for sent in sentences(doc) for draft in _read_sentence(sent, policy)]
    drafts += _boilerplate(doc)
    drafts.sort(key=lambda d: (d.mention.evidence.start, d.mention.evidence.end, d.mention.measure or ""))
    yield from _linked(drafts)


# --- one sentence --------------------------------------------------------------------------------------------------


def _read_sentence(sent: DocSpan, policy: VaguePolicy) -> list[_Draft]:
    cues = find_entries(sent, "casualty_cues")
    phrases = list(find_numbers(sent.doc, sent.start, sent.end, policy=policy))
    rejected = {p.start: reason for p in phrases if (reason := reject_reason(p, sent.root)) is not None}
    numbers = {i: p for p in phrases if p.start not in rejected for i in range(p.start, p.end)}
    state = _Sentence(sent, numbers, phrases, rejected, cues)
    drafts = [draft for cue in cues for draft in _read_cue(cue, state)]
    drafts = _merge_verbs(_distinct(drafts))
    drafts += [old for draft in list(drafts) for old in _superseded(draft, state)]
    nearest_first = sorted(drafts, key=lambda d: -d.mention.evidence.end)
    drafts += [part for draft in nearest_first for part in _parts(draft, state)]
    return [*_distinct(drafts), *_rejects(state)]


def _read_cue(cue: Match, state: _Sentence) -> Iterator[_Draft]:
    if cue.role == "toll":
        yield from _read_toll(cue, state)
        return
    groups = _groups_of_cue(cue, state)
    if groups and _is_natural(cue, state):
        for group in groups:
            yield _Draft(_rejected(group.span, group.count, RejectReason.OTHER, state.span))
        return
    for group in groups:
        draft = _draft(cue, group, state, separate=len(groups) > 1)
        state.used |= {p.start for p in group.phrases}
        yield draft
        yield from _outer_part(draft, group, state)


def _groups_of_cue(cue: Match, state: _Sentence) -> list[Group]:
    heads = affected(cue, state.sent, state.numbers)
    if cue.role in {"unit", "owner"}:
        counted = unit_group(cue.tokens[-1], state.numbers)
        if counted is not None or cue.role == "unit":
            return [] if counted is None or _counts_something_else(cue.tokens[-1]) else [counted]
    groups = [g for head in heads for g in _persons_at(head, cue, state)]
    further = further_subjects(heads[-1], cue, state.sent) if heads and heads[-1].i < cue.anchor.i else []
    more = [g for head in further for g in _persons_at(head, cue, state)]
    if groups and more:
        return [join([*groups, *more])]
    if len(groups) < 2 or all_placed(groups) or len({head.head.i for head in heads}) > 1:
        return groups
    return [join([g for g in groups if g is groups[0] or _is_joined(groups[0], g)])]


def _counts_something_else(noun: Token) -> bool:
    """Tell whether a unit of casualties is none: "two dead batteries", "student bodies", "bodies of evidence"."""
    following = word_at(noun, 1)
    if noun.dep_ == "amod" or (noun.tag_.startswith("J") and following is not None and following.tag_ in COMMON_TAGS):
        return True
    if noun.lemma_.lower() != "body":
        return False
    of_what = list(prepositional(noun, "of"))
    return bool(children(noun, "compound")) or (bool(of_what) and not any(map(may_be_person, of_what)))


def _persons_at(head: Token, cue: Match, state: _Sentence) -> list[Group]:
    tags = COMMON_TAGS if cue.entry.words[0] in HUMAN_ONLY else NAME_TAGS if cue.what == Measure.KILLED else NO_TAGS
    others = frozenset(c.anchor.i for c in state.cues if c.anchor != cue.anchor and c.role in {"object", "state"})
    groups = groups_of(head, state.numbers, tags=tags, before=others)
    return [group for group in groups if _counts_persons(cue, group)]


def _is_joined(first: Group, second: Group) -> bool:
    """Tell whether "and" joins two noun phrases, so that the second does not only name the first."""
    between = first.head.doc.char_span(first.span.end, second.span.start, alignment_mode="expand")
    if between is None or any(t.lower_ in {"identified", "named", "as"} for t in between):
        return False
    return any(t.lower_ in {"and", "&", "plus"} for t in between)


def _counts_persons(cue: Match, group: Group) -> bool:
    """Tell whether what the cue is about are persons."""
    head = group.head
    if group.kinds or is_person(head):
        return not is_animal(head)
    if is_unknown_name(head) or (cue.what == Measure.KILLED and head.tag_ in NAME_TAGS and head.ent_type_ != "ORG"):
        return True
    if group.phrases and head.i < group.phrases[0].end:  # a bare number: "nine were killed"
        return True
    return cue.entry.words[0] in HUMAN_ONLY and head.ent_type_ not in NO_PERSONS


def _outer_part(draft: _Draft, group: Group, state: _Sentence) -> Iterator[_Draft]:
    """"11 of the 20 suspects who were killed": what stands before "of the 20" is a part of them."""
    head = group.head
    if not group.phrases or head.dep_ != "pobj" or head.head.lower_ != "of":
        return
    phrase = state.numbers.get(head.head.head.i) or state.numbers.get(head.head.i - 1)
    if phrase is not None and phrase not in group.phrases and phrase.end <= head.head.i:
        state.used.add(phrase.start)
        yield _part(draft, phrase, None, state)


def _is_natural(cue: Match, state: _Sentence) -> bool:
    """Tell whether a death is one of age or illness: "died in her sleep", "has died aged 91"."""
    return cue.what == Measure.KILLED and is_natural(cue.anchor, state.sent)


def _draft(cue: Match, group: Group, state: _Sentence, *, separate: bool) -> _Draft:
    status = Status.NEGATED if group.count.high == ZERO else status_of(cue.anchor)
    speaker = attributed_to(cue.anchor, state.sent)
    if status is Status.ASSERTED and speaker:
        status = Status.ATTRIBUTED
    measure = Measure.KILLED_OR_INJURED if _is_mixed(cue) else Measure(cue.what)
    mention = CasualtyMention(
        measure=measure,
        count=group.count,
        scope=Scope.MIXED if measure is Measure.KILLED_OR_INJURED else _scope(cue, group, state),
        status=status,
        evidence=Evidence(group.span.start, group.span.end, cue.entry.id),
        trigger=char_span(min(cue.tokens, key=lambda t: t.i), max(cue.tokens, key=lambda t: t.i)),
        clause=_placed_span(group) if separate else _clause(cue.anchor),
        sentence=state.span,
        groups=_group_labels(group),
        parts=group.parts,
        group_text=state.sent.doc.text[group.span.start : group.span.end],
        attributed_to=speaker,
        additive=group.additive or (not group.definite and _also(cue.anchor)),
        anaphoric=group.definite,
        separate=opens_another(state.sent),
    )
    of_total = 0 if group.of_total is None and _follows_of_these(group, state) else group.of_total
    return _Draft(mention, of_total)


def _follows_of_these(group: Group, state: _Sentence) -> bool:
    """"Of these, there are 25 deaths", "they include 25 deaths": the words stand shortly before the number."""
    start = next(t for t in state.sent if t.idx >= group.span.start)
    words = [t.lower_ for t in state.sent.doc[max(state.sent.start, start.i - WORDS_AFTER_OF) : start.i]]
    included = any(a in {"they", "these", "which", "that"} and b in {"include", "included"} for a, b in pairwise(words))
    return included or any(a == "of" and b in PARTITIVE_PRONOUNS for a, b in pairwise(words))


def _scope(cue: Match, group: Group, state: _Sentence) -> Scope:
    if is_background(cue.anchor):
        return Scope.BACKGROUND
    if is_series(cue.anchor, state.sent):
        return Scope.SERIES_TOTAL
    return Scope.INCREMENT if group.additive else Scope.INCIDENT_TOTAL


def _also(verb: Token) -> bool:
    """Tell whether the clause says that it comes on top: "two guards also died", "in addition"."""
    return any(c.lower_ in {"also", "additionally"} for c in verb.children if c.dep_ == "advmod")


def _placed_span(group: Group) -> Span:
    """Return a group together with the place that stands behind it."""
    place = own_place(group)
    return group.span if place is None else Span(group.span.start, place.idx + len(place))


def _is_mixed(cue: Match) -> bool:
    """Tell whether the cue is one of two measures with "or" between: "killed or injured", "dead or wounded"."""
    if cue.what not in {Measure.KILLED, Measure.INJURED}:
        return False
    doc, i = cue.anchor.doc, cue.anchor.i
    for link, other in ((i + 1, i + 2), (i - 1, i - 2)):
        if 0 <= other < len(doc) and doc[link].lower_ in {"or", "and/or"} and word_forms(doc[other]) & EITHER:
            return True
    return False


def _group_labels(group: Group) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*group.kinds, *(kind for kind, _ in group.parts)]))


def _clause(trigger: Token) -> Span:
    """Return the stretch of the trigger's clause, without clauses coordinated with it further right."""
    verb = trigger
    while not verb.tag_.startswith("V") and verb.head != verb:
        verb = verb.head
    inner = [t for t in verb.subtree if not t.is_space]
    later = [c.left_edge.i for c in verb.children if c.dep_ == "conj" and c.i > trigger.i]
    end = min(later, default=inner[-1].i + 1)
    kept = [t for t in inner if t.i < end] or [trigger]
    return char_span(kept[0], kept[-1])


# --- tolls ---------------------------------------------------------------------------------------------------------


def _read_toll(cue: Match, state: _Sentence) -> Iterator[_Draft]:
    """Read "the death toll rose to 57 from 41"."""
    rising = any(t.lemma_ in RISING for t in state.sent)
    for phrase, link in toll_numbers(cue, state.sent, state.numbers):
        if phrase.start in state.used:
            continue
        state.used.add(phrase.start)
        doc = state.sent.doc
        group = Group(doc[phrase.core], char_span(doc[phrase.start], doc[phrase.end - 1]), phrase.count)
        draft = _draft(cue, group, state, separate=False)
        if link == "from":
            yield _Draft(replace(draft.mention, status=Status.SUPERSEDED, scope=Scope.CUMULATIVE_UPDATE))
        elif draft.mention.scope is Scope.INCIDENT_TOTAL and rising and link in {"to", "of"}:
            yield _Draft(replace(draft.mention, scope=Scope.CUMULATIVE_UPDATE))
        else:
            yield draft


def _superseded(draft: _Draft, state: _Sentence) -> Iterator[_Draft]:
    """Yield the earlier figure of "14 confirmed deaths, up from six"."""
    doc = state.sent.doc
    for phrase in state.phrases:
        words = [t.lower_ for t in doc[max(state.sent.start, phrase.start - 2) : phrase.start]]
        after_total = doc[phrase.start].idx > draft.mention.evidence.end
        if words == ["up", "from"] and phrase.start not in state.used and after_total and draft.mention.measure:
            state.used.add(phrase.start)
            span = char_span(doc[phrase.start], doc[phrase.end - 1])
            evidence = Evidence(span.start, span.end, f"earlier.{draft.mention.evidence.rule_id}")
            text = doc.text[span.start : span.end]
            yield _Draft(
                replace(
                    draft.mention,
                    count=phrase.count,
                    scope=Scope.CUMULATIVE_UPDATE,
                    status=Status.SUPERSEDED,
                    evidence=evidence,
                    group_text=text,
                )
            )


# --- parts of a total ----------------------------------------------------------------------------------------------


def _parts(draft: _Draft, state: _Sentence) -> Iterator[_Draft]:
    """Yield the subsets that the sentence names of a total: "including three children", "20 of whom", "of them nine"."""
    total = draft.mention
    if total.reject_reason or draft.parent is not None:
        return
    for phrase, noun in _part_phrases(total, state):
        if phrase.start in state.used:
            continue
        state.used.add(phrase.start)
        yield _part(draft, phrase, noun, state)


def _part_phrases(total: CasualtyMention, state: _Sentence) -> Iterator[tuple[NumberPhrase, Token | None]]:
    """Yield the numbers, with the noun that they count, that open or follow a partitive phrase right of the total."""
    doc = state.sent.doc
    opened = _fronted(total, state)
    for phrase in state.phrases:
        begin = doc[phrase.start].idx
        if phrase.start in state.rejected or begin < total.evidence.end:
            continue
        between = [t for t in state.sent if total.evidence.end <= t.idx < begin]
        after = [t.lower_ for t in doc[phrase.end : min(phrase.end + 3, state.sent.end)]]
        noun = _counted_noun(phrase, state)
        if after[:1] == ["of"] and (after[1:2] and after[1] in PARTITIVE_PRONOUNS or after[1:2] == ["the"]):
            yield phrase, noun
        elif opened or _has_opener(between):
            yield phrase, noun


def _has_opener(between: list[Token]) -> bool:
    """Tell whether a partitive word stands between total and part, and no full clause after it."""
    for position, token in reversed(list(enumerate(between))):
        following = between[position + 1 :]
        if token.lower_ in PART_OPENERS:
            return not any(t.tag_ in {"VBD", "VBP", "VBZ"} for t in following)
        if token.lower_ == "of" and following and following[0].lower_ in PARTITIVE_PRONOUNS:
            return not any(t.tag_ in {"VBD", "VBP", "VBZ"} for t in following)
    return False


def _fronted(total: CasualtyMention, state: _Sentence) -> bool:
    """"Of the 27 fishermen who drowned, nine were under 18": the total stands in a phrase before its parts."""
    first = next(t for t in state.sent if not t.is_space and not t.is_punct)
    return first.lower_ == "of" and total.evidence.start - first.idx < len("of all of the ")


def _counted_noun(phrase: NumberPhrase, state: _Sentence) -> Token | None:
    doc = state.sent.doc
    for token in doc[phrase.end : min(phrase.end + 4, state.sent.end)]:
        following = word_at(token, 1)
        if token.tag_ in NOUN_TAGS and not (following is not None and following.tag_ in NOUN_TAGS):
            return token
        if not token.tag_.startswith(("J", "N", "VBN", "HYPH")):
            return None
    return None


def _part(draft: _Draft, phrase: NumberPhrase, noun: Token | None, state: _Sentence) -> _Draft:
    doc = state.sent.doc
    last = noun if noun is not None else doc[phrase.end - 1]
    kind = group_of(noun) if noun is not None else ""
    kind = kind or ("children" if _under_age(doc, last.i + 1) else "")
    number = phrase.count.best or phrase.count.low or 0
    span = char_span(doc[phrase.start], last)
    mention = replace(
        draft.mention,
        count=phrase.count,
        scope=Scope.SUBSET,
        evidence=Evidence(span.start, span.end, f"part.of.{draft.mention.evidence.rule_id}"),
        groups=(kind,) if kind else (),
        parts=((kind, number),) if kind in {"children", "women", "civilian"} else (),
        group_text=doc.text[span.start : span.end],
        additive=False,
        anaphoric=False,
    )
    return _Draft(mention, parent=draft)


def _under_age(doc: Doc, i: int) -> bool:
    """Tell whether "were under 18", "under the age of 16", "minors" follows."""
    words = [t.lower_ for t in doc[i : i + 7]]
    if "minors" in words[:3]:
        return True
    if "under" not in words[:3]:
        return False
    ages = [int(w) for w in words if w.isdecimal()]
    return bool(ages) and ages[0] <= UNDER_AGE


# --- one statement told by several words ---------------------------------------------------------------------------


def _distinct(drafts: list[_Draft]) -> list[_Draft]:
    """Keep one draft for each measure and stretch; the number wins over the phrase without one."""
    kept: dict[tuple[Measure | None, int, int], _Draft] = {}
    for draft in drafts:
        m = draft.mention
        kept.setdefault((m.measure, m.evidence.start, m.evidence.end), draft)
    result = list(kept.values())
    return [d for d in result if not any(_is_inside(d.mention, o.mention) for o in result if o is not d)]


def _is_inside(inner: CasualtyMention, outer: CasualtyMention) -> bool:
    """Tell whether a mention only repeats a part of another: "the bodies" in "the bodies of two brothers"."""
    if inner.measure is not outer.measure or inner.reject_reason or inner.scope is Scope.SUBSET:
        return False
    a, b = inner.evidence.span, outer.evidence.span
    return a != b and b.holds(a) and outer.count.qualifier is not Qualifier.UNKNOWN_NUMBER


def _merge_verbs(drafts: list[_Draft]) -> list[_Draft]:
    """"shot and killed" is killed; "killed or injured" with one number is a mixed figure."""
    result: list[_Draft] = []
    for draft in drafts:
        m = draft.mention
        same = [d.mention for d in drafts if d.mention.evidence.span == m.evidence.span]
        injured = next((o for o in same if o.measure is Measure.INJURED), None)
        killed = next((o for o in same if o.measure is Measure.KILLED), None)
        if injured is None or killed is None:
            result.append(draft)
        elif m is killed:
            together = 0 < injured.trigger.start - killed.trigger.end < len(" and seriously ")
            mixed = together and injured.evidence.rule_id not in _hurting_rules()
            result.append(_Draft(_as_mixed(m)) if mixed else draft)
    return result


def _as_mixed(mention: CasualtyMention) -> CasualtyMention:
    return replace(mention, measure=Measure.KILLED_OR_INJURED, scope=Scope.MIXED)


def _hurting_rules() -> frozenset[str]:
    """Return the ids of verbs that say how somebody was killed when a word of death stands beside them."""
    return frozenset(e.id for e in load_lexicon("casualty_cues") if e.words[0] in HURT_ON_THE_WAY)


# --- numbers that are no counts ------------------------------------------------------------------------------------


def _rejects(state: _Sentence) -> Iterator[_Draft]:
    """Yield the numbers that count no casualty: all of a sentence with casualties, elsewhere those of living beings."""
    for phrase in state.phrases:
        if phrase.start in state.used or any(i in state.used for i in range(phrase.start, phrase.end)):
            continue
        reason = state.rejected.get(phrase.start)
        if reason is None:
            reason = RejectReason.ABOARD if is_aboard(phrase, state.sent.root) else RejectReason.OTHER
        if not state.cues and not _is_tempting(phrase, reason, state):
            continue
        span = char_span(state.sent.doc[phrase.start], state.sent.doc[phrase.end - 1])
        yield _Draft(_rejected(span, phrase.count, reason, state.span))
    for token in state.sent:
        if state.cues and is_ordinal(token) and is_person(token.head):
            count = Count(None, None, None, Qualifier.EXACT, token.text)
            yield _Draft(_rejected(char_span(token, token), count, RejectReason.ORDINAL, state.span))


def _is_tempting(phrase: NumberPhrase, reason: RejectReason, state: _Sentence) -> bool:
    """Tell whether a number far from any casualty could be taken for one: it counts persons or animals, or is an age."""
    noun = _counted_noun(phrase, state)
    return reason in TEMPTING or (reason is RejectReason.OTHER and noun is not None and bool(group_of(noun)))


def _boilerplate(doc: Doc) -> list[_Draft]:
    """Return the numbers in inserts and tails that stand beside a word of casualties."""
    words = {entry.words[0] for entry in load_lexicon("casualty_cues")}
    drafts = []
    for span in (span for kind in ("insert", "related", "comment_form") for span in doc.spans.get(kind, ())):
        if not any(word_forms(token) & words for token in span):
            continue
        whole = char_span(span[0], span[-1])
        for phrase in find_numbers(doc, span.start, span.end):
            at = char_span(doc[phrase.start], doc[phrase.end - 1])
            drafts.append(_Draft(_rejected(at, phrase.count, RejectReason.BOILERPLATE, whole)))
    return drafts


def _rejected(span: Span, count: Count, reason: RejectReason, sentence: Span) -> CasualtyMention:
    return CasualtyMention(
        measure=None,
        count=count,
        scope=Scope.INCIDENT_TOTAL,
        status=Status.ASSERTED,
        evidence=Evidence(span.start, span.end, f"reject.{reason}"),
        trigger=span,
        clause=span,
        sentence=sentence,
        reject_reason=reason,
    )


# --- across sentences ----------------------------------------------------------------------------------------------


def _linked(drafts: list[_Draft]) -> Iterator[CasualtyMention]:
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


def _earlier_total(draft: _Draft, candidates: Sequence[_Draft]) -> _Draft | None:
    """Return the nearest total that "11 of the 20" or "two of them" can be a part of."""
    own = draft.mention.count.best or draft.mention.count.low or 0
    for candidate in reversed(candidates):
        m = candidate.mention
        size = m.count.best or m.count.low or m.count.high or 0
        same = m.measure in {draft.mention.measure, Measure.KILLED_OR_INJURED} and not m.reject_reason
        fits = size == draft.of_total if draft.of_total else size > own
        if same and fits and m.scope is not Scope.SUBSET:
            return candidate
    return None
