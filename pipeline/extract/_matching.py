"""Finds the entries of a word list in a sentence: single lemmas, fixed phrases, and verbs with a distant companion.

"Shoot dead" is found in "shot two men dead": the companion may stand up to a few words from its verb.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan

    from pipeline.lexicons import Entry

WORDS_KEPT = 8192  # memory is not to grow with the articles
WORDS_BEFORE = 2
WORDS_AFTER = 9
TAGS = {"VERB": ("V", "JJ", "NN"), "NOUN": ("N", "VBG", "VBZ", "JJ", "CD"), "ADJ": ("J", "V", "N", "RB"), "": ("",)}
STEM_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in a sentence; `anchor` is its verb or head word, `tokens` are all its words.

    The label of the entry has the form `what:role`, or `what:role:manner`.
    """

    entry: Entry
    anchor: Token
    tokens: tuple[Token, ...]

    @property
    def what(self) -> str:
        """The part of the label before the colon."""
        return self._parts[0]

    @property
    def role(self) -> str:
        """The part of the label after the colon."""
        return self._parts[1]

    @property
    def manner(self) -> str:
        """The part of the label after a second colon, blank in most."""
        return self._parts[2]

    @property
    def _parts(self) -> list[str]:
        return [*self.entry.label.split(":"), "", ""]


def find_entries(sent: DocSpan, lexicon: str) -> list[Match]:
    """Return the entries of a lexicon in text order, the longest at each place.

    Entries over the same words are all returned ("bodies" is counted, and "of" somebody); else no two share a word.
    """
    found = []
    for i, forms in enumerate(_forms(sent.doc)[sent.start : sent.end], start=sent.start):
        for entry, position in _candidates(lexicon, forms):
            match = _match(sent.doc[i], sent, entry, position)
            found += [match] if match is not None else []
    owner: dict[int, tuple[int, ...]] = {}
    kept = []
    for match in sorted(found, key=lambda m: (-len(m.tokens), m.anchor.i, _looseness(m))):
        own = tuple(sorted(token.i for token in match.tokens))
        if all(owner.get(i, own) == own for i in own):
            owner |= dict.fromkeys(own, own)
            kept.append(match)
    return sorted(kept, key=lambda m: m.anchor.i)


def _looseness(match: Match) -> int:
    """Prefer the entry whose part of speech is that of the word."""
    return int(not match.anchor.tag_.startswith(TAGS[match.entry.pos][0]))


def _match(anchor: Token, sent: DocSpan, entry: Entry, position: int) -> Match | None:
    words = _words_of(anchor, sent, entry, position)
    return Match(entry, anchor, words) if words and _has_tag(words, anchor, entry) else None


@lru_cache(maxsize=WORDS_KEPT)
def _candidates(lexicon: str, forms: frozenset[str]) -> tuple[tuple[Entry, int], ...]:
    """Return the entries that a word of these forms may be the anchor of: none for most words."""
    entries = _by_anchor(lexicon)
    return tuple(found for form in sorted(forms) for found in entries.get(form, ()))


def _has_tag(words: tuple[Token, ...], anchor: Token, entry: Entry) -> bool:
    """Tell whether the anchor has the part of speech of the entry.

    Words side by side as in the entry need none ("shot dead"); a verb far from its companion must be one ("a shooting
    that left one man dead" is no "shoot dead").
    """
    if len(words) == 1:
        return anchor.tag_.startswith(TAGS[entry.pos])
    if entry.pos != "VERB" or anchor.tag_.startswith("V"):
        return True
    return max(t.i for t in words) - min(t.i for t in words) == len(words) - 1


@cache
def _by_anchor(lexicon: str) -> Mapping[str, list[tuple[Entry, int]]]:
    """Index the entries by the word that they are looked up under: the verb after an adverb, else the first word."""
    index: dict[str, list[tuple[Entry, int]]] = defaultdict(list)
    for entry in load_lexicon(lexicon):
        position = 1 if entry.pos == "VERB" and len(entry.words) > 1 and entry.words[0].endswith("ly") else 0
        index[entry.words[position]].append((entry, position))
    return index


def word_forms(token: Token) -> frozenset[str]:
    """Return the lemma and the form, and the stem of a participle that was tagged as an adjective or noun."""
    return _forms(token.doc)[token.i]


@lru_cache(maxsize=1)
def _forms(doc: Doc) -> tuple[frozenset[str], ...]:
    """Return the forms of every word; those of the last document are kept, since many lists are looked up in it."""
    return tuple(_forms_of(token.lower_, token.lemma_.lower(), token.tag_) for token in doc)


@lru_cache(maxsize=WORDS_KEPT)
def _forms_of(low: str, lemma: str, tag: str) -> frozenset[str]:
    forms = {low, lemma}
    if not tag.startswith("V"):
        forms |= {low[: -len(e)] for e in ("ed", "d", "ing") if low.endswith(e) and len(low) >= len(e) + STEM_LENGTH}
        forms |= {IRREGULAR[low]} if low in IRREGULAR else set()
    if tag.startswith("N"):
        forms.add(low.removesuffix("s"))  # the lemma of "corpses" is "corps"
    return frozenset(forms)


IRREGULAR = {"shot": "shoot", "slain": "slay", "hung": "hang", "found": "find", "hurt": "hurt", "beaten": "beat"}


def _words_of(anchor: Token, sent: DocSpan, entry: Entry, position: int) -> tuple[Token, ...]:
    """Return the words of the entry around its anchor, or nothing."""
    if len(entry.words) == 1:
        return (anchor,)
    if entry.pos != "VERB":
        return _contiguous(anchor, sent, entry.words)
    found = [anchor]
    for word in entry.words[:position]:
        before = reversed(range(max(sent.start, anchor.i - WORDS_BEFORE), anchor.i))
        near = next(_with_form(word, before, anchor.doc), None)
        if near is None:
            return ()
        found.append(near)
    last = anchor
    for word in entry.words[position + 1 :]:
        after = range(last.i + 1, min(sent.end, last.i + WORDS_AFTER))
        near = next((t for t in _with_form(word, after, anchor.doc) if _belongs(t, anchor)), None)
        if near is None:
            return ()
        last = near
        found.append(last)
    return tuple(found)


def _contiguous(anchor: Token, sent: DocSpan, words: tuple[str, ...]) -> tuple[Token, ...]:
    run = [anchor]
    i = anchor.i + 1
    for word in words[1:]:
        i += i < sent.end and anchor.doc[i].is_space
        if i >= sent.end or word not in word_forms(anchor.doc[i]):
            return ()
        run.append(anchor.doc[i])
        i += 1
    return tuple(run)


def _with_form(word: str, places: Iterable[int], doc: Doc) -> Iterator[Token]:
    forms = _forms(doc)
    return (doc[i] for i in places if word in forms[i])


def _belongs(token: Token, anchor: Token) -> bool:
    """Tell whether a companion belongs to its verb: "dead" in "shot two men dead", not in "shot two, leaving one dead".

    It stands below the verb and no other, or beside it without another verb between.
    """
    for above in token.ancestors:
        if above == anchor:
            return True
        if above.tag_.startswith("V") and above.i > anchor.i:
            return False
    return not any(t.tag_.startswith("V") for t in token.doc[anchor.i + 1 : token.i])
