"""Which side the words of a title, an organisation or a noun phrase speak of, and whether it is a state office.

The words are those of lexicons/offices.csv (what persons are) and lexicons/bodies.csv (what they belong to). A body
outweighs an office that any body has ("spokesman", "president of the dockers' union"); a rebel colonel is a rebel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.speakers._phrases import LINKS
from pipeline.lexicons import load_lexicon
from pipeline.records import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Token

    from pipeline.lexicons import Entry

WORDS_KEPT = 2048  # in each cache: memory is not to grow with the articles
FORM_WORD = re.compile(r"'s\b|'|-|[^\s'-]+")
OFFICIAL, RANK = "official", "rank"
SHORT_WORD = 3  # letters; shorter ones have no stem ("gas", "ed")
SIDELESS = frozenset({"body", "honorific", "former", "any", "document"})
STRONGEST = (  # of several bodies in one phrase: "UN human rights office", "rebel radio", "army hospital"
    Side.ARMED_GROUP,
    Side.IGO,
    Side.POLITICAL_PARTY,
    Side.NGO,
    Side.MEDIA,
    Side.JUDICIARY,
    Side.POLICE,
    Side.HEALTH,
    Side.MILITARY,
    Side.GOVERNMENT,
    Side.EXPERT,
    Side.OTHER,
    Side.FAMILY,
    Side.WITNESS,
)
OWN_SIDE = frozenset({Side.POLICE, Side.MILITARY, Side.JUDICIARY, Side.HEALTH, Side.MEDIA, Side.EXPERT, Side.FAMILY})
OUTWEIGHING = {  # body -> the offices that decide over it
    Side.GOVERNMENT: OWN_SIDE | {Side.ARMED_GROUP, Side.NGO, Side.IGO, Side.POLITICAL_PARTY},
    Side.POLICE: frozenset({Side.JUDICIARY, Side.FAMILY, Side.MEDIA, Side.ARMED_GROUP}),
    Side.MILITARY: frozenset({Side.JUDICIARY, Side.FAMILY, Side.MEDIA, Side.ARMED_GROUP}),
    Side.WITNESS: OWN_SIDE,
    Side.FAMILY: OWN_SIDE,
    Side.OTHER: OWN_SIDE,
}
PORTFOLIO = "minister"
PARTY_POSTS = frozenset({"president", "vice president", "deputy president", "secretary", "speaker", "representative"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of a word list in a sequence of words, `start <= i < stop`."""

    start: int
    stop: int
    entry: Entry

    @property
    def label(self) -> str:
        """The side, or what stands for one, without the marks of state offices and ranks."""
        return self.entry.label.partition(":")[0]

    @property
    def is_official(self) -> bool:
        """Whether the entry is an office or body of the state."""
        return OFFICIAL in self.entry.label.split(":")

    @property
    def is_rank(self) -> bool:
        """Whether the entry is a rank and tells no function: "colonel", "inspector"."""
        return RANK in self.entry.label.split(":")


def find_hits(tokens: Sequence[Token], lexicon: str) -> Iterator[Hit]:
    """Yield the longest entries of a word list, in order, not overlapping; a plural matches its singular."""
    done = 0
    for at, token in enumerate(tokens):
        if at < done or not _candidates(lexicon, token.lower_, token.lemma_):
            continue
        hit = next(entries_at(tokens, at, lexicon), None)
        if hit is not None:
            yield hit
            done = hit.stop


def entries_at(tokens: Sequence[Token], at: int, lexicon: str) -> Iterator[Hit]:
    """Yield all entries of a word list that begin at a position, the longest first."""
    for entry, words in _candidates(lexicon, tokens[at].lower_, tokens[at].lemma_):
        stop = at + len(words)
        pairs = zip(tokens[at + 1 : stop], words[1:], strict=False)
        if entry.pos == "PROPN" and not tokens[at].text[:1].isupper():
            continue
        if stop <= len(tokens) and all(word in _variants(token.lower_, token.lemma_) for token, word in pairs):
            yield Hit(at, stop, entry)


def all_hits(tokens: Sequence[Token], lexicon: str) -> Iterator[Hit]:
    """Yield every entry of a word list at every position, in order, the longest first."""
    for at, token in enumerate(tokens):
        if _candidates(lexicon, token.lower_, token.lemma_):
            yield from entries_at(tokens, at, lexicon)


def is_listed(token: Token, *lexicons: str) -> bool:
    """Tell whether one of the word lists has a word as an entry of its own."""
    return any(_is_entry(lexicon, token.lower_, token.lemma_) for lexicon in lexicons)


@lru_cache(maxsize=WORDS_KEPT)
def _is_entry(lexicon: str, low: str, lemma: str) -> bool:
    return any(len(words) == 1 for _, words in _candidates(lexicon, low, lemma))


@lru_cache(maxsize=WORDS_KEPT)
def _candidates(lexicon: str, low: str, lemma: str) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """Return the entries that begin with a word, longest first, with their words."""
    table = _by_first_word(lexicon)
    entries = {entry.id: entry for word in _variants(low, lemma) for entry in table.get(word, ())}
    pairs = [(entry, split_form(entry.form)) for entry in entries.values()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1])))


def split_form(form: str) -> tuple[str, ...]:
    """Return the words of a form as the tokenizer has them: "cover-up" is three, "dockers' union" too."""
    return tuple(FORM_WORD.findall(form.removesuffix(".")))


@cache
def _by_first_word(lexicon: str) -> dict[str, tuple[Entry, ...]]:
    table: dict[str, list[Entry]] = {}
    for entry in load_lexicon(lexicon):
        table.setdefault(split_form(entry.form)[0], []).append(entry)
    return {word: tuple(entries) for word, entries in table.items()}


@lru_cache(maxsize=WORDS_KEPT)
def _variants(low: str, lemma: str) -> tuple[str, ...]:
    """Return what a word may stand as in a list: itself, its lemma and its stems, for lemmas that are wrong."""
    low = low.replace("’", "'").rstrip(".") or low
    found = [low, lemma.lower()]
    if len(low) > SHORT_WORD:
        found += [low.removesuffix("s"), low.removesuffix("d"), low.removesuffix("ed")]
        found += [low.removesuffix("ing"), low.removesuffix("ing") + "e"] if low.endswith("ing") else []
    return tuple(dict.fromkeys(found))


def is_document(tokens: Sequence[Token]) -> bool:
    """Tell whether a phrase ends in something written: "a report", "the charge sheet"."""
    hits = list(find_hits(tokens, "bodies"))
    return bool(hits) and hits[-1].stop == len(tokens) and hits[-1].label == "document"


# --- the side of a phrase ------------------------------------------------------------------------------------------


def side_of(phrases: Iterable[Sequence[Token]]) -> tuple[Side | None, bool | None]:
    """Return the side of a person or body described by some phrases, and whether it is a state office in force."""
    offices: list[Hit] = []
    bodies: list[Hit] = []
    for tokens in phrases:
        links = [k for k, token in enumerate(tokens) if k and token.lower_ in LINKS]
        found = list(find_hits(tokens, "offices"))
        head = links[0] if links else len(tokens)  # "the widow of a policeman" is a widow
        offices += _heading([h for h in found if h.start < head], head) or found
        edges = [0, *links, len(tokens)]
        for start, stop in pairwise(edges):
            bodies += _deciding([h for h in find_hits(tokens, "bodies") if start <= h.start < stop], stop)
    former = any(hit.label == "former" for hit in offices)
    hit = _choose([h for h in offices if h.label not in SIDELESS], [h for h in bodies if h.label not in SIDELESS])
    if hit is None:
        return None, None
    return Side(hit.label), hit.is_official and not former


def _heading(hits: list[Hit], head: int) -> list[Hit]:
    """Leave out who lives at the place where another office follows: "local leader", "resident coordinator"."""
    ends = any(hit.stop == head for hit in hits)
    return [hit for hit in hits if hit.label != Side.WITNESS or hit.stop == head or not ends]


def _deciding(hits: list[Hit], stop: int) -> list[Hit]:
    """Return the body that heads a noun phrase, and armed groups: "police oversight authority", "rebel radio"."""
    heads = [h for h in hits if h.stop == stop and h.label not in SIDELESS]
    return heads + [h for h in hits if h.label == Side.ARMED_GROUP and h not in heads] if heads else hits


def _choose(offices: Sequence[Hit], bodies: Sequence[Hit]) -> Hit | None:
    """Return the entry that decides."""
    office = min(reversed(offices), key=_rank, default=None)  # of equals the last, the head of the phrase
    body = min(reversed(bodies), key=_rank, default=None)
    if office is None or body is None:
        return office or body
    return office if _outweighs(office, body) else body


def _rank(hit: Hit) -> int:
    return STRONGEST.index(Side(hit.label))


def _outweighs(office: Hit, body: Hit) -> bool:
    """Tell whether an office decides over the body beside it: "government troops", "a Labour minister"."""
    if office.entry.words[-1] == PORTFOLIO:  # "mines minister", "minister of health"
        return body.label != Side.ARMED_GROUP
    if body.label == Side.POLITICAL_PARTY:
        return office.label == Side.GOVERNMENT and office.entry.form not in PARTY_POSTS
    return Side(office.label) in OUTWEIGHING.get(Side(body.label), frozenset())
