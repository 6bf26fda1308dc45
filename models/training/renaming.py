"""Put names of other regions in the place of names: persons from `person_names.csv`, places from the gazetteer.

The corpora are of the United States and Britain above all; news of violence is not. The tree of a name is flat (its
last word heads the others), so a name of another length takes its place without a change elsewhere.
"""

from __future__ import annotations

import csv
import gzip
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc

if TYPE_CHECKING:
    import random

    from spacy.tokens import Span, Token

HERE = Path(__file__).resolve().parent
PERSON_NAMES = HERE / "person_names.csv"
GAZETTEER = HERE.parents[1] / "pipeline" / "lexicons" / "gazetteer.tsv.gz"
PERSON_SHARE, PLACE_SHARE = 0.4, 0.15
NO_ACCENTS_SHARE, INITIAL_SHARE, MIDDLE_SHARE, DOUBLE_SURNAME_SHARE, PARTICLE_SHARE = 0.3, 0.05, 0.12, 0.6, 0.3
DOUBLE_SURNAMES = frozenset({"andes", "mesoamerica", "spain", "us_hispanic", "philippines"})
MAX_PLACE_WORDS = 2


@dataclass(slots=True)
class Names:
    """The names of one region."""

    given: list[str] = field(default_factory=list)
    surname: list[str] = field(default_factory=list)
    particle: list[str] = field(default_factory=list)
    mono: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)


class Renamer:
    """Draws names and puts them into documents."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.regions: dict[str, Names] = defaultdict(Names)
        with PERSON_NAMES.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                getattr(self.regions[row["region"]], row["part"]).append(row["name"])
        with gzip.open(GAZETTEER, "rt", encoding="utf-8") as lines:
            rows = (line.split("\t") for line in lines)
            names = {cells[0][1:] for cells in rows if len(cells) == 5}  # noqa: PLR2004 - places; shorter rows are not
        self.places = sorted(name for name in names if name.count(" ") < MAX_PLACE_WORDS and name[:1].isupper())
        self.tokenizer = spacy.blank("en").tokenizer

    def person(self, *, alone: bool) -> str:
        """Return the name of a person; `alone` asks for one word, as in a second mention."""
        region = self.rng.choice(sorted(self.regions))
        names = self.regions[region]
        if alone:
            return self._plain(self.rng.choice(names.mono + names.surname or names.given + names.full))
        whole = names.full + names.mono
        if whole and (not names.surname or self.rng.random() < len(whole) / (len(whole) + len(names.surname))):
            return self._plain(self.rng.choice(whole))
        given, middle = self.rng.choice(names.given), ""
        if self.rng.random() < INITIAL_SHARE:
            given = f"{given[0]}."
        if self.rng.random() < MIDDLE_SHARE:
            middle = self.rng.choice(names.given)
            middle = middle if self.rng.random() < MIDDLE_SHARE * 4 else f"{middle[0]}."
        surname = self.rng.choice(names.surname)
        if region in DOUBLE_SURNAMES and self.rng.random() < DOUBLE_SURNAME_SHARE:
            surname += f" {self.rng.choice(names.surname)}"
        if names.particle and self.rng.random() < PARTICLE_SHARE:
            particle = self.rng.choice(names.particle)
            surname = particle + surname if particle.endswith(("-", "'", "’")) else f"{particle} {surname}"
        return self._plain(" ".join(filter(None, (given, middle, surname))))

    def _plain(self, name: str) -> str:
        """Drop the accents now and then, as many newsrooms do."""
        if self.rng.random() >= NO_ACCENTS_SHARE:
            return name
        return without_accents(name)

    def rename(self, doc: Doc) -> Doc:
        """Return the document with some of its names replaced; the same name always by the same."""
        chosen: dict[str, str] = {}
        swaps = []
        for ent in doc.ents:
            if ent.text not in chosen:
                name = self._other(ent)
                chosen[ent.text] = name.upper() if len(ent.text) > 1 and ent.text.isupper() else name
            if chosen[ent.text] and is_flat(ent):
                swaps.append((ent, chosen[ent.text]))
        return swap(doc, [(ent, [(t.text, bool(t.whitespace_)) for t in self.tokenizer(name)]) for ent, name in swaps])

    def _other(self, ent: Span) -> str:
        """Return another name for an entity, or nothing to leave it."""
        if ent.label_ == "PERSON" and self.rng.random() < PERSON_SHARE:
            return self.person(alone=len(ent) == 1)
        if ent.label_ == "GPE" and self.rng.random() < PLACE_SHARE:
            return self.rng.choice(self.places)
        return ""


def without_accents(word: str) -> str:
    """Return a word in plain letters."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def iob_tag(token: Token) -> str:
    """Return the tag of a token in or outside a name, empty where nobody knows."""
    return f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else token.ent_iob_


def is_flat(ent: Span) -> bool:
    """Tell whether a name is flat: each word hangs on the last, which has no other left child inside the name."""
    if not ent.doc.has_annotation("DEP"):
        return True
    last = ent[-1]
    return last.tag_.startswith("NN") and all(
        t.head == last and t.dep_ in {"compound", "punct", "nmod"} and not list(t.children) for t in ent[:-1]
    )


def swap(doc: Doc, swaps: list[tuple[Span, list[tuple[str, bool]]]]) -> Doc:
    """Return the document with other words in the place of entities; all else is as before."""
    if not swaps:
        return doc
    at = {ent.start: (ent, words) for ent, words in swaps}
    parsed = doc.has_annotation("DEP")
    moved: dict[int, int] = {}
    rows: list[tuple[str, bool, str, int | None, str, str]] = []  # word, space, tag, head (old or None), label, name
    i = 0
    while i < len(doc):
        token = doc[i]
        if i not in at:
            moved[i] = len(rows)
            rows.append((token.text, bool(token.whitespace_), token.tag_, token.head.i, token.dep_, iob_tag(token)))
            i += 1
            continue
        ent, words = at[i]
        last = ent[-1]
        for n, (word, space) in enumerate(words):
            name = f"{'I' if n else 'B'}-{ent.label_}"
            if n == len(words) - 1:
                tag = last.tag_ if last.tag_ in {"", "NNP"} else "NNP"
                rows.append((word, bool(last.whitespace_), tag, last.head.i, last.dep_, name))
            else:
                hyphen = word in {"-", "'", "’"}
                tag = "HYPH" if hyphen else "NNP"
                rows.append((word, space, tag if parsed else "", None, "punct" if hyphen else "compound", name))
        moved |= dict.fromkeys(range(i, ent.end), len(rows) - 1)
        i = ent.end
    last_of_name = len(rows) - 1
    heads = [0] * len(rows)
    for n in range(len(rows) - 1, -1, -1):
        old = rows[n][3]
        if old is not None:
            last_of_name = n
        heads[n] = last_of_name if old is None else moved[old]
    return Doc(
        doc.vocab,
        words=[row[0] for row in rows],
        spaces=[row[1] for row in rows],
        tags=[row[2] for row in rows] if parsed else None,
        heads=heads if parsed else None,
        deps=[row[4] for row in rows] if parsed else None,
        ents=[row[5] for row in rows],
    )
