"""Who a mention stands for: full names, surnames, titles alone, acronyms, pronouns and "the organisation".

All persons and bodies that an article names are entered first, with what it tells of them; a later short form is
looked up among those before it. A pronoun takes the last person who spoke or was told about: never by gender, because
translated news calls Agnès "he".
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._mentions import Kind, read_mention
from pipeline.extract.speakers._names import find_named, spelled_out
from pipeline.extract.speakers._phrases import left_phrase, phrase_head
from pipeline.extract.speakers._sides import PORTFOLIO, is_document, side_of
from pipeline.records import Side, Span, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.extract.speakers._layout import Layout
    from pipeline.extract.speakers._mentions import Mention

ACRONYM = re.compile(r"\((?:the |or )?([A-Z][A-Za-z]{1,8})\)")
OWNERS = frozenset({"its", "their"})
PERSONAL = frozenset({"he", "she", "him", "her"})
MINISTRY_WORDS = frozenset({"ministry", "of", "the", "for", "and"})
PUBLISHING = frozenset({"publish", "release", "issue", "present", "launch", "post", "circulate", "unveil"})
SELF_NAMED = frozenset({"calls", "called", "named", "known", "identified", "calling"})
GENERIC = {
    "group": (Side.NGO, Side.ARMED_GROUP, Side.POLITICAL_PARTY, Side.OTHER, None),
    "organisation": (Side.NGO, Side.IGO, Side.OTHER, None),
    "organization": (Side.NGO, Side.IGO, Side.OTHER, None),
    "body": (Side.NGO, Side.IGO, Side.GOVERNMENT, Side.OTHER, None),
    "movement": (Side.ARMED_GROUP, Side.POLITICAL_PARTY, None),
    "agency": (Side.IGO, Side.NGO, Side.MEDIA, Side.GOVERNMENT),
    "force": (Side.POLICE, Side.MILITARY),
    "company": (Side.OTHER, None),
    "firm": (Side.OTHER, None),
    "watchdog": (Side.NGO,),
    "charity": (Side.NGO,),
    "ngo": (Side.NGO,),
}


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case."""
    return tuple(name.lower().replace("-", " ").split())


@dataclass(slots=True)
class Entry:
    """A person or body of the article. `at` is where it was first named, in tokens."""

    name: str
    kind: Kind
    at: int
    title: str = ""
    org: str = ""
    side: Side | None = None
    official: bool | None = None
    places: list[int] = field(default_factory=list)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name, in lower case."""
        return words_of(self.name)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whom a mention stands for, and what the link rests on."""

    mention: Mention
    entry: Entry | None
    basis: str


@lru_cache(maxsize=1)
def _built(layout: Layout) -> Register:
    return Register(layout)


def register_of(layout: Layout) -> Register:
    """Return the register of an article in which nobody has spoken; the last one is built only once."""
    register = copy(_built(layout))
    register.entries, register.exact, register.spoken = list(register.entries), dict(register.exact), []
    return register


class Register:
    """The persons and bodies that an article names, for looking up short forms."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.doc = layout.doc
        self.entries: list[Entry] = []
        self.exact: dict[tuple[Kind, tuple[str, ...]], Entry] = {}
        self.acronyms: dict[str, str] = {}
        self.spoken: list[tuple[int, Entry]] = []
        self._enter_acronyms()
        for mention in find_named(layout):
            self._enter(mention)
        self.issuers = dict(self._find_issuers())

    # --- entering --------------------------------------------------------------------------------------------------

    def _enter(self, mention: Mention) -> None:
        if mention.name in self.acronyms:
            mention = replace(mention, name=self.acronyms[mention.name], kind=Kind.BODY)
        entry = self._by_name(mention.name, mention.kind, mention.head + 1)
        if entry is None and mention.kind is Kind.BODY:
            entry = self._known_otherwise(mention)
        if entry is None:
            entry = self._add(Entry(mention.name, mention.kind, mention.head))
        if len(mention.name.split()) > len(entry.name.split()):
            entry.name = mention.name
            self.exact.setdefault((entry.kind, entry.words), entry)
        owned = self._with_owner(mention)
        entry.title = entry.title or owned.title
        entry.org = entry.org or owned.org
        if entry.side is None:
            entry.side, entry.official = owned.side, owned.official
        entry.places.append(mention.head)

    def _known_otherwise(self, mention: Mention) -> Entry | None:
        """Return the body that "the ministry" is short for, or the person whose surname was taken for a body."""
        if self._is_definite(mention):
            return self._short_for(mention.name.lower(), mention.head)
        return self._by_name(mention.name, Kind.PERSON, mention.head) if mention.side is None else None

    def _add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        self.exact.setdefault((entry.kind, entry.words), entry)
        return entry

    def _enter_acronyms(self) -> None:
        for match in ACRONYM.finditer(self.layout.text):
            opening = self.doc.char_span(match.start(), match.end(), alignment_mode="expand")
            if opening is None or not opening[0].i:
                continue
            phrase = left_phrase(self.doc, opening[0].i, 0)
            full = spelled_out(self.doc, phrase, match[1])
            if not full:
                continue
            self.acronyms[match[1]] = full
            entry = self._by_name(full, Kind.BODY, len(self.doc))
            if entry is None:
                entry = self._add(Entry(full, Kind.BODY, phrase.start))
            if entry.side is None:
                entry.side, entry.official = side_of([[self.doc[i] for i in phrase]])

    def _find_issuers(self) -> Iterator[tuple[str, Entry]]:
        """Yield who is told to publish a document, by its noun: "the Delta Monitor published a study"."""
        owners = {place: e for e in self.entries if e.kind is Kind.BODY for place in e.places}
        for token in self.doc:
            if token.dep_ != "dobj" or token.head.lemma_ not in PUBLISHING or not is_document([token]):
                continue
            who = next((owners[c.i] for c in token.head.lefts if c.dep_ == "nsubj" and c.i in owners), None)
            if who is not None:
                yield token.lemma_, who

    # --- looking up ------------------------------------------------------------------------------------------------

    def resolve(self, mention: Mention, stretch: range) -> Resolved:
        """Return whom a mention stands for."""
        if mention.kind is Kind.PRONOUN:
            return self._pronoun(mention)
        if mention.kind is Kind.RELATIVE:
            return self._antecedent(mention, stretch)
        if mention.kind is Kind.PERSON and mention.name not in self.acronyms:
            return self._person(mention)
        if mention.kind in {Kind.PERSON, Kind.BODY}:
            return self._body(mention)
        return self._noun(mention, stretch)

    def _person(self, mention: Mention) -> Resolved:
        mention = self._with_owner(mention)
        entry = self._by_name(mention.name, Kind.PERSON, mention.head)
        if entry is None:
            body = self._by_name(mention.name, Kind.BODY, mention.head)
            if body is not None and not mention.title:
                return Resolved(mention, body, "name")
            return Resolved(mention, None, "name" if mention.name else "none")
        short = len(mention.name.split()) < len(entry.name.split())
        return Resolved(mention, entry, "surname" if short else "name")

    def _body(self, mention: Mention) -> Resolved:
        full = self.acronyms.get(mention.name)
        if full:
            return Resolved(mention, self._by_name(full, Kind.BODY, len(self.doc)), "acronym")
        head = mention.name.lower().split()[-1] if mention.name else ""
        if self._is_definite(mention) and (mention.name.islower() or len(mention.name.split()) == 1):
            entry = self._definite(mention.name.lower(), head, mention.tokens.start)
            if entry is not None:
                return Resolved(mention, entry, "definite_np")
        entry = self._by_name(mention.name, Kind.BODY, mention.head)
        person = self._by_name(mention.name, Kind.PERSON, mention.head) if mention.side is None else None
        if person is not None and (entry is None or entry.words == words_of(mention.name)):
            return Resolved(mention, person, "surname")  # a surname that was taken for a body
        return Resolved(mention, entry, "name")

    def _definite(self, noun: str, head: str, before: int) -> Entry | None:
        """Return the last body that "the group" or "the league" can stand for."""
        if noun != head:
            return None
        named = self._short_for(head, before)
        if named is not None:
            return named
        sides = GENERIC.get(head, ())
        bodies = [e for e in self.entries if e.kind is Kind.BODY and e.at < before and len(e.words) > 1]
        fitting = [e for e in bodies if e.side is not None and e.side in sides]
        fitting = fitting or [e for e in bodies if e.side in sides]
        return max(fitting, key=lambda e: _last_before(e, before), default=None)

    def _is_definite(self, mention: Mention) -> bool:
        return self.doc[mention.tokens.start].lower_ in {"the", "this", "that"}

    def _short_for(self, noun: str, before: int) -> Entry | None:
        """Return the last body whose longer name holds a noun: "the ministry" is the interior ministry."""
        bodies = [e for e in self.entries if e.kind is Kind.BODY and e.at < before and _holds(e.words, (noun,))]
        return max(bodies, key=lambda e: _last_before(e, before), default=None)

    def _noun(self, mention: Mention, stretch: range) -> Resolved:
        named = self._self_named(mention, stretch)
        if named is not None:
            return named
        wanted = {w for w in re.findall(r"\w+", mention.title.lower()) if w not in {"of", "the", "s", "for"}}
        singular_definite = (
            self.doc[mention.tokens.start].lower_ in {"the", "this"} or "’s" in mention.noun or "'s" in mention.noun
        )
        if wanted and singular_definite:
            holders = [e for e in self.entries if e.kind is Kind.PERSON and wanted <= _title_words(e)]
            before = [e for e in holders if e.at < mention.tokens.start]
            entry = max(before or holders, key=lambda e: _last_before(e, mention.tokens.start), default=None)
            if entry is not None:
                return Resolved(mention, entry, "title")
        issuer = self.issuers.get(self.doc[mention.head].lemma_) if singular_definite else None
        if issuer is not None and issuer.at < mention.head:
            mention = replace(mention, org=issuer.name, side=issuer.side, official=issuer.official)
        return Resolved(self._with_owner(mention), None, "none")

    def _with_owner(self, mention: Mention) -> Mention:
        """Give "one of its leaders" the side of the body that "its" stands for."""
        owned = any(self.doc[i].lower_ in OWNERS for i in mention.tokens)
        body = self._last_body(mention.tokens.start) if owned and not mention.org else None
        if body is None or mention.side is Side.FAMILY:
            return mention
        return replace(
            mention, org=body.name, side=mention.side or body.side, official=mention.official or body.official
        )

    def _self_named(self, mention: Mention, stretch: range) -> Resolved | None:
        """Read "a leader, who calls himself Captain Ebi"."""
        doc = self.doc
        stop = min(mention.tokens.stop + 6, stretch.stop)
        verb = next((i for i in range(mention.tokens.stop, stop) if doc[i].lower_ in SELF_NAMED), None)
        if verb is None:
            return None
        at = verb + 2 if doc[verb + 1].lower_ in {"himself", "herself", "themselves", "as", "only"} else verb + 1
        end = at
        while end < stretch.stop and doc[end].text[:1].isupper():
            end += 1
        if end == at:
            return None
        owner = self._with_owner(mention)
        return Resolved(replace(owner, name=doc[at:end].text, kind=Kind.PERSON), None, "name")

    def _pronoun(self, mention: Mention) -> Resolved:
        low = self.doc[mention.head].lower_
        if low in PERSONAL:
            return self._linked(mention, self._last_person(mention.head))
        if low == "it":
            return self._linked(mention, self._last_body(mention.head))
        if low in {"they", "them"}:
            return self._linked(mention, self._last_body(mention.head, plural=True))
        return Resolved(mention, None, "none")

    def _linked(self, mention: Mention, entry: Entry | None) -> Resolved:
        return Resolved(mention, entry, "pronoun" if entry is not None else "none")

    def _antecedent(self, mention: Mention, stretch: range) -> Resolved:
        doc = self.doc
        at = mention.head
        while at > stretch.start and (doc[at - 1].text in {",", "—", "–", ")"} or doc[at - 1].tag_ == "RB"):
            at -= 1
        phrase = left_phrase(doc, at, stretch.start)
        if not phrase:
            return Resolved(mention, None, "none")
        if (
            doc[phrase.start].lower_ in {"a", "an"}
            and phrase.start > stretch.start
            and doc[phrase.start - 1].text == ","
        ):
            phrase = left_phrase(doc, phrase.start - 1, stretch.start) or phrase  # "the company, a contractor, which"
        inner = self.resolve(read_mention(doc, phrase, phrase_head(doc, phrase), stretch), stretch)
        return Resolved(replace(inner.mention, tokens=mention.tokens, head=mention.head), inner.entry, inner.basis)

    def _by_name(self, name: str, kind: Kind, before: int) -> Entry | None:
        """Return the entry of a full name, or the last one of which it is a part."""
        words = words_of(name)
        exact = self.exact.get((kind, words))
        if exact is not None or not words:
            return exact
        parts = [e for e in self.entries if e.kind is kind and _is_part(words, e.words, kind)]
        earlier = [e for e in parts if e.at <= before]
        return max(earlier or parts, key=lambda e: _last_before(e, before), default=None)

    def _last_person(self, before: int) -> Entry | None:
        persons = [e for e in self.entries if e.kind is Kind.PERSON and (e.title or len(e.words) > 1)]
        outside = [(p, e) for e in persons for p in e.places if p < before and not self.layout.is_quoted(p)]
        told = [(place, e) for place, e in outside if self._is_prominent(place)] or outside
        spoken = [(place, e) for place, e in self.spoken if place < before and e.kind is Kind.PERSON]
        return max([*told, *spoken], key=lambda item: item[0], default=(0, None))[1]

    def _is_prominent(self, place: int) -> bool:
        """Tell whether a mention is a subject."""
        return self.doc[place].dep_ in {"nsubj", "nsubjpass"}

    def _last_body(self, before: int, *, plural: bool = False) -> Entry | None:
        bodies = [e for e in self.entries if e.kind is Kind.BODY and (not plural or _is_plural(e.name))]
        outside = [
            (place, e) for e in bodies for place in e.places if place < before and not self.layout.is_quoted(place)
        ]
        told = [(place, e) for place, e in outside if self._is_prominent(place)] or outside
        spoken = [(place, e) for place, e in self.spoken if place < before and e.kind is Kind.BODY]
        spoken = [(place, e) for place, e in spoken if not plural or _is_plural(e.name)]
        return max([*told, *spoken], key=lambda item: item[0], default=(0, None))[1]

    def speaker(self, resolved: Resolved) -> Speaker:
        """Return the record of a resolved mention, and remember that it spoke."""
        mention, entry = resolved.mention, resolved.entry
        if entry is None and mention.kind is Kind.BODY and mention.name:
            entry = Entry(mention.name, Kind.BODY, mention.head, side=mention.side, official=mention.official)
            self._add(entry)
        elif entry is None and mention.kind is Kind.NOUN and mention.title:  # "a nurse", for the "she" that follows
            name, org = self.name_of(resolved), mention.org
            entry = Entry(name, Kind.PERSON, mention.head, mention.title, org, mention.side, mention.official)
        if entry is not None:
            self.spoken.append((mention.head, entry))
        side, official = self.side_of(resolved)
        first, last = self.doc[mention.tokens.start], self.doc[mention.tokens.stop - 1]
        span = Span(first.idx, last.idx + len(last))
        text = self.layout.text[span.start : span.end]
        name = self.name_of(resolved)
        return Speaker(text, span, name, _title(mention, entry), self._org(mention, entry), side, official)

    def name_of(self, resolved: Resolved) -> str:
        """Return the name that a mention stands for; a nameless person has its noun, a spokesman the body's name."""
        mention, entry = resolved.mention, resolved.entry
        if entry is not None:
            return entry.name
        if mention.name:
            return mention.name
        return self._org(mention, entry) if mention.title.lower().startswith("spokes") and mention.org else mention.noun

    def _org(self, mention: Mention, entry: Entry | None) -> str:
        if entry is not None and entry.kind is Kind.BODY:
            return entry.name
        org = mention.org or (entry.org if entry is not None else "")
        return self.acronyms.get(org) or self._full_name(org) or self._ministry_of(_title(mention, entry))

    def _full_name(self, org: str) -> str:
        """Return the one longer name that "the task force" or "the ministry" is short for, else the name itself."""
        longer = {
            e.name for e in self.entries if e.kind is Kind.BODY and org.islower() and _holds(e.words, words_of(org))
        }
        return longer.pop() if len(longer) == 1 else org

    def _ministry_of(self, title: str) -> str:
        """Return the ministry that the article names for a portfolio: "deputy interior minister"."""
        held = {*words_of(title)}
        if PORTFOLIO not in held:
            return ""
        ministries = [e for e in self.entries if e.kind is Kind.BODY and "ministry" in e.words]
        return next((e.name for e in ministries if held >= {*e.words} - MINISTRY_WORDS != set()), "")

    def side_of(self, resolved: Resolved) -> tuple[Side | None, bool | None]:
        """Return side and office: what the mention says, else what the article said before, else the organisation."""
        mention, entry = resolved.mention, resolved.entry
        short = mention.kind in {Kind.NOUN, Kind.BODY} or mention.side is None
        if entry is not None and entry.side is not None and short:
            return entry.side, entry.official
        if mention.side is not None:
            return mention.side, mention.official
        org = self._org(mention, entry)
        body = self._by_name(org, Kind.BODY, len(self.doc)) if org else None
        if body is not None:
            return body.side, body.official
        known = entry is not None or bool(mention.name or mention.noun)
        return None, False if known else None  # nothing tells of a state office


def _title(mention: Mention, entry: Entry | None) -> str:
    """Return the office or trade; what one is to the dead, and "source", are none."""
    own = mention.kind is Kind.PERSON and mention.title
    title, side = (mention.title, mention.side) if own or entry is None else (entry.title, entry.side)
    return "" if side is Side.FAMILY or title.lower().endswith("source") else title


def _is_plural(name: str) -> bool:
    return name.lower().endswith(("s", "police"))


def _last_before(entry: Entry, before: int) -> int:
    return max((place for place in entry.places if place < before), default=entry.at if entry.at < before else -1)


def _title_words(entry: Entry) -> set[str]:
    return set(re.findall(r"\w+", entry.title.lower()))


def _holds(full: Sequence[str], part: Sequence[str]) -> bool:
    """Tell whether a longer name has some words side by side."""
    size = len(part)
    return 0 < size < len(full) and any(tuple(full[k : k + size]) == tuple(part) for k in range(len(full) - size + 1))


def _is_part(words: Sequence[str], full: Sequence[str], kind: Kind) -> bool:
    """Tell whether some words are a surname or first name of a full name, or the beginning of a body's name."""
    if kind is Kind.PERSON:
        return len(words) < len(full) and (
            tuple(full[-len(words) :]) == tuple(words) or tuple(full[: len(words)]) == tuple(words)
        )
    return len(words) < len(full) and tuple(full[: len(words)]) == tuple(words)
