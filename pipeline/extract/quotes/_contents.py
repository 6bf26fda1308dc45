"""What was said: the stretches of text that stand to a cue as its speech, before it, behind it or around it.

"A, he said", "A, said Oduya, B", "He said that A", "He said: “A”", "According to Oduya, A", "He called A a massacre".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.quotes._limits import SUBORDINATORS, speech_limit
from pipeline.extract.speakers._layout import OUTSIDE, is_mark
from pipeline.extract.speakers._phrases import ASIDE, TIME_OPENERS, is_finite, is_time, right_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

    from pipeline.extract.quotes._cues import Cue
    from pipeline.extract.speakers._layout import Layout

ADJUNCTS = frozenset(
    {"in", "on", "at", "during", "by", "via", "through", "after", "before", "to", "from", "over", "with"}
)
MEDIA = frozenset(
    {"statement", "interview", "conference", "briefing", "letter", "report", "message", "tweet", "post", "email"}
    | {"radio", "television", "tv", "telephone", "phone", "speech", "facebook", "twitter", "telegram", "hearing"}
    | {"court", "testimony", "address", "communique", "communiqué", "release", "rally", "debate", "reporters"}
    | {"journalists", "parliament", "meeting", "ceremony", "call", "memo"}
)
QUESTION_WORDS = frozenset({"whether", "if", "how", "why", "what", "who", "where", "when"})
NEW_CLAUSE = frozenset({"who", "which", "while", "when", "as", "because", "after", "before"})
NO_CLAUSE = frozenset({"to", "of", "with", "by", "for"})
LEADING_TAGS = frozenset({"CC", "RB", "IN", ",", "``", "UH"})
MAX_ADDRESSEE = 8  # tokens: "urged the government of Talvia to"
MAX_TO_THAT = 15  # tokens: "told reporters outside the new court in Sarn that"
MAX_ASIDE = 20  # tokens: "said, in a rare show of anger, that"
MAX_SOURCE = 25  # tokens: "According to a report that the ministry published in May, A"


@dataclass(frozen=True, slots=True)
class _Scene:
    """A cue in its stretch, and where speech behind it ends at the latest."""

    layout: Layout
    stretch: range
    cue: Cue
    cues: Sequence[Cue]
    limit: int

    @property
    def doc(self) -> Doc:
        """The document."""
        return self.layout.doc

    @property
    def opened(self) -> Token | None:
        """The token before the core of the cue, within the stretch."""
        start = self.cue.core.start
        return self.doc[start - 1] if start > self.stretch.start else None

    def has_verb(self, start: int, stop: int) -> bool:
        """Tell whether a verb with a tense stands between two positions."""
        return any(is_finite(self.doc[k]) for k in range(start, stop))


def find_contents(layout: Layout, stretch: range, cue: Cue, cues: Sequence[Cue]) -> Iterator[range]:
    """Yield the one or two pieces of speech of a cue, in text order; `cues` are those of its stretch."""
    scene = _Scene(layout, stretch, cue, cues, speech_limit(layout, stretch, cue, cues))
    behind = _behind(scene)
    governs = bool(behind) and not _is_aside(scene, behind)
    before = range(0) if governs else _before(scene)
    if before:
        yield before
        behind = _rest(scene, before)
    elif not behind and cue.own and not cue.inverted:
        behind = _after_comma(scene)
    if behind:
        yield behind


def _is_aside(scene: _Scene, behind: range) -> bool:
    """Tell whether speech stands before the cue although words follow it: "A, he said in the town where he lives"."""
    doc, opened = scene.doc, scene.opened
    if opened is None or not (opened.text in ASIDE or is_mark(opened)):
        return False
    if doc[behind.start - 1].lower_ == "that" or not scene.cue.own:
        return False
    if is_mark(opened):
        quoted = scene.layout.is_quoted(scene.stretch.start) or scene.layout.is_quoted(scene.stretch.start + 1)
        return quoted or scene.has_verb(scene.stretch.start, scene.cue.core.start)
    return scene.cue.inverted or doc[behind.start].tag_ in {"IN", "TO", "WRB", "CC"}


# --- behind the cue ------------------------------------------------------------------------------------------------


def _behind(scene: _Scene) -> range:
    cue, limit = scene.cue, scene.limit
    if "source" in cue.frames:
        at = _comma_after(scene.doc, cue.core.stop, min(limit, cue.core.stop + MAX_SOURCE))
        leads = cue.core.start == scene.stretch.start
        return range(at, limit) if leads and at is not None else range(0)
    quotation = _quotation_at(scene, cue.core.stop, bare=True)
    if quotation or cue.inverted:
        return quotation
    if "colon" in cue.frames:
        colon = next(k for k in range(cue.core.stop, len(scene.doc)) if scene.doc[k].text == ":")
        return _quotation_at(scene, colon, bare=False)
    at = _skip_adjuncts(scene)
    if at >= limit:
        return range(0)
    return _quotation_at(scene, at, bare=False) or _clause(scene, at)


def _clause(scene: _Scene, at: int) -> range:
    """Return the clause or object that begins at `at`, if the verb takes it as speech."""
    doc, frames, limit = scene.doc, scene.cue.frames, scene.limit
    first = doc[at]
    speech = range(at, limit)
    if first.lower_ == "that" and at + 1 < limit:
        return speech if is_finite(doc[at + 1]) else range(at + 1, limit)  # "said that was a lie"
    if first.text in ASIDE or "quotation" in frames:
        return range(0)
    if first.lower_ in QUESTION_WORDS or scene.layout.is_quoted(min(at + 1, limit - 1)):
        return speech
    infinitive = _infinitive(doc, at, limit) if "infinitive" in frames else None
    if infinitive is not None:
        return range(infinitive, limit)
    if first.lower_ not in NO_CLAUSE and "clause" in frames and _begins_clause(doc, at, limit):
        return speech
    return _object(scene, at) if "object" in frames else range(0)


def _infinitive(doc: Doc, at: int, limit: int) -> int | None:
    """Return the "to" of "vowed to stay", "urged the state to act"."""
    for k in range(at, min(limit - 1, at + MAX_ADDRESSEE)):
        following = k + 2 if is_mark(doc[k + 1]) and k + 2 < limit else k + 1
        if doc[k].lower_ == "to" and doc[following].tag_ == "VB":
            return k
        if is_finite(doc[k]) or doc[k].text == ",":
            return None
    return None


def _begins_clause(doc: Doc, at: int, limit: int) -> bool:
    """Tell whether a verb with a tense comes before a new clause does: not "maintains a lead, and she is"."""
    passed = at
    for k in range(at + 1, limit):
        if k < passed:
            continue
        if doc[k].lower_ in {"who", "which"} and doc[k - 1].text == ",":  # "said Paniagua, who led them, believed"
            passed = _comma_after(doc, k, limit) or limit
            continue
        if is_finite(doc[k]):
            return doc[k - 1].tag_ != "CC"
        if doc[k].lower_ in NEW_CLAUSE or (doc[k].tag_ == "CC" and doc[k - 1].text == ","):
            return False
    return False


def _object(scene: _Scene, at: int) -> range:
    """Return what a verb of naming or announcing takes: "called the raid a massacre", "announced an inquiry"."""
    doc, layout = scene.doc, scene.layout
    if doc[at].tag_ in {"IN", "TO", "CC", "RB", "WDT"} and doc[at].lower_ != "as":
        return range(0)
    asides = (k for k in range(at + 1, scene.limit) if doc[k].text in ASIDE and not layout.is_quoted(k))
    return range(at, next(asides, scene.limit))


def _quotation_at(scene: _Scene, at: int, *, bare: bool) -> range:
    """Return the quotation that begins at `at`, behind a comma or colon or, if `bare`, without and to the end."""
    doc, layout = scene.doc, scene.layout
    start = at
    while at < len(doc) and (doc[at].text in {",", ":"} or doc[at].is_space):
        at += 1
    led = at > start
    inside = at + 1 if at < len(doc) and is_mark(doc[at]) else at
    if inside >= len(doc) or layout.quoted[inside] == OUTSIDE or not (led or bare):
        return range(0)
    quotation = layout.ranges[layout.quoted[inside]]
    if inside != quotation.start or not (led or quotation.stop >= scene.limit - 1):
        return range(0)
    return quotation


def _skip_adjuncts(scene: _Scene) -> int:
    """Pass whom, when and where: "told reporters in Sarn on Friday that"."""
    doc, limit = scene.doc, scene.limit
    at = scene.cue.core.stop
    if "addressee" in scene.cue.frames:
        phrase = right_phrase(doc, at, limit)
        if phrase and not (phrase.stop < limit and is_finite(doc[phrase.stop])):
            at = phrase.stop
    that = _that_ahead(doc, at, limit)
    if that is not None:
        return that
    while at < limit:
        passed = _skip_preposition(doc, _skip_time(doc, at, limit), limit)
        if passed < limit and doc[passed].tag_ in {"RB", "RBR"} and doc[passed].lower_ not in {"there", "not"}:
            passed += 1
        if passed < limit and doc[passed].text == ",":
            passed = _skip_aside(doc, passed, limit)
        if passed == at:
            break
        at = passed
    return at


def _that_ahead(doc: Doc, at: int, limit: int) -> int | None:
    """Return the "that" before any verb or comma: "told reporters outside the court in Sarn that"."""
    for k in range(at, min(limit - 1, at + MAX_TO_THAT)):
        if doc[k].lower_ == "that":
            joins = doc[k].tag_ in {"IN", "WDT"} or doc[k].dep_ == "mark" or k == at
            return k if joins and not is_time(doc[k + 1]) else None
        if doc[k].tag_.startswith(("VB", "MD")) or doc[k].text in {",", ":"} or is_mark(doc[k]):
            return None
    return None


def _skip_time(doc: Doc, at: int, limit: int) -> int:
    stop = at
    while stop < limit and doc[stop].lower_ in TIME_OPENERS and doc[stop].lower_ != "that":
        stop += 1
    if stop == limit or not is_time(doc[stop]):
        return at
    while stop < limit and (is_time(doc[stop]) or doc[stop].tag_ == "CD"):
        stop += 1
    return stop


def _skip_preposition(doc: Doc, at: int, limit: int) -> int:
    """Pass "in a statement", and any "in Sarn" that a "that" follows."""
    if at >= limit or doc[at].lower_ not in ADJUNCTS:
        return at
    phrase = right_phrase(doc, at + 1, limit)
    if not phrase:
        return at
    names_medium = any(doc[k].lower_ in MEDIA for k in phrase)
    closes = phrase.stop >= limit or doc[phrase.stop].lower_ in {"that", ","}
    return phrase.stop if names_medium or closes else at


def _skip_aside(doc: Doc, at: int, limit: int) -> int:
    """Pass ", in a rare show of anger," before "that"."""
    closing = _comma_after(doc, at + 1, min(limit, at + MAX_ASIDE))
    return closing if closing is not None and closing < limit and doc[closing].lower_ == "that" else at


def _comma_after(doc: Doc, at: int, limit: int) -> int | None:
    """Return the position behind the next comma."""
    return next((k + 1 for k in range(at, limit) if doc[k].text == ","), None)


# --- before the cue ------------------------------------------------------------------------------------------------


def _before(scene: _Scene) -> range:
    doc, cue, start = scene.doc, scene.cue, scene.stretch.start
    stop = cue.core.start
    while stop > start and (doc[stop - 1].is_space or is_mark(doc[stop - 1])):
        stop -= 1
    if stop == start or not cue.own or cue.is_relative(doc) or cue.frames == {"object"}:
        return range(0)
    marked = stop < cue.core.start
    if not marked and "source" not in cue.frames:
        parted = doc[stop - 1].text in ASIDE
        return range(start, stop) if parted and _may_be_said(scene, stop) else range(0)
    spoken = "source" in cue.frames or cue.inverted or doc[stop - 1].text in {",", ".", "!", "?", "…", "—"}
    words = any(scene.layout.is_quoted(k) or doc[k].tag_ not in LEADING_TAGS for k in range(start, stop))
    return range(start, stop) if spoken and words else range(0)


def _may_be_said(scene: _Scene, stop: int) -> bool:
    """Rule out "In May, he pleaded", "When he was asked, he said" and "However, he said" as speech before a cue."""
    doc, start = scene.doc, scene.stretch.start
    if all(doc[k].tag_ in LEADING_TAGS for k in range(start, stop)):
        return False
    if doc[start].lower_ in SUBORDINATORS and not any(doc[k].text == "," for k in range(start, stop - 1)):
        return False
    follows = doc[scene.cue.core.stop].text if scene.cue.core.stop < scene.limit else ""
    return follows in ASIDE or scene.has_verb(start, stop)


def _rest(scene: _Scene, before: range) -> range:
    """Return what goes on behind a cue in the middle: "A second bomb, she said, was found"."""
    doc, cue = scene.doc, scene.cue
    following = next((n for n, r in enumerate(scene.layout.ranges) if cue.core.stop <= r.start < scene.limit), None)
    if following is not None:
        return _second_quotation(scene, following)
    at = cue.core.stop
    if at < scene.limit and doc[at].text in ASIDE and not scene.has_verb(before.start, before.stop):
        return range(at + 1, scene.limit)
    return range(0)


def _second_quotation(scene: _Scene, number: int) -> range:
    """Return a quotation behind a cue that another one precedes: "“The gate,” said Vera, a nurse, “was shut”"."""
    doc, cue, tokens = scene.doc, scene.cue, scene.layout.ranges[number]
    if any(cue.core.stop <= other.verb < tokens.start for other in scene.cues):
        return range(0)
    led = next((doc[k] for k in range(tokens.start - 1, cue.verb, -1) if not is_mark(doc[k])), doc[cue.verb])
    opened = scene.opened
    broken = opened is not None and is_mark(opened) and (led.text in {",", ":"} or led.lower_ in {"but", "and"})
    return tokens if broken and scene.layout.quotations[number].opened else range(0)


def _after_comma(scene: _Scene) -> range:
    """Return what follows a cue and a comma at the head of a sentence: "As Oduya noted, A", "He says, A"."""
    doc, cue = scene.doc, scene.cue
    lead = range(scene.stretch.start, cue.core.start)
    if any(doc[k].tag_ not in LEADING_TAGS for k in lead) or "clause" not in cue.frames:
        return range(0)
    at = _comma_after(doc, cue.tokens.stop, min(scene.limit, cue.tokens.stop + MAX_ASIDE))
    if at is None or scene.has_verb(cue.tokens.stop, at) or not _begins_clause(doc, at - 1, scene.limit):
        return range(0)
    return range(at, scene.limit)
