"""The names of persons and bodies in an article, each with its phrase, and what acronyms stand for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._mentions import Kind, read_mention
from pipeline.extract.speakers._phrases import is_hyphenated, left_phrase
from pipeline.extract.speakers._titles import PLACES, core_of, opens_name, through_of
from pipeline.lexicons import load_lexicon
from pipeline.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.extract.speakers._layout import Layout
    from pipeline.extract.speakers._mentions import Mention

NAME_TAGS = frozenset({"NNP", "NNPS"})
COMMON_TAGS = frozenset({"NN", "NNS"})
ENTERED_SIDES = frozenset(
    {Side.GOVERNMENT, Side.POLICE, Side.MILITARY, Side.JUDICIARY, Side.ARMED_GROUP, Side.IGO, Side.NGO, Side.HEALTH}
)


def find_named(layout: Layout) -> Iterator[Mention]:
    """Yield the mentions of named persons and bodies, in text order."""
    doc = layout.doc
    known: dict[tuple[str, str], Mention] = {}  # phrases without neighbours read the same each time
    for stretch in layout.stretches:
        for i in _name_ends(doc, stretch):
            phrase = left_phrase(doc, i + 1, stretch.start)
            if not phrase:
                continue
            core = _last_core(doc, phrase)
            key = (doc[core.start : core.stop].text, doc[i].ent_type_)
            alone = not _has_neighbour(doc, core, stretch)
            mention = replace(known[key], tokens=core, head=i) if alone and key in known else None
            mention = mention or read_mention(doc, core, i, stretch)
            if alone:
                known[key] = mention
            place = mention.kind is Kind.BODY and mention.side is None and doc[i].ent_type_ in PLACES
            vague = mention.name.islower() and (mention.side is None or not _is_definite(doc, core))
            if mention.kind in {Kind.PERSON, Kind.BODY} and mention.name and not place and not vague:
                yield mention


def _is_definite(doc: Doc, core: range) -> bool:
    """Tell whether a common noun names a body: "the army", "police", "interior ministry", but not "in front"."""
    first = doc[core.start]
    return len(core) > 1 or first.tag_ == "NNS" or first.lower_ == "police"


def _name_ends(doc: Doc, stretch: range) -> Iterator[int]:
    """Yield the last words of proper names, and of common nouns that are bodies."""
    tags = [token.tag_ for token in doc[stretch.start : stretch.stop]]
    for i, tag in zip(stretch, tags, strict=True):
        named = tag in NAME_TAGS or (i > stretch.start and doc[i - 1].text == "-" and is_hyphenated(doc, i))
        titled = not named and i > stretch.start and tags[i - stretch.start - 1] in NAME_TAGS and doc[i].is_title
        common = tag in COMMON_TAGS and doc[i].lemma_ in _body_nouns()
        runs_on = i + 1 < stretch.stop and (_runs_on(doc, i + 1) or opens_name(doc, i, stretch.stop))
        if (named or titled or common) and not runs_on:
            yield i


def _has_neighbour(doc: Doc, core: range, stretch: range) -> bool:
    """Tell whether a comma, bracket or dash may lead to an apposition."""
    before = doc[core.start - 1].text if core.start > stretch.start else ""
    after = doc[core.stop].text if core.stop < stretch.stop else ""
    return before == "," or after in {",", "(", "—", "–"}


@cache
def _body_nouns() -> frozenset[str]:
    """Return the last words of the bodies that have a side of their own."""
    return frozenset(e.words[-1] for e in load_lexicon("bodies") if e.label.partition(":")[0] in ENTERED_SIDES)


def _runs_on(doc: Doc, i: int) -> bool:
    capitalised = doc[i].is_title and doc[i - 1].tag_ in NAME_TAGS
    return doc[i].tag_ in NAME_TAGS or capitalised or is_hyphenated(doc, i)


def _last_core(doc: Doc, phrase: range) -> range:
    """Return the last name of a chain: "the mayor of Bol" -> "Bol", "at the Ministry of Mines" -> the ministry."""
    links = [i for i in reversed(phrase) if doc[i].tag_ in {"IN", "TO"}]
    start = next((i + 1 for i in links if i == phrase.start or not opens_name(doc, i - 1, phrase.stop)), phrase.start)
    titled = through_of(doc, phrase)
    is_linked = core_of(doc, phrase).stop < titled.stop < phrase.stop  # "Chief of Staff Pedro Rocha"
    return range(titled.stop if is_linked else start, phrase.stop)


def spelled_out(doc: Doc, phrase: range, acronym: str) -> str:
    """Return the words that an acronym stands for: the shortest end of the phrase with its first letters."""
    letters = [c for c in acronym if c.isupper()]
    words = list(doc[phrase.start : phrase.stop])
    for start in range(len(words) - 1, -1, -1):
        if not words[start].text[:1].isupper():
            continue
        initials = [w.text[0].upper() for w in words[start:] if w.is_alpha and w.text[:1].isupper()]
        if initials == letters or (
            len(letters) > 1 and initials[:1] == letters[:1] and _in_order(letters, words[start:])
        ):
            return doc[words[start].i : phrase.stop].text
    return ""


def _in_order(letters: Sequence[str], words: Sequence[object]) -> bool:
    initials = iter(str(w)[0].upper() for w in words)
    return all(letter in initials for letter in letters)
