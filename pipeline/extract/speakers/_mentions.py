"""A noun phrase that stands for somebody -> name, title, organisation and side: "the mayor of Bol, Ana Petrov".

The title is the office with its portfolio, without article, nationality, place or "former"; the organisation is the
body that the office belongs to ("a spokeswoman for the energy ministry").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.extract.speakers._phrases import NOUNS, is_hyphenated, is_time, left_phrase, right_phrase
from pipeline.extract.speakers._sides import find_hits, is_document, is_listed, side_of
from pipeline.extract.speakers._titles import (
    PLACES,
    Office,
    bare,
    body_name,
    core_of,
    describes,
    has_office,
    is_body,
    is_nationality,
    is_role,
    is_town,
    link_object,
    read_title,
    words_in,
)
from pipeline.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

PARTICLES = frozenset(
    {"al", "el", "de", "da", "do", "del", "della", "dos", "das", "der", "den", "van", "von", "ten", "ter", "bin", "ibn"}
    | {"ben", "bint", "la", "le", "di", "du", "y", "e"}
)
RELIGIOUS = frozenset({"sister", "brother", "father", "mother"})
LEADING = frozenset({"head", "lead", "run", "command", "direct", "chair", "oversee", "represent"})
SERVING = frozenset({"work", "speak"})
MAX_NAME = 6  # words


class Kind(StrEnum):
    """What a mention is."""

    PERSON = "person"
    BODY = "body"
    NOUN = "noun"
    PRONOUN = "pronoun"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Mention:
    """Who is meant by a noun phrase, as far as the phrase and its appositions tell.

    Attributes:
        tokens: the phrase with a title before the name.
        head: its head word.
        name: of a person or of an organisation; blank for a pronoun or a common noun.
        noun: the phrase without article and what follows its head, in lower case where the text has it so.
    """

    tokens: range
    head: int
    kind: Kind
    name: str = ""
    noun: str = ""
    title: str = ""
    org: str = ""
    side: Side | None = None
    official: bool | None = None


def read_mention(doc: Doc, tokens: range, head: int, stretch: range) -> Mention:
    """Read the mention in a range of tokens, with the appositions beside it within the stretch."""
    first = doc[tokens.start]
    if len(tokens) == 1 and first.tag_ in {"PRP", "EX"}:
        return Mention(tokens, tokens.start, Kind.PRONOUN)
    if len(tokens) == 1 and first.tag_ in {"WP", "WDT"}:
        return Mention(tokens, tokens.start, Kind.RELATIVE)
    core = core_of(doc, tokens)
    name = personal_name(doc, core)
    left, right = _title_left(doc, tokens, stretch), _title_right(doc, tokens, stretch)
    kind = _kind_of_body(doc, tokens, stretch) if name and not left else range(0)
    if kind:
        side, official = side_of([list(doc[kind.start : kind.stop]), list(doc[tokens.start : tokens.stop])])
        text = words_in(doc, core)
        whole = range(min(kind.start, tokens.start), max(kind.stop, tokens.stop))
        return Mention(whole, head, Kind.BODY, text, text, side=side, official=official)
    if name and _is_person(doc, core, name, titled=bool(left or right)):
        before = range(core.start, name.start)
        start = min(phrase.start for phrase in (left, before, name) if phrase)
        stop = right.stop if right else name.stop
        phrases = [phrase for phrase in (before, left, right) if phrase]
        return _person(doc, name, range(start, stop), phrases, _employer(doc, stop, stretch))
    behind = _name_behind_of(doc, tokens, core) or _name_behind(doc, tokens, core, stretch)
    if behind:
        title = range(tokens.start, min(tokens.stop, behind.start))
        return _person(doc, behind, range(tokens.start, behind.stop), [title])
    return _body_or_noun(doc, tokens, core, head)


# --- names ---------------------------------------------------------------------------------------------------------


def personal_name(doc: Doc, core: range) -> range:
    """Return the capitalised words at the end of a phrase that are no office and no body."""
    start = core.stop
    while start > core.start and core.stop - start < MAX_NAME and _is_name_word(doc, start - 1, core):
        start -= 1
    hits = find_hits([doc[i] for i in core], "offices")
    start = max([start, *(core.start + h.stop for h in hits if h.start + 1 < h.stop < len(core))])  # "Sub-Inspector"
    while start < core.stop and not doc[start].text[:1].isupper():
        start += 1
    return range(start, core.stop) if not all(is_time(doc[i]) for i in range(start, core.stop)) else range(0)


def _is_name_word(doc: Doc, i: int, core: range) -> bool:
    token = doc[i]
    if token.lower_ in PARTICLES or token.text in {"-", "’", "'"}:
        return i + 1 < core.stop
    if i > core.start and is_hyphenated(doc, i):
        return True
    if not token.text[:1].isupper() or token.tag_ in {"DT", "PRP$", "POS"}:
        return False
    if token.tag_ == "JJ" and i + 1 < core.stop and is_nationality(token):
        return False
    surname = token.ent_type_ == "PERSON" and i == core.stop - 1 and i > core.start  # "Ana Bishop"
    return not is_role(token) or (surname and not is_listed(token, "bodies"))


def _is_person(doc: Doc, core: range, name: range, *, titled: bool) -> bool:
    """Tell a person from an organisation or a place."""
    before = name.start - 1
    before -= before > core.start and doc[before].text == "."  # "Col. Ana Petrov"
    if before >= core.start and is_listed(doc[before], "offices"):
        return True
    labels = {doc[i].ent_type_ for i in name}
    if titled or "PERSON" in labels:
        return True
    ahead = list(doc[core.start : name.start])
    if any(hit.stop == len(ahead) and ahead[hit.start].is_title for hit in find_hits(ahead, "bodies")):
        return False  # "Joint Task Force Harrier"
    words = [doc[i] for i in name]
    if any(True for _ in find_hits(words, "bodies")) or doc[core.start].tag_ == "DT":
        return False
    if labels & {"ORG", "GPE", "NORP", "FAC", "LOC"} or any(w.text.isupper() and len(w.text) > 1 for w in words):
        return False
    named = (
        w.tag_ in NOUNS or w.tag_ in {"HYPH", "POS", ":"} or w.lower_ in PARTICLES or is_hyphenated(doc, w.i)
        for w in words
    )
    return all(named)


# --- titles --------------------------------------------------------------------------------------------------------


def _title_left(doc: Doc, tokens: range, stretch: range) -> range:
    """Return the title phrase before a name and a comma: "the police chief of Orsa, Talvia, Bram Okoye"."""
    at = tokens.start
    for _ in range(2):
        if at - 1 <= stretch.start or doc[at - 1].text != ",":
            break
        phrase = left_phrase(doc, at - 1, stretch.start)
        if not phrase:
            break
        if has_office(doc, phrase):
            return phrase if not personal_name(doc, core_of(doc, phrase)) else range(0)
        at = phrase.start
    return range(0)


def _kind_of_body(doc: Doc, tokens: range, stretch: range) -> range:
    """Return what kind of body a name is: "the mine's operator, Samara Coal", "Sauti Ziwa, a rights group"."""
    before = tokens.start - 1 > stretch.start and doc[tokens.start - 1].text == ","
    left = left_phrase(doc, tokens.start - 1, stretch.start) if before else range(0)
    behind = tokens.stop + 1 < stretch.stop and doc[tokens.stop].text == ","
    right = right_phrase(doc, tokens.stop + 1, stretch.stop) if behind else range(0)
    if right and doc[right.start].tag_ == "DT" and _tells_kind(doc, right):
        return right
    definite = any(doc[i].tag_ in {"DT", "PRP$", "POS"} for i in left)
    return left if definite and _tells_kind(doc, left) else range(0)


def _tells_kind(doc: Doc, phrase: range) -> bool:
    """Tell whether a phrase in lower case is a body and no office: "a rights group", not "the governor"."""
    head = core_of(doc, phrase).stop - 1
    is_kind = doc[head].is_lower and is_listed(doc[head], "bodies") and not is_listed(doc[head], "offices")
    return is_kind and _names_body(doc, core_of(doc, phrase)) and not has_office(doc, phrase)


def _employer(doc: Doc, start: int, stretch: range) -> range:
    """Return the body told behind a name: "Oksana Melnyk, who heads the rescue service", "Lars Holm of the UN"."""
    at = start + (start < stretch.stop and doc[start].text == ",")
    if at + 2 >= stretch.stop:
        return range(0)
    begin = at + 1 if doc[at].lower_ in {"of", "from", "with"} else _behind_work(doc, at)
    phrase = right_phrase(doc, begin, stretch.stop) if begin else range(0)
    core = body_name(doc, phrase) if phrase else phrase
    return core if core and is_body(doc, core) and not is_town(doc, core) else range(0)


def _behind_work(doc: Doc, at: int) -> int:
    """Return where the object of "who heads" or "who works for" begins, 0 if a clause tells nothing of the kind."""
    verb = doc[at + 1].lemma_.lower() if doc[at].lower_ == "who" else ""
    if verb in SERVING and doc[at + 2].lower_ in {"for", "at", "with"}:
        return at + 3
    return at + 2 if verb in LEADING else 0


def _title_right(doc: Doc, tokens: range, stretch: range) -> range:
    """Return the title phrase behind a name and a comma: "Bram Okoye, 61, the mayor of Orsa"."""
    at = tokens.stop
    for _ in range(2):
        if at + 1 >= stretch.stop or doc[at].text not in {",", "(", "—", "–"}:
            break
        phrase = right_phrase(doc, at + 1, stretch.stop)
        if not phrase:
            break
        if (has_office(doc, phrase) or describes(doc, phrase)) and not personal_name(doc, core_of(doc, phrase)):
            follows = doc[phrase.stop] if phrase.stop < stretch.stop else None
            return range(0) if follows is not None and follows.tag_.startswith(("VB", "MD", "RB")) else phrase
        at = phrase.stop
    return range(0)


def _name_behind(doc: Doc, tokens: range, core: range, stretch: range) -> range:
    """Return the name behind a title and a comma: "the mayor, Ana Petrov,"."""
    described = has_office(doc, core) or doc[core.start].tag_ == "PRP$"  # "his opposite number, Ana Petrov"
    if not described or tokens.stop + 1 >= stretch.stop or doc[tokens.stop].text != ",":
        return range(0)
    phrase = right_phrase(doc, tokens.stop + 1, stretch.stop)
    name = personal_name(doc, core_of(doc, phrase)) if phrase else range(0)
    titles = range(phrase.start, name.start) if name else range(0)
    whole = bool(name) and phrase.stop == name.stop and all(is_listed(doc[i], "offices") for i in titles)
    return name if whole and _is_person(doc, phrase, name, titled=True) else range(0)


def _name_behind_of(doc: Doc, tokens: range, core: range) -> range:
    """Return the name behind a title with "of": "Superintendent of Police Meera Joshi", not "governor of Rio Verde"."""
    words = [doc[i] for i in tokens]
    stops = [hit.stop for lexicon in ("offices", "bodies") for hit in find_hits(words, lexicon)]
    start = tokens.start + max(stops, default=0)
    name = range(start, core_of(doc, range(start, tokens.stop)).stop) if start < tokens.stop else range(0)
    capital = bool(name) and all(doc[i].text[:1].isupper() and doc[i].ent_type_ not in PLACES for i in name)
    return name if capital and start > core.stop + 1 and has_office(doc, core) else range(0)


# --- records -------------------------------------------------------------------------------------------------------


def _person(doc: Doc, name: range, shown: range, phrases: Sequence[range], employer: range = range(0)) -> Mention:
    """Make the mention of a named person from the phrases that hold a title, or from the body told behind it."""
    offices = [read_title(doc, phrase) for phrase in phrases]
    title = next((o.title for o in sorted(offices, key=lambda o: o.is_rank) if o.title), "")
    org = next((o.org for o in offices if o.org), words_in(doc, bare(doc, employer)))
    side, official = side_of([list(doc[phrase.start : phrase.stop]) for phrase in phrases or [employer]])
    org = "" if side is Side.FAMILY else org
    before = doc[name.start - 1] if name.start > shown.start else None
    if before is not None and before.lower_ in RELIGIOUS and before.text[:1].isupper():  # "Sister Ana", not "my sister"
        side, official = Side.OTHER, False
    text = words_in(doc, name)
    return Mention(shown, name.stop - 1, Kind.PERSON, text, title=title, org=org, side=side, official=official)


def _body_or_noun(doc: Doc, tokens: range, core: range, head: int) -> Mention:
    side, official = side_of([list(doc[tokens.start : tokens.stop])])
    plain = bare(doc, core)
    text = words_in(doc, plain)
    if is_document(list(doc[core.start : core.stop])):
        issuer = next((p for p in _objects(doc, tokens, core) if is_body(doc, p)), range(0))
        name = words_in(doc, bare(doc, issuer))
        return Mention(tokens, head, Kind.BODY if name else Kind.NOUN, name, text, side=side, official=official)
    if _names_body(doc, core):
        name = words_in(doc, _proper_end(doc, bare(doc, body_name(doc, tokens))))
        return Mention(tokens, head, Kind.BODY, name, text, side=side, official=official)
    office = read_title(doc, tokens, described=False)
    if doc[core.stop - 1].tag_ == "NNS":  # "port authority officials" hold no office together
        office = Office("", office.org)
    return Mention(tokens, head, Kind.NOUN, "", text, office.title, office.org, side, official)


def _objects(doc: Doc, tokens: range, core: range) -> Iterator[range]:
    """Yield the noun phrases behind the prepositions of a phrase."""
    at = core.stop
    while at < tokens.stop:
        inner = link_object(doc, at + 1, tokens.stop)
        if not inner:
            return
        yield inner
        at = inner.stop


def _names_body(doc: Doc, core: range) -> bool:
    """Tell whether a phrase is a proper name or ends in a body; "residents" and "relatives" are persons."""
    if doc[core.stop - 1].tag_ in {"NNP", "NNPS"} and not _is_office_alone(doc, core):
        return not is_time(doc[core.stop - 1])
    hits = list(find_hits(list(doc[core.start : core.stop]), "bodies"))
    return bool(hits) and hits[-1].stop == len(core) and hits[-1].label not in {Side.WITNESS, Side.FAMILY}


def _is_office_alone(doc: Doc, core: range) -> bool:
    """Tell whether a capital word is an office and no body: "the Speaker", "the President"."""
    word = doc[core.stop - 1]
    return len(core) <= len("ab") and is_listed(word, "offices") and not is_listed(word, "bodies")


def _proper_end(doc: Doc, phrase: range) -> range:
    """Return a phrase without what kind of body it is: "rights group Open Delta Monitor" -> "Open Delta Monitor"."""
    start = phrase.start
    while start < phrase.stop and not doc[start].text[:1].isupper():
        start += 1
    return range(start, phrase.stop) if start < phrase.stop else phrase
