"""Entity annotations of the training corpora, in the label scheme of OntoNotes as spaCy's English pipelines use it.

The corpora know persons, organisations and places; nationalities hide in a class of other names. Here places are
split into GPE, LOC and FAC by their last or first word, and nationalities, religions and political groups become NORP.
A tag of None says that nobody knows, so that the recogniser learns nothing from the token.

Sources of the tags:
    Universal NER on UD EWT (PER ORG LOC OTH), CrossNER politics, WikiGold (PER ORG LOC MISC), GUM (entity types of all
    mentions, of which the named ones are kept).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from treebank import Sentence, Word

Tags = list[str | None]

FACILITY = frozenset(
    "airport airbase airfield base bridge building camp cathedral centre center church dam embassy factory hall harbor "
    "harbour highway hospital hotel house market mine monastery mosque museum palace park pipeline plant plaza port "
    "prison refinery road school square stadium station street synagogue temple tower tunnel university".split()
)
LANDSCAPE = frozenset(
    "africa america antarctica asia atlantic balkans basin bay beach canal canyon caribbean caucasus coast creek delta "
    "desert east europe forest gulf heights hill hills horn island islands isle jungle lake levant mediterranean mount "
    "mountain mountains north ocean pacific peninsula plain plains plateau range reef region ridge river sahara sahel "
    "sea south strait valley volcano west bank".split()
)
NOT_LANDSCAPE = frozenset(
    "south north east west korea africa sudan dakota carolina ossetia timor virginia coast ivory bengal papua".split()
)
NORP_WORD = re.compile(
    r"[A-Z][a-z’'-]+(?:ans?|ians?|ish|ese|[a-z]ch|is?|eks?|ics?|ims?|tes?|[a-z]ws|crats?|sts?|rds?|rabs?|uns?|ns)"
)
NORP_TAGS = frozenset({"JJ", "NNP", "NNPS", "NNS", "NN"})
NAME_TAGS = frozenset({"NNP", "NNPS"})
INSIDE_NAME = frozenset({"NNP", "NNPS", "HYPH", "CD", "POS"})
INSIDE_WORDS = frozenset({"of", "the", "for", "and", "&", "de", "la", "del", "al", "bin", "von", "van", "'s", "-"})
TITLES = frozenset(
    "president minister secretary senator sen. governor gov. king queen prince princess mr. mrs. ms. dr. sir judge "
    "general gen. colonel col. captain capt. sergeant sgt. major lieutenant professor prof. pope sheikh".split()
)

CROSSNER = {
    "politician": "PERSON",
    "person": "PERSON",
    "politicalparty": "ORG",
    "organisation": "ORG",
    "location": "PLACE",
    "country": "GPE",
    "misc": "OTHER",
}
COARSE = {"PER": "PERSON", "ORG": "ORG", "LOC": "PLACE", "OTH": "OTHER", "MISC": "OTHER"}
GUM = {"person": "PERSON", "organization": "ORG", "place": "PLACE"}
GUM_MARK = re.compile(r"\((\d+)-([a-z]+)-[^()]*(\))?|(\d+)\)")


def place_label(words: Sequence[str]) -> str:
    """Split places as OntoNotes does: GPE has a government, FAC was built, LOC is the rest."""
    low = [w.lower() for w in words]
    if low[-1] in FACILITY and len(low) > 1:
        return "FAC"
    if low[-1] in LANDSCAPE or low[0] in {"lake", "mount", "mt.", "gulf", "cape", "strait"}:
        country = low == ["america"] or (len(low) > 1 and not set(low) - NOT_LANDSCAPE)
        return "GPE" if country else "LOC"
    return "GPE"


def final_label(coarse: str, words: Sequence[str], tags: Sequence[str]) -> str | None:
    """Turn the coarse class of a name into its final label, or None where it has none."""
    if coarse == "PLACE":
        return place_label(words)
    if coarse == "OTHER":
        likely = len(words) == 1 and NORP_WORD.fullmatch(words[0]) and (not tags[0] or tags[0] in NORP_TAGS)
        return "NORP" if likely else None
    return coarse


def spans_of(iob: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, class) of IOB or IOB2 tags."""
    start, kind = 0, ""
    for i, tag in enumerate([*iob, "O"]):
        prefix, _, name = tag.partition("-")
        if kind and (prefix != "I" or name != kind):
            yield start, i, kind
            kind = ""
        if name and not kind:
            start, kind = i, name


def relabel(words: Sequence[str], tags: Sequence[str], spans: Iterator[tuple[int, int, str]]) -> Tags:
    """Return BILUO-less IOB tags with the final labels."""
    out: Tags = ["O"] * len(words)
    for start, end, coarse in spans:
        label = final_label(coarse, words[start:end], tags[start:end])
        if label:
            out[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return out


def ewt_tags(sentence: Sentence) -> Tags:
    """Read the tags that Universal NER put on EWT."""
    spans = ((a, b, COARSE[kind]) for a, b, kind in spans_of([w.entity for w in sentence]))
    return relabel([w.form for w in sentence], [w.tag for w in sentence], spans)


def gum_tags(sentence: Sentence, marks: Sequence[str]) -> Tags:
    """Keep the named mentions of GUM; names outside them are left open."""
    spans = sorted(_gum_names(sentence, marks), key=lambda s: s[0] - s[1])  # long names last, over short ones
    out: Tags = [None if w.tag in NAME_TAGS else "O" for w in sentence]
    for i, word in enumerate(sentence):
        if word.tag in {"JJ", "NNPS"} and NORP_WORD.fullmatch(word.form) and word.form[0].isupper() and i:
            out[i] = "B-NORP"
    for start, end, kind in reversed(spans):
        words = [w.form for w in sentence[start:end]]
        label = final_label(kind, words, [w.tag for w in sentence[start:end]])
        if label:
            out[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return _mend(out)


def _mend(tags: Tags) -> Tags:
    """Leave open what a longer or shorter name cut off."""
    previous: str | None = "O"
    for i, tag in enumerate(tags):
        if tag and tag.startswith("I-") and (not previous or previous[2:] != tag[2:]):
            tags[i] = None
        previous = tags[i]
    return tags


def _gum_names(sentence: Sentence, marks: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    open_at: dict[str, tuple[int, str]] = {}
    for i, mark in enumerate(marks):
        for number, kind, closed, ending in GUM_MARK.findall(mark):
            if number and closed:
                yield from _name_in(sentence, i, i + 1, kind)
            elif number:
                open_at[number] = (i, kind)
            elif ending in open_at:
                start, opened = open_at.pop(ending)
                yield from _name_in(sentence, start, i + 1, opened)


def _name_in(sentence: Sentence, start: int, end: int, kind: str) -> Iterator[tuple[int, int, str]]:
    """Yield the name that a mention consists of, without its article, title and later clauses."""
    if kind not in GUM:
        return
    while start < end and sentence[start].tag in {"DT", "PRP$"}:
        start += 1
    if kind == "person":
        start = max([start, *(w.index + 1 for w in sentence[start:end] if w.low in TITLES)])
    stop = start
    while stop < end and _inside_name(sentence[stop], first=stop == start):
        stop += 1
    while stop > start and sentence[stop - 1].tag not in NAME_TAGS | {"CD"}:
        stop -= 1
    head_inside = any(w.head is None or not start <= w.head.index < end for w in sentence[start:stop])
    if stop > start and head_inside and any(w.tag in NAME_TAGS for w in sentence[start:stop]):
        plural = kind == "person" and stop - start == 1 and sentence[start].tag == "NNPS"
        yield start, stop, "OTHER" if plural else GUM[kind]


def _inside_name(word: Word, *, first: bool) -> bool:
    if first:
        return word.tag in NAME_TAGS or (word.tag in {"JJ", "CD"} and word.form[0].isupper())
    capital = word.form[:1].isupper()
    return word.tag in INSIDE_NAME or capital or word.low in INSIDE_WORDS


def read_iob(lines: Iterator[str], classes: dict[str, str]) -> Iterator[tuple[list[str], Tags]]:
    """Yield words and final tags of each sentence of a two-column file; classes not named are no names."""
    words: list[str] = []
    iob: list[str] = []
    for line in [*lines, ""]:
        cells = line.split()
        if cells:
            words.append(cells[0])
            iob.append(cells[-1])
        elif words:
            spans = ((a, b, classes[kind]) for a, b, kind in spans_of(iob) if kind in classes)
            yield words, relabel(words, [""] * len(words), spans)
            words, iob = [], []
