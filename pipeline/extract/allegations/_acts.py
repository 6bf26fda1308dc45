"""What somebody is accused of, and the words that hedge it.

Acts are those of lexicons/acts.csv, the most specific of several first: "covering up the deaths" is a cover-up.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.allegations._claims import words_of
from pipeline.extract.speakers._sides import entries_at, find_hits
from pipeline.lexicons import load_lexicon
from pipeline.records import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc, Token

    from pipeline.extract.speakers._sides import Hit


PREDICATES = frozenset({"complicit", "negligent", "reckless"})
ADNOMINAL = frozenset({"DT", "PRP$", "JJ", "CD", "POS"})
OBJECTS = frozenset({"dobj", "conj", "compound", "pobj", "nsubjpass", "amod", "nmod"})
PARTS = frozenset({"part", "role", "hand", "involvement", "act", "acts", "campaign", "wave", "series"})
MAX_SUPPORT = 6  # steps from an act up to its verb: "ordered the arrest of rivals and the murder of a reporter"


@cache
def _order() -> tuple[str, ...]:
    """Return the acts as the word list has them, the most specific first."""
    return tuple(dict.fromkeys(entry.label for entry in load_lexicon("acts")))


def find_acts(doc: Doc, tokens: range) -> list[Hit]:
    """Return the words of acts among some tokens, in text order."""
    hits = find_hits(list(doc[tokens.start : tokens.stop]), "acts")
    return [h for h in hits if h.entry.pos != "NOUN" or doc[tokens.start + h.stop - 1].tag_.startswith("NN")]


def main_act(doc: Doc, tokens: range) -> Act | None:
    """Return the most specific act that some tokens tell of."""
    labels = [hit.label for hit in find_acts(doc, tokens)]
    return Act(min(labels, key=_order().index)) if labels else None


def act_verbs(doc: Doc, tokens: range) -> Iterator[tuple[int, Act]]:
    """Yield the verbs of acts among some tokens with their act: "falsified reports and killed people"."""
    for hit in find_acts(doc, tokens):
        start, stop = tokens.start + hit.start, tokens.start + hit.stop
        at = next((k for k in range(start, stop) if _is_verb(doc, k) or doc[k].lemma_ in PREDICATES), None)
        if at is None:
            at = _support(doc[stop - 1])
        if at is not None and at in tokens:
            yield at, Act(hit.label)


def _support(noun: Token) -> int | None:
    """Return the verb of doing that an act hangs on: "used excessive force", "took part in the murder"."""
    listed = False
    for _ in range(MAX_SUPPORT):
        head = noun.head
        is_verb = head.tag_.startswith("VB") and noun.dep_ not in {"amod", "compound"}
        listed = listed or noun.dep_ == "conj"
        inside = noun.dep_ == "prep" and noun.lower_ in {"in", "of"} and (is_verb or listed or head.lemma_ in PARTS)
        if head is noun or not (inside or noun.dep_ in OBJECTS):
            return None
        if is_verb:
            return int(head.i) if is_support(head) else None
        noun = head
    return None


def is_support(verb: Token) -> bool:
    """Tell whether a verb does, orders or takes part in what its object says."""
    return verb.lemma_ in words_of("doing") and verb.tag_.startswith("VB")


def _is_verb(doc: Doc, i: int) -> bool:
    if doc[i].dep_ in {"amod", "compound"} and i > 0 and doc[i - 1].tag_ in ADNOMINAL:  # "the killed herders"
        return False
    return doc[i].tag_.startswith("VB")


def hedges_in(doc: Doc, tokens: range) -> tuple[str, ...]:
    """Return the words that hold a claim at a distance, in text order: "may", "serious indications"."""
    words = list(doc[tokens.start : tokens.stop])
    found: list[str] = []
    at = 0
    while at < len(words):
        hit = next((h for h in entries_at(words, at, "allegation_words") if h.label == "hedge"), None)
        if hit is not None and words[hit.start].tag_ != "NNP":  # not the month of May
            found.append(" ".join(token.text for token in words[hit.start : hit.stop]))
        at = hit.stop if hit is not None else at + 1
    return tuple(dict.fromkeys(found))
