"""A noun phrase that stands for somebody -> name, title, organisation and side: "the mayor of Bol, Ana Petrov".

The title is the office with its portfolio, without article, nationality, place or "former"; the organisation is the
body that the office belongs to ("a spokeswoman for the energy ministry").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.extract.speakers._phrases import LINKS, NOUNS, is_hyphenated, is_time, left_phrase, right_phrase
from pipeline.extract.speakers._sides import find_hits, is_listed, side_of
from pipeline.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc, Token

PARTICLES = frozenset(
    {"al", "el", "de", "da", "do", "del", "della", "dos", "das", "der", "den", "van", "von", "ten", "ter", "bin", "ibn"}
    | {"ben", "bint", "la", "le", "di", "du", "y", "e"}
)
PLACES = frozenset({"GPE", "LOC", "FAC"})
RELIGIOUS = frozenset({"sister", "brother", "father", "mother"})
NATIONAL_ENDINGS = ("an", "ese", "ish", "ani", "eli", "aqi", "meni", "mali")
NO_NATIONS = frozenset(
    {"urban", "human", "christian", "metropolitan", "lutheran", "republican", "suburban", "meridian"}
)
COUNTRIES = frozenset({"US", "UK", "USA", "UAE", "DRC"})  # acronyms that are no bodies
PORTFOLIO_OFFICES = frozenset({"minister", "secretary"})
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
    core = _core(doc, tokens)
    name = personal_name(doc, core)
    left, right = _title_left(doc, tokens, stretch), _title_right(doc, tokens, stretch)
    kind = _body_left(doc, tokens, stretch) if name and not left else range(0)
    if kind:
        side, official = side_of([list(doc[kind.start : kind.stop]), list(doc[tokens.start : tokens.stop])])
        text = _text(doc, core)
        return Mention(range(kind.start, tokens.stop), head, Kind.BODY, text, text, side=side, official=official)
    if name and _is_person(doc, core, name, titled=bool(left or right)):
        before = range(core.start, name.start)
        start = min(phrase.start for phrase in (left, before, name) if phrase)
        stop = right.stop if right else name.stop
        phrases = [phrase for phrase in (before, left, right) if phrase]
        return _person(doc, name, range(start, stop), phrases)
    behind = _name_behind(doc, tokens, core, stretch)
    if behind:
        return _person(doc, behind, range(tokens.start, behind.stop), [tokens])
    return _body_or_noun(doc, tokens, core, head)


def _core(doc: Doc, tokens: range) -> range:
    """Return the phrase up to its first preposition."""
    stop = next((i for i in tokens[1:] if doc[i].lower_ in LINKS and doc[i].tag_ in {"IN", "TO"}), tokens.stop)
    return range(tokens.start, stop)


def _text(doc: Doc, tokens: range) -> str:
    return " ".join(doc[tokens.start : tokens.stop].text.split()) if tokens else ""


# --- names ---------------------------------------------------------------------------------------------------------


def personal_name(doc: Doc, core: range) -> range:
    """Return the capitalised words at the end of a phrase that are no office and no body."""
    start = core.stop
    while start > core.start and core.stop - start < MAX_NAME and _is_name_word(doc, start - 1, core):
        start -= 1
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
    return not _is_role(token) or (surname and not is_listed(token, "bodies"))


def _is_role(token: Token) -> bool:
    return is_listed(token, "offices", "bodies")


def _is_person(doc: Doc, core: range, name: range, *, titled: bool) -> bool:
    """Tell a person from an organisation or a place."""
    before = name.start - 1
    before -= before > core.start and doc[before].text == "."  # "Col. Ana Petrov"
    if before >= core.start and is_listed(doc[before], "offices"):
        return True
    labels = {doc[i].ent_type_ for i in name}
    if "PERSON" in labels:
        return True
    if titled:
        return True
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
            return phrase if not personal_name(doc, _core(doc, phrase)) else range(0)
        at = phrase.start
    return range(0)


def _body_left(doc: Doc, tokens: range, stretch: range) -> range:
    """Return what kind of body a name behind a comma is: "the mine's operator, Samara Coal"."""
    if tokens.start - 1 <= stretch.start or doc[tokens.start - 1].text != ",":
        return range(0)
    phrase = left_phrase(doc, tokens.start - 1, stretch.start)
    head = doc[phrase.stop - 1] if phrase else None
    definite = bool(phrase) and any(doc[i].tag_ in {"DT", "PRP$", "POS"} for i in phrase)
    is_kind = head is not None and head.is_lower and is_listed(head, "bodies") and not is_listed(head, "offices")
    return phrase if definite and is_kind else range(0)


def _title_right(doc: Doc, tokens: range, stretch: range) -> range:
    """Return the title phrase behind a name and a comma: "Bram Okoye, 61, the mayor of Orsa"."""
    at = tokens.stop
    for _ in range(2):
        if at + 1 >= stretch.stop or doc[at].text not in {",", "(", "—", "–"}:
            break
        phrase = right_phrase(doc, at + 1, stretch.stop)
        if not phrase:
            break
        if (has_office(doc, phrase) or _describes(doc, phrase)) and not personal_name(doc, _core(doc, phrase)):
            follows = doc[phrase.stop] if phrase.stop < stretch.stop else None
            return range(0) if follows is not None and follows.tag_.startswith(("VB", "MD", "RB")) else phrase
        at = phrase.stop
    return range(0)


def _describes(doc: Doc, phrase: range) -> bool:
    """Tell whether a phrase says what one person is: "the provincial veterinarian", "a weaver"."""
    head = doc[_core(doc, phrase).stop - 1]
    lower = head.tag_ == "NN" and head.is_lower and not is_time(head)
    return lower and len(phrase) > 1 and doc[phrase.start].lower_ in {"the", "a", "an", "its", "his", "her", "their"}


def has_office(doc: Doc, phrase: range) -> bool:
    """Tell whether the head of a phrase is an office: "the mayor of Orsa"."""
    core = _core(doc, phrase)
    return any(hit.label != "honorific" for hit in find_hits(list(doc[core.start : core.stop]), "offices"))


def _name_behind(doc: Doc, tokens: range, core: range, stretch: range) -> range:
    """Return the name behind a title and a comma: "the mayor, Ana Petrov,"."""
    described = has_office(doc, core) or doc[core.start].tag_ == "PRP$"  # "his opposite number, Ana Petrov"
    if not described or tokens.stop + 1 >= stretch.stop or doc[tokens.stop].text != ",":
        return range(0)
    phrase = right_phrase(doc, tokens.stop + 1, stretch.stop)
    name = personal_name(doc, _core(doc, phrase)) if phrase else range(0)
    titles = range(phrase.start, name.start) if name else range(0)
    whole = bool(name) and phrase.stop == name.stop and all(is_listed(doc[i], "offices") for i in titles)
    return name if whole and _is_person(doc, phrase, name, titled=True) else range(0)


@dataclass(frozen=True, slots=True)
class _Office:
    """What a title phrase says: the office, and the body it belongs to."""

    title: str
    org: str


def _read_title(doc: Doc, phrase: range, *, described: bool = True) -> _Office:
    """Split a title phrase into office and organisation; `described`: any noun may be the office of a named person."""
    core = _core(doc, phrase)
    start, owner = _without_lead(doc, core)
    hits = list(find_hits([doc[i] for i in range(start, core.stop)], "offices"))
    listed = any(hit.label not in {"honorific", "former"} for hit in hits)
    if not listed and not (described and _describes(doc, phrase)):
        return _Office("", "")
    title = range(start, core.stop)
    org = owner
    portfolio = doc[core.stop - 1].lemma_.lower() in PORTFOLIO_OFFICES
    at = core.stop
    while at < phrase.stop:
        inner = _link_object(doc, at + 1, phrase.stop)
        if not inner:
            break
        if doc[at].lower_ == "of" and title.stop == at and (portfolio or not _is_body(doc, inner)):
            title = range(title.start, inner.stop) if portfolio or not _is_place(doc, inner) else title
        elif _is_body(doc, inner) and not (doc[at].lower_ == "of" and _may_be_town(doc, inner)):
            org = org or inner
        at = inner.stop
    return _Office(_text(doc, title), _text(doc, _bare(doc, org)))


def _link_object(doc: Doc, start: int, limit: int) -> range:
    """Return the noun phrase behind a preposition, with the "of" phrase of a body: "the University of Kesh"."""
    whole = right_phrase(doc, start, limit)
    if not whole:
        return whole
    core = _core(doc, whole)
    named = _is_body(doc, core) and core.stop < whole.stop and doc[core.stop].lower_ in {"of", "for"}
    return range(core.start, _core(doc, range(core.stop + 1, whole.stop)).stop) if named else core


def _without_lead(doc: Doc, core: range) -> tuple[int, range]:
    """Pass article, owner, nationality, place and "former"; return where the office begins, and the owner if a body."""
    start = core.start
    owner = range(0)
    genitive = next((i for i in core if doc[i].tag_ == "POS"), None)
    if genitive is not None:
        possessor = range(core.start, genitive)
        owner = possessor if _is_body(doc, possessor) else owner
        start = genitive + 1
    while start < core.stop - 1:
        token = doc[start]
        hits = find_hits([doc[i] for i in range(start, core.stop - 1)], "bodies")
        body = next((h for h in hits if h.start == 0 and h.entry.pos == "PROPN"), None)
        if body is not None and token.text[:1].isupper():
            owner = owner or range(start, start + body.stop)
            start += body.stop
        elif token.text.isupper() and len(token.text) > 1 and token.is_alpha and token.text not in COUNTRIES:
            owner = owner or range(start, start + 1)
            start += 1
        elif _is_lead(token):
            start += 1
        else:
            break
    return start, owner


def is_nationality(token: Token) -> bool:
    """Tell by its form whether a capitalised word is of a nation: "Talvian", "Spanish"."""
    low = token.lower_
    named = token.text[:1].isupper() and len(low) > len("Doric") and low.endswith(NATIONAL_ENDINGS)
    return named and not low.endswith("man") and low not in NO_NATIONS and not _is_role(token)


def _is_lead(token: Token) -> bool:
    if token.tag_ in {"DT", "PRP$", "PDT", "HYPH"} or token.ent_type_ in {"NORP", "GPE"} or token.text == "-":
        return True
    if is_nationality(token):
        return True
    return any(hit.label == "former" for hit in find_hits([token], "offices")) or token.lower_ == "acting"


def _is_body(doc: Doc, phrase: range) -> bool:
    words = list(doc[phrase.start : phrase.stop])
    if any(hit.label != "document" for hit in find_hits(words, "bodies")):
        return True
    return any(w.ent_type_ == "ORG" for w in words) or (len(words) == 1 and words[0].text.isupper())


def _may_be_town(doc: Doc, phrase: range) -> bool:
    """Tell whether a body may be a town that was taken for one: "the police chief of Orsa"."""
    words = list(doc[phrase.start : phrase.stop])
    return len(words) == 1 and words[0].text.istitle() and not any(find_hits(words, "bodies"))


def _is_place(doc: Doc, phrase: range) -> bool:
    words = list(doc[phrase.start : phrase.stop])
    return any(w.ent_type_ in PLACES for w in words) or all(w.tag_ in {"NNP", "NNPS", "DT"} for w in words)


def _bare(doc: Doc, phrase: range) -> range:
    """Return a phrase without its article or possessive pronoun."""
    start = phrase.start
    while phrase and start < phrase.stop - 1 and doc[start].tag_ in {"DT", "PRP$", "PDT"}:
        start += 1
    return range(start, phrase.stop)


# --- records -------------------------------------------------------------------------------------------------------


def _person(doc: Doc, name: range, shown: range, phrases: Sequence[range]) -> Mention:
    """Make the mention of a named person from the phrases that hold a title."""
    offices = [_read_title(doc, phrase) for phrase in phrases]
    title = next((o.title for o in offices if o.title), "")
    org = next((o.org for o in offices if o.org), "")
    side, official = side_of([list(doc[phrase.start : phrase.stop]) for phrase in phrases])
    before = doc[name.start - 1] if name.start > shown.start else None
    if before is not None and before.lower_ in RELIGIOUS and before.text[:1].isupper():  # "Sister Ana", not "my sister"
        side, official = Side.OTHER, False
    text = _text(doc, name)
    return Mention(shown, name.stop - 1, Kind.PERSON, text, title=title, org=org, side=side, official=official)


def _body_or_noun(doc: Doc, tokens: range, core: range, head: int) -> Mention:
    side, official = side_of([list(doc[tokens.start : tokens.stop])])
    bare = _bare(doc, core)
    text = _text(doc, bare)
    if _is_document(doc, core):
        issuer = next((p for p in _objects(doc, tokens, core) if _is_body(doc, p)), range(0))
        name = _text(doc, _bare(doc, issuer))
        return Mention(tokens, head, Kind.BODY if name else Kind.NOUN, name, text, side=side, official=official)
    if _names_body(doc, core):
        name = _text(doc, _proper_end(doc, bare))
        return Mention(tokens, head, Kind.BODY, name, text, side=side, official=official)
    office = _read_title(doc, tokens, described=False) if doc[core.stop - 1].tag_ != "NNS" else _Office("", "")
    return Mention(tokens, head, Kind.NOUN, "", text, office.title, office.org, side, official)


def _is_document(doc: Doc, core: range) -> bool:
    hits = list(find_hits(list(doc[core.start : core.stop]), "bodies"))
    return bool(hits) and hits[-1].stop == len(core) and hits[-1].label == "document"


def _objects(doc: Doc, tokens: range, core: range) -> Iterator[range]:
    """Yield the noun phrases behind the prepositions of a phrase."""
    at = core.stop
    while at < tokens.stop:
        inner = _link_object(doc, at + 1, tokens.stop)
        if not inner:
            return
        yield inner
        at = inner.stop


def _names_body(doc: Doc, core: range) -> bool:
    """Tell whether a phrase is a proper name or ends in a body; "residents" and "relatives" are persons."""
    if doc[core.stop - 1].tag_ in {"NNP", "NNPS"}:
        return not is_time(doc[core.stop - 1])
    hits = list(find_hits(list(doc[core.start : core.stop]), "bodies"))
    return bool(hits) and hits[-1].stop == len(core) and hits[-1].label not in {Side.WITNESS, Side.FAMILY}


def _proper_end(doc: Doc, phrase: range) -> range:
    """Return a phrase without what kind of body it is: "rights group Open Delta Monitor" -> "Open Delta Monitor"."""
    start = phrase.start
    while start < phrase.stop and not doc[start].text[:1].isupper():
        start += 1
    return range(start, phrase.stop) if start < phrase.stop else phrase
