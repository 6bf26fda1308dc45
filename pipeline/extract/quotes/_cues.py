"""Words that say that somebody speaks, with the mention of the speaker beside them: "the mayor, 61, told reporters".

Verbs are those of lexicons/speech_verbs.csv; "according to" and its like are prepositions. What was said is found by
`_contents`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._beside import closes_aside, shared_speaker, speaker_before, with_title
from pipeline.extract.speakers._layout import is_mark
from pipeline.extract.speakers._phrases import (
    ASIDE,
    NOUNS,
    before_verb,
    is_finite,
    left_phrase,
    phrase_head,
    right_phrase,
)
from pipeline.extract.speakers._sides import is_listed
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract.speakers._layout import Layout

NEGATIONS = frozenset({"not", "n't", "n’t", "never", "nor", "neither", "hardly"})
UNMISTAKABLE = {"said": "say", "says": "say", "told": "tell"}  # whatever their tag
HAVE = frozenset({"have", "'s", "’s", "'ve", "’ve"})
QUOTING = frozenset({"quoted", "cited", "reported"})
SOURCES = {"according": "to", "as": "per"}
VOICES = ("offices", "bodies")
INVERTING = frozenset({"clause", "question", "quotation"})
SUBJECT_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "CD", "DT"})
RELATIVE_TAGS = frozenset({"WP", "WDT"})
NOBODY = frozenset({"nobody", "none", "no"})
NO_PARTICIPLE = frozenset({"of", "from", "without", "the", "a"})
MAX_TO_THAT = 6  # tokens
MAX_PARTICLE = 3  # tokens between a verb and its particle: "made it quite clear"


@dataclass(frozen=True, slots=True)
class Cue:
    """A speech verb or "according to", in token positions.

    Attributes:
        verb: the word itself.
        tokens: the words of the cue, as shown ("pointed out", "according to").
        core: from the speaker's mention to the verb, or the reverse; speech stands outside of it.
        speaker: the mention beside it, empty if there is none.
        head: the head word of the mention, or -1.
        frames: how the verb takes speech (the labels of the lexicon).
        rule_id: the entry of the lexicon.
        inverted: whether the speaker stands behind the verb.
        own: whether the speaker is told for this verb, not for one before it.
    """

    verb: int
    tokens: range
    core: range
    speaker: range
    head: int
    frames: frozenset[str]
    rule_id: str
    inverted: bool = False
    own: bool = True

    def is_relative(self, doc: Doc) -> bool:
        """Tell whether the speaker is "who" or "which"."""
        return self.head >= 0 and doc[self.head].tag_ in RELATIVE_TAGS


@dataclass(frozen=True, slots=True)
class _Verb:
    """An entry of the word list of speech verbs; blank `particle` is none."""

    frames: frozenset[str]
    rule_id: str
    particle: str = ""


BESIDE = _Verb(frozenset({"quotation"}), "speech.beside")
COLON = _Verb(frozenset({"quotation", "colon"}), "speech.colon")


@cache
def _verbs() -> dict[str, tuple[_Verb, ...]]:
    """Return the speech verbs by lemma, those with a particle first."""
    found: dict[str, list[_Verb]] = {}
    for entry in load_lexicon("speech_verbs"):
        verb = _Verb(frozenset(entry.label.split()), entry.id, " ".join(entry.words[1:]))
        found.setdefault(entry.words[0], []).append(verb)
    return {lemma: tuple(sorted(verbs, key=lambda v: not v.particle)) for lemma, verbs in found.items()}


def find_cues(layout: Layout) -> Iterator[Cue]:
    """Yield the cues outside quotations, in text order."""
    for stretch in layout.stretches:
        previous: Cue | None = None
        for token in layout.doc[stretch.start : stretch.stop]:
            i = token.i
            if not _may_be_cue(token) or layout.is_quoted(i):
                continue
            cue = _verb_cue(layout, stretch, i, previous) or _preposition_cue(layout, stretch, i)
            if cue is not None:
                yield cue
                previous = cue


def _may_be_cue(token: Token) -> bool:
    low = token.lower_
    return token.tag_.startswith("VB") or low in UNMISTAKABLE or low in SOURCES or token.text in _forms()


def _preposition_cue(layout: Layout, stretch: range, i: int) -> Cue | None:
    """Read "according to the mayor"."""
    doc = layout.doc
    following = SOURCES.get(doc[i].lower_)
    if following is None or i + 2 >= stretch.stop or doc[i + 1].lower_ != following:
        return None
    speaker = right_phrase(doc, i + 2, stretch.stop)
    if not speaker:
        return None
    core, head = range(i, speaker.stop), phrase_head(doc, speaker)
    return Cue(i, range(i, i + 2), core, speaker, head, frozenset({"source"}), "speech.source", inverted=True)


def _verb_cue(layout: Layout, stretch: range, i: int, previous: Cue | None) -> Cue | None:
    doc = layout.doc
    verb = _lookup(layout, stretch, i)
    if verb is None or not _may_speak(doc, i, stretch, verb):
        return None
    stop = _end_of_particle(doc, i, verb, stretch.stop)
    if verb.frames & INVERTING and "addressee" not in verb.frames and _may_invert(layout, stretch, i):
        speaker = right_phrase(doc, stop, stretch.stop)
        if speaker and not _goes_on(doc, speaker.stop, stretch.stop):
            core, head = range(i, speaker.stop), phrase_head(doc, speaker)
            return Cue(i, range(i, stop), core, speaker, head, verb.frames, verb.rule_id, inverted=True)
    speaker = range(0) if _is_participle(doc, i, stretch) else _own_speaker(layout, stretch, i)
    if speaker and (any(doc[k].lower_ in NOBODY for k in speaker) or not _can_say(doc, speaker, verb)):
        return None
    if speaker:
        core, head = range(with_title(doc, speaker, stretch.start), stop), _head_of(doc, speaker, i)
        return Cue(i, range(i, stop), core, speaker, head, verb.frames, verb.rule_id)
    if previous is not None and previous.speaker:
        speaker, head = previous.speaker, previous.head
    else:
        speaker = shared_speaker(layout, stretch, i)
        head = phrase_head(doc, speaker) if speaker else -1
    core = range(before_verb(doc, i, stretch.start), stop)
    return Cue(i, range(i, stop), core, speaker, head, verb.frames, verb.rule_id, own=False)


def _can_say(doc: Doc, speaker: range, verb: _Verb) -> bool:
    """Tell whether what "shows" or "suggests" is somebody or a document, not "the number of deaths suggests"."""
    head = doc[phrase_head(doc, speaker)]
    return "evidence" not in verb.frames or not head.is_lower or head.tag_ not in NOUNS or is_listed(head, *VOICES)


def _own_speaker(layout: Layout, stretch: range, i: int) -> range:
    """Return the subject of this very verb, also in "the general was quoted as saying"."""
    doc = layout.doc
    if doc[i].tag_ == "VBG" and i - 2 > stretch.start and doc[i - 2].lower_ in QUOTING:
        return speaker_before(layout, stretch, i - 2)
    return speaker_before(layout, stretch, i)


def _head_of(doc: Doc, speaker: range, verb: int) -> int:
    subject = next((c.i for c in doc[verb].children if c.dep_ in {"nsubj", "nsubjpass"} and c.i in speaker), None)
    if subject is not None and doc[subject].tag_ in NOUNS:
        return subject
    return phrase_head(doc, speaker)


# --- which words are cues ------------------------------------------------------------------------------------------


def _lookup(layout: Layout, stretch: range, i: int) -> _Verb | None:
    doc, limit = layout.doc, stretch.stop
    token = doc[i]
    lemma = UNMISTAKABLE.get(token.lower_, token.lemma_.lower() if token.tag_.startswith("VB") else "")
    if lemma not in _verbs() and token.text in _forms():
        lemma = _forms()[token.text] if lemma or _is_beside_speech(doc, i, limit) else ""
    for verb in _verbs().get(lemma, ()):
        if not verb.particle or any(doc[k].lower_ == verb.particle for k in _particles(i, limit)):
            return verb
    if is_finite(token) and token.tag_ != "MD" and token.lemma_ not in {"be", "have", "do"}:
        return _unlisted(layout, stretch, i)
    return None


def _particles(i: int, limit: int) -> range:
    return range(i + 1, min(i + 1 + MAX_PARTICLE, limit))


def _end_of_particle(doc: Doc, i: int, verb: _Verb, limit: int) -> int:
    if not verb.particle:
        return i + 1
    return next(k + 1 for k in _particles(i, limit) if doc[k].lower_ == verb.particle)


def _unlisted(layout: Layout, stretch: range, i: int) -> _Verb | None:
    """Read any verb beside whole speech: "“They broke the locks,” Dube fumed", "issued a statement: “No coal”"."""
    doc = layout.doc
    phrase = left_phrase(doc, i, stretch.start)
    before = phrase.start - 1
    if phrase and before - 1 > stretch.start and is_mark(doc[before]) and doc[before - 1].text in {",", "!", "?"}:
        return BESIDE
    for k in range(i + 1, stretch.stop):
        if is_finite(doc[k]) or layout.is_quoted(k):
            return None
        if doc[k].text == ":":
            following = next((n for n in range(k + 1, len(doc)) if not doc[n].is_space and not is_mark(doc[n])), k)
            return COLON if layout.is_quoted(following) else None
    return None


def _is_beside_speech(doc: Doc, i: int, limit: int) -> bool:
    """Tell whether a word that the tagger took for no verb stands where one must: "Oduya notes that", "” he jokes"."""
    if i == 0 or doc[i - 1].tag_ not in SUBJECT_TAGS or i + 1 >= limit:
        return False
    after = doc[i + 1]
    if after.lower_ == "that" or after.text == ":" or is_mark(after):
        return True
    if after.text == "," and i + 2 < limit and is_mark(doc[i + 2]):
        return True
    phrase = left_phrase(doc, i, 0)
    return bool(phrase) and phrase.start > 0 and is_mark(doc[phrase.start - 1])


@cache
def _forms() -> dict[str, str]:
    """Return the regular forms with a tense of the speech verbs, and their lemmas."""
    forms: dict[str, str] = {}
    for lemma in _verbs():
        stem = lemma[:-1] + "i" if lemma.endswith("y") and lemma[-2] not in "aeiou" else lemma
        ending = "es" if stem.endswith(("i", "sh", "ch", "ss", "x")) else "s"
        past = stem + "d" if stem.endswith("e") else stem + "ed"
        forms |= {stem + ending: lemma, past: lemma, f"{lemma}{lemma[-1]}ed": lemma}
    return forms


# --- which of their uses are speech --------------------------------------------------------------------------------


def _may_speak(doc: Doc, i: int, stretch: range, verb: _Verb) -> bool:
    """Rule out negated verbs, bare infinitives, passives and what modifies a noun."""
    token = doc[i]
    start = before_verb(doc, i, stretch.start)
    group = [doc[k] for k in range(start, i)]
    if any(t.lower_ in NEGATIONS for t in group):
        return False
    if token.tag_ == "VB":
        return _is_told(doc, i, stretch, group)
    if token.tag_ == "VBG":
        return start == stretch.start or doc[start - 1].lower_ not in NO_PARTICIPLE
    passive = any(t.lemma_ == "be" for t in group)
    if token.tag_ == "VBN" and token.lower_ not in UNMISTAKABLE:
        perfect = any(t.lemma_ == "have" or t.lower_ in HAVE for t in group)
        return not passive and (perfect or (verb.frames != {"object"} and _looks_finite(doc, i, stretch)))
    return not passive


def _is_told(doc: Doc, i: int, stretch: range, group: list[Token]) -> bool:
    """Tell whether a base form is a present tense taken for one, or stands in "went on to say"."""
    if not group:
        return i > stretch.start and doc[i - 1].tag_ in SUBJECT_TAGS
    return i - 2 > stretch.start and doc[i - 1].tag_ == "TO" and doc[i - 2].lower_ == "on"


def _looks_finite(doc: Doc, i: int, stretch: range) -> bool:
    """Tell whether a participle without "be" or "have" is a past tense that the tagger took for one."""
    if i == stretch.start:
        return False
    before = doc[i - 1]
    if before.tag_ in {"PRP", "NNP"} or is_mark(before):
        return True
    after = doc[i + 1] if i + 1 < stretch.stop else None
    follows = after is not None and (after.text in {":", ","} or is_mark(after) or _that_follows(doc, i, stretch.stop))
    return follows and before.tag_ in {"NN", "NNS", ":", ","}


def _that_follows(doc: Doc, i: int, limit: int) -> bool:
    """Tell whether "that" comes before any verb: "confirmed on Wednesday that"."""
    for k in range(i + 1, min(limit, i + 1 + MAX_TO_THAT)):
        if doc[k].lower_ == "that":
            return True
        if doc[k].tag_.startswith(("VB", "MD")) or doc[k].text == ",":
            return False
    return False


def _is_participle(doc: Doc, i: int, stretch: range) -> bool:
    """Tell whether a verb is a participle that shares its speaker: "..., adding that"."""
    if doc[i].tag_ != "VBG" or (i - 2 > stretch.start and doc[i - 2].lower_ in QUOTING):
        return False
    return not any(doc[k].lemma_ == "be" for k in range(before_verb(doc, i, stretch.start), i))


def _may_invert(layout: Layout, stretch: range, i: int) -> bool:
    """Tell whether speech ends before the verb: at a comma, a quotation mark or a dash."""
    doc = layout.doc
    if i == stretch.start:
        return True
    before = doc[i - 1]
    if is_mark(before):
        return doc[i].tag_ != "VBG"
    parted = before.text in ASIDE or before.text in {"?", "!"}
    return parted and doc[i].tag_ != "VBG" and not closes_aside(layout, stretch, i - 1)


def _goes_on(doc: Doc, at: int, limit: int) -> bool:
    """Tell whether a verb follows, so that the noun phrase is its subject: ", said he was ill"."""
    while at < limit and doc[at].tag_ == "RB":
        at += 1
    return at < limit and is_finite(doc[at])
