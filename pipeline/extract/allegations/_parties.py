"""Where accuser, accused and wrong stand beside a word of accusing: subjects, agents, objects, what "of" leads to."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract._syntax import subject
from pipeline.extract.allegations._acts import main_act
from pipeline.extract.speakers._beside import shared_speaker, speaker_before
from pipeline.extract.speakers._layout import is_mark
from pipeline.extract.speakers._phrases import ASIDE, before_verb, is_finite, left_phrase, right_chunk, right_phrase
from pipeline.records import Act

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from pipeline.extract.allegations._claims import Scene

WRONG_LINKS = frozenset({"of", "for", "with", "over"})  # what leads to the wrong behind an accused
LONG_LINKS = frozenset(
    {"connection", "suspicion", "charge", "charges", "relation", "count", "counts"}
)  # "on suspicion of"
CHARGE_NOUNS = frozenset({"charge", "claim", "accusation", "allegation"})
RULING = frozenset({"hold", "rule", "find", "say", "add", "cite", "argue", "note"})
MAX_LINK = 14  # tokens between an accused and the wrong: "for 15 years and six months for ordering"
MAX_AGENT = 8


def subject_of(scene: Scene, verb: int) -> range:
    """Return the noun phrase that a verb has, or shares, as its subject."""
    doc, layout, floor = scene.doc, scene.layout, scene.stretch.start
    if not layout.is_quoted(verb):
        found = speaker_before(layout, scene.stretch, verb) or shared_speaker(layout, scene.stretch, verb)
        return _with_first(scene, _past_aside(scene, verb) or found)
    found = left_phrase(doc, before_verb(doc, verb, floor), floor)
    if found:
        return found
    own = next((c for c in doc[verb].children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    return left_phrase(doc, own.i + 1, floor) if own is not None else range(0)


def _past_aside(scene: Scene, verb: int) -> range:
    """Return the subject over a phrase without commas: "the mill in turn accused", "left and for his part blamed"."""
    doc, floor = scene.doc, scene.stretch.start
    found = subject(doc[verb])
    aside = found is not None and any(c.dep_ == "prep" and c.i > found.i for c in doc[verb].lefts)
    return left_phrase(doc, found.i + 1, floor) if aside and found is not None else range(0)


def _with_first(scene: Scene, phrase: range) -> range:
    """Return a subject with what stands before its "and" at the start of a clause: "the union and the church"."""
    doc, floor = scene.doc, scene.stretch.start
    if not phrase or phrase.start - 1 <= floor or doc[phrase.start - 1].lower_ != "and":
        return phrase
    first = left_phrase(doc, phrase.start - 1, floor)
    opens = bool(first) and (first.start == floor or doc[first.start - 1].text in ASIDE | {"that"})
    return range(first.start, phrase.stop) if opens else phrase


def is_passive(doc: Doc, verb: int, floor: int) -> bool:
    """Tell whether a participle stands with "be", or alone behind a noun: "officers accused of"."""
    if doc[verb].tag_ != "VBN" or (doc[verb].dep_ in {"acl", "relcl"} and is_finite(doc[verb])):
        return False
    start = before_verb(doc, verb, floor)
    group = [doc[k].lemma_ for k in range(start, verb)]
    if group:
        return "be" in group
    phrase = right_chunk(doc, verb + 1, min(verb + MAX_AGENT, len(doc)))
    return not phrase  # with an object it is a past tense that the tagger took for a participle


def is_adnominal(doc: Doc, verb: int) -> bool:
    """Tell whether a participle only describes a noun: "over suspected breaches"."""
    before = doc[verb - 1].tag_ if verb else ""
    after = doc[verb + 1].tag_ if verb + 1 < len(doc) else ""
    return doc[verb].tag_ in {"VBN", "VBD"} and before in {"IN", "DT", "PRP$", "JJ"} and after.startswith("NN")


def agent_behind(scene: Scene, at: int) -> range:
    """Return the noun phrase of "by" that follows soon."""
    doc, stop = scene.doc, scene.stretch.stop
    by = next((k for k in range(at, min(at + MAX_AGENT, stop)) if doc[k].lower_ == "by"), None)
    return author_behind(doc, by, stop) if by is not None else range(0)


def author_behind(doc: Doc, by: int, limit: int) -> range:
    """Return the noun phrases behind "by", coordinated ones together: "by police and border troops"."""
    phrase = right_phrase(doc, by + 1, limit)
    end = next((k for k in phrase if doc[k].lower_ == "for"), phrase.stop)  # "blamed by residents for the collapse"
    return with_others(doc, range(phrase.start, end), limit)


def with_others(doc: Doc, phrase: range, limit: int) -> range:
    """Return a noun phrase with those that "and" adds to it, unless they begin a clause: "the mayor and his driver"."""
    while phrase and phrase.stop + 1 < limit and doc[phrase.stop].lower_ == "and":
        other = right_chunk(doc, phrase.stop + 1, limit)
        if not other or (other.stop < limit and is_finite(doc[other.stop])):
            break
        phrase = range(phrase.start, other.stop)
    return phrase


def person_behind(doc: Doc, start: int, limit: int) -> range:
    """Return the noun phrase that begins at a word, without "for" and "at": "General Rusu", "the owner of the mill"."""
    phrase = right_phrase(doc, start, limit)
    end = next((k for k in phrase if doc[k].lower_ in {"for", "at"}), phrase.stop)
    return with_others(doc, range(start, end), limit) if phrase else phrase


def object_behind(scene: Scene, at: int) -> range:
    """Return the object of a verb, or the name that stands beside it: "the mine's owner, Altyn Holding,"."""
    doc, stop = scene.doc, scene.stretch.stop
    while at < stop and doc[at].tag_ == "RB":
        at += 1
    phrase = with_others(doc, right_chunk(doc, at, stop), stop)
    if phrase and phrase.stop + 1 < stop and doc[phrase.stop].text == ",":
        name = right_phrase(doc, phrase.stop + 1, stop)
        closed = bool(name) and (name.stop >= stop or doc[name.stop].is_punct)
        if closed and all(doc[k].tag_ in {"NNP", "NNPS", "HYPH", "DT"} for k in name):
            return name
    return phrase


def wrongs_behind(scene: Scene, at: int) -> list[range]:
    """Return what "of", "for", "with", "over" and their like lead to behind an accused, in text order."""
    doc, stop = scene.doc, scene.stretch.stop
    found: list[range] = []
    limit = min(at + MAX_LINK, stop)
    k = at
    while k < limit:
        low = doc[k].lower_
        if low in {"in", "on"} and k + 2 < stop and doc[k + 1].lower_ in LONG_LINKS:
            found.append(range(k + 3, claim_end(scene, k + 3)))
            k += 2
        elif low in WRONG_LINKS and k + 1 < stop:
            found.append(range(k + 1, claim_end(scene, k + 1)))
        elif is_finite(doc[k]) or is_mark(doc[k]):
            break
        k += 1
    return [r for r in found if r]


def claim_end(scene: Scene, start: int) -> int:
    """Return where a claim ends: with its sentence, or before ", a charge that", ", which", ", and he said"."""
    doc, stop = scene.doc, scene.stretch.stop
    while stop > start and (doc[stop - 1].is_punct or doc[stop - 1].is_space or is_mark(doc[stop - 1])):
        stop -= 1
    for k in range(start + 1, stop - 1):
        if doc[k].text in ASIDE and _leaves_claim(doc, k + 1, stop):
            return k
        if doc[k].lower_ == "and" and doc[k + 1].tag_ in {"MD", "VBZ", "VBP"}:  # "with murder and will appear"
            return k
    return stop


def _leaves_claim(doc: Doc, at: int, stop: int) -> bool:
    token = doc[at]
    if token.lemma_ in RULING and token.tag_ == "VBG":  # "acquitted the clerk, holding that"
        return True
    if token.tag_ in {"WDT", "WP"} or token.lower_ in {"but", "while", "saying", "adding", "according"}:
        return True
    if token.lower_ in {"and", "or"}:
        if at + 1 < stop and is_finite(doc[at + 1]):
            return True
        phrase = right_phrase(doc, at + 1, stop)
        return bool(phrase) and phrase.stop < stop and is_finite(doc[phrase.stop])
    return any(doc[k].lemma_ in CHARGE_NOUNS for k in range(at, min(at + 3, stop)))


def parts_of(scene: Scene, wrong: range) -> list[tuple[range, Act]]:
    """Return the wrongs of "torture and extortion", "of ordering a killing and of destroying evidence", by act."""
    doc = scene.doc
    cuts = [k for k in range(wrong.start + 1, wrong.stop) if _begins_wrong(scene, wrong, k)]
    edges = [wrong.start, *cuts, wrong.stop]
    told: dict[Act, range] = {}
    for start, stop in pairwise(edges):
        part = range(start, stop if stop == wrong.stop else stop - 1)
        act = main_act(doc, part)
        if act is not None:
            told.setdefault(act, part)
    specific = [(part, act) for act, part in told.items() if act is not Act.OTHER or len(told) == 1]
    return specific if len(specific) > 1 else []


def _begins_wrong(scene: Scene, wrong: range, k: int) -> bool:
    """Tell whether the next of several wrongs begins at a word behind "and" or a comma."""
    doc = scene.doc
    joint = doc[k - 1].lower_ in {"and", "or"}
    if not joint and doc[k - 1].text != ",":
        return False
    if doc[k].lower_ in WRONG_LINKS or (doc[k].tag_ == "VBG" and doc[wrong.start].tag_ == "VBG"):
        return joint  # not "acquitted of fraud, holding that"
    phrase = right_chunk(doc, k, wrong.stop)
    first = right_chunk(doc, wrong.start, wrong.stop)
    return bool(phrase) and first.stop in {k - 1, k - 2} and main_act(doc, phrase) is not None


def best_wrong(scene: Scene, wrongs: list[range]) -> tuple[range, Act | None]:
    """Return the wrong that tells of an act, else the first: "jailed for 15 years for ordering the killing"."""
    told = [(r, main_act(scene.doc, r)) for r in wrongs]
    specific = [(r, act) for r, act in told if act is not None]
    near = [(r, act) for r, act in specific if _near_act(scene, r)]
    if near or specific:
        return (near or specific)[0]
    return told[0] if told else (range(0), None)


def _near_act(scene: Scene, wrong: range) -> bool:
    """Tell whether the wrong begins with a gerund or its first noun phrase holds the act."""
    doc = scene.doc
    if doc[wrong.start].tag_ == "VBG":
        return True
    phrase = right_phrase(doc, wrong.start, wrong.stop)
    return bool(phrase) and main_act(doc, phrase) is not None
