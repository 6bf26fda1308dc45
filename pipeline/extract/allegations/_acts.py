"""What somebody is accused of, and the words that hedge it.

Acts are those of lexicons/acts.csv, the most specific of several first: "covering up the deaths" is a cover-up.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._sides import entries_at, find_hits
from pipeline.lexicons import load_lexicon
from pipeline.records import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from pipeline.extract.speakers._sides import Hit


PREDICATES = frozenset({"complicit", "negligent", "reckless"})
ADNOMINAL = frozenset({"DT", "PRP$", "JJ", "CD", "POS"})
DOING = frozenset({"use", "fire", "commit", "perpetrate", "carry", "make", "employ"})
MAX_SUPPORT = 4  # tokens between a verb and its act: "used clearly excessive force"


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
        if at is None:  # "used excessive force", "fired live ammunition"
            at = next(
                (k for k in range(start - 1, max(tokens.start, start - MAX_SUPPORT) - 1, -1) if _is_doing(doc, k)), None
            )
        if at is not None:
            yield at, Act(hit.label)


def _is_doing(doc: Doc, i: int) -> bool:
    return doc[i].lemma_ in DOING and doc[i].tag_.startswith("VB")


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
