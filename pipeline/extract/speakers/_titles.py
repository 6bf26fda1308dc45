"""What a title phrase says: the office, and the body that it belongs to: "a spokeswoman for the energy ministry"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.speakers._phrases import LINKS, is_time, right_phrase
from pipeline.extract.speakers._sides import find_hits, is_listed
from pipeline.records import Side

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


PLACES = frozenset({"GPE", "LOC", "FAC"})
NATIONAL_ENDINGS = ("an", "ese", "ish", "ani", "eli", "aqi", "meni", "mali")
NO_NATIONS = frozenset(
    {"urban", "human", "christian", "metropolitan", "lutheran", "republican", "suburban", "meridian"}
)
COUNTRIES = frozenset({"US", "UK", "USA", "UAE", "DRC"})  # acronyms that are no bodies
PORTFOLIO_OFFICES = frozenset({"minister", "secretary"})
NO_BODIES = frozenset({"document", Side.WITNESS, Side.FAMILY})
EMPLOYERS = frozenset(  # sides of bodies that people work for: "rebel" and "opposition" before an office are no bodies
    {Side.GOVERNMENT, Side.POLICE, Side.MILITARY, Side.JUDICIARY, Side.HEALTH, Side.IGO, Side.NGO, Side.MEDIA}
)


@dataclass(frozen=True, slots=True)
class Office:
    """What a title phrase says: the office, and the body it belongs to; a rank tells less than a function."""

    title: str
    org: str
    is_rank: bool = False


def read_title(doc: Doc, phrase: range, *, described: bool = True) -> Office:
    """Split a title phrase into office and organisation; `described`: any noun may be the office of a named person."""
    core = through_of(doc, phrase)
    start, owner = _without_lead(doc, core)
    hits = list(find_hits([doc[i] for i in range(start, core.stop)], "offices"))
    listed = any(hit.label not in {"honorific", "former"} for hit in hits)
    if not listed and not (described and describes(doc, phrase)):
        return Office("", "")
    portfolio = doc[core.stop - 1].lemma_.lower() in PORTFOLIO_OFFICES
    told = [hit for hit in hits if hit.label not in {"honorific", "former"}]
    functions = [hit for hit in told if not hit.is_rank]
    stop = start + functions[-1].stop if functions and told[-1].is_rank else core.stop  # "spokesman Maj. Gen."
    title, inside = (range(start, stop), range(0)) if portfolio else without_body(doc, range(start, stop))
    org = owner
    at = core.stop
    while at < phrase.stop:
        inner = link_object(doc, at + 1, phrase.stop)
        if not inner:
            break
        if doc[at].lower_ == "of" and title.stop == at and (portfolio or not is_body(doc, inner)):
            title = range(title.start, inner.stop) if portfolio or not _is_place(doc, inner) else title
        elif is_body(doc, inner) and not (doc[at].lower_ == "of" and is_town(doc, inner)):
            org = org or inner
        at = inner.stop
    return Office(words_in(doc, title), words_in(doc, bare(doc, org or inside)), bool(told) and not functions)


def without_body(doc: Doc, title: range) -> tuple[range, range]:
    """Return an office and the body told before it: "energy ministry official", but "police chief" is one title.

    A body of one word is part of the title; what stands before it says which police it is, not what it is called.
    """
    linked = any(doc[i].lower_ == "of" for i in title)  # "superintendent of police"
    words = [doc[i] for i in range(title.start, title.stop - (not linked))]
    hit = max(find_hits(words, "bodies"), key=lambda h: h.stop, default=None)
    named = range(title.start, title.start + hit.stop) if hit is not None else range(0)
    is_name = hit is not None and len(named) > 1 and all(doc[i].text[:1].isupper() for i in named)
    if hit is None or (hit.label not in EMPLOYERS and not is_name):  # but "Jan Ekta Party legislator"
        return title, range(0)
    if linked or hit.label in {Side.POLICE, Side.MILITARY} or len(named) == 1:
        return title, range(title.start + hit.start, named.stop)
    return range(named.stop, title.stop), named


def link_object(doc: Doc, start: int, limit: int) -> range:
    """Return the noun phrase behind a preposition, with the "of" phrase of a body: "the University of Kesh"."""
    whole = right_phrase(doc, start, limit)
    if not whole:
        return whole
    core = core_of(doc, whole)
    named = is_body(doc, core) and core.stop < whole.stop and doc[core.stop].lower_ in {"of", "for"}
    return range(core.start, core_of(doc, range(core.stop + 1, whole.stop)).stop) if named else core


def _without_lead(doc: Doc, core: range) -> tuple[int, range]:
    """Pass article, owner, nationality, place and "former"; return where the office begins, and the owner if a body."""
    start = core.start
    owner = range(0)
    genitive = next((i for i in core if doc[i].tag_ == "POS"), None)
    if genitive is not None:
        possessor = range(core.start, genitive)
        owner = possessor if is_body(doc, possessor) else owner
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
    return named and not low.endswith("man") and low not in NO_NATIONS and not is_role(token)


def _is_lead(token: Token) -> bool:
    if token.tag_ in {"DT", "PRP$", "PDT", "HYPH"} or token.ent_type_ in {"NORP", "GPE"} or token.text == "-":
        return True
    if is_nationality(token):
        return True
    return any(hit.label == "former" for hit in find_hits([token], "offices")) or token.lower_ == "acting"


def is_body(doc: Doc, phrase: range) -> bool:
    words = list(doc[phrase.start : phrase.stop])
    if any(hit.label not in NO_BODIES for hit in find_hits(words, "bodies")):
        return True
    return any(w.ent_type_ == "ORG" for w in words) or (len(words) == 1 and words[0].text.isupper())


def is_town(doc: Doc, phrase: range) -> bool:
    """Tell whether a body may be a town that was taken for one: "the police chief of Orsa"."""
    words = list(doc[phrase.start : phrase.stop])
    return len(words) == 1 and words[0].text.istitle() and not any(find_hits(words, "bodies"))


def _is_place(doc: Doc, phrase: range) -> bool:
    words = list(doc[phrase.start : phrase.stop])
    return any(w.ent_type_ in PLACES for w in words) or all(w.tag_ in {"NNP", "NNPS", "DT"} for w in words)


def bare(doc: Doc, phrase: range) -> range:
    """Return a phrase without its article or possessive pronoun."""
    start = phrase.start
    while phrase and start < phrase.stop - 1 and doc[start].tag_ in {"DT", "PRP$", "PDT"}:
        start += 1
    return range(start, phrase.stop)


def core_of(doc: Doc, tokens: range) -> range:
    """Return the phrase up to its first preposition."""
    stop = next((i for i in tokens[1:] if doc[i].lower_ in LINKS and doc[i].tag_ in {"IN", "TO"}), tokens.stop)
    return range(tokens.start, stop)


def through_of(doc: Doc, phrase: range) -> range:
    """Return a phrase up to its first preposition, or through the "of" of a listed office: "chief of staff"."""
    core = core_of(doc, phrase)
    hits = find_hits([doc[i] for i in phrase], "offices")
    stop = next((hit.stop for hit in hits if hit.start < len(core) < hit.stop), len(core))
    return range(core.start, core.start + stop)


def body_name(doc: Doc, tokens: range) -> range:
    """Return a phrase up to its first preposition, or through the "of" of a body's name: "Ministry of Defence"."""
    core = core_of(doc, tokens)
    if not opens_name(doc, core.stop - 1, tokens.stop):
        return core
    return range(core.start, core_of(doc, range(core.stop + 1, tokens.stop)).stop)


def opens_name(doc: Doc, i: int, limit: int) -> bool:
    """Tell whether a body's name goes on behind a word with "of": "Ministry of Defence", "Bank of the South"."""
    if i + 2 >= limit or not doc[i].text[:1].isupper() or doc[i + 1].lower_ not in {"of", "for"}:
        return False
    following = i + 2 + (doc[i + 2].lower_ == "the" and i + 3 < limit)
    return doc[following].text[:1].isupper() and is_listed(doc[i], "bodies")


def words_in(doc: Doc, tokens: range) -> str:
    return " ".join(doc[tokens.start : tokens.stop].text.split()) if tokens else ""


def has_office(doc: Doc, phrase: range) -> bool:
    """Tell whether the head of a phrase is an office: "the mayor of Orsa"."""
    core = core_of(doc, phrase)
    return any(hit.label != "honorific" for hit in find_hits(list(doc[core.start : core.stop]), "offices"))


def describes(doc: Doc, phrase: range) -> bool:
    """Tell whether a phrase says what one person is: "the provincial veterinarian", "a weaver"."""
    head = doc[core_of(doc, phrase).stop - 1]
    lower = head.tag_ == "NN" and head.is_lower and not is_time(head)
    return lower and len(phrase) > 1 and doc[phrase.start].lower_ in {"the", "a", "an", "its", "his", "her", "their"}


def is_role(token: Token) -> bool:
    return is_listed(token, "offices", "bodies")
