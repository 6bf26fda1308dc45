"""A claim that somebody did a wrong, while it is being read: who says it, of whom, and how far it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract.speakers._mentions import Kind, read_mention
from pipeline.extract.speakers._phrases import phrase_head, right_phrase
from pipeline.lexicons import load_lexicon
from pipeline.records import AllegationStatus, Polarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from pipeline.extract.speakers._layout import Layout
    from pipeline.extract.speakers._sides import Hit
    from pipeline.extract.speakers._speakers import Register
    from pipeline.lexicons import Entry
    from pipeline.records import Act, Quote, Side

SMALL_WORDS = frozenset({"the", "of", "a", "an", "in", "for", "and", "s", "its", "their", "his", "her", "two", "three"})
MEMBERS = frozenset({"of", "made", "composed", "from", "inside", "within"})
NO_ONE = frozenset({"no", "nobody", "none", "neither"})
MADE_OF = frozenset({"made", "composed", "formed", "consisting"})
STAGES = (
    AllegationStatus.ALLEGED,
    AllegationStatus.CONTESTED,
    AllegationStatus.DENIED,
    AllegationStatus.UNDER_INVESTIGATION,
    AllegationStatus.CHARGED,
    AllegationStatus.ON_TRIAL,
    AllegationStatus.RETRACTED,
    AllegationStatus.ADMITTED,
    AllegationStatus.ACQUITTED,
    AllegationStatus.CONVICTED,
)


@dataclass(frozen=True, slots=True)
class Party:
    """One side of an accusation; blank if it is not told."""

    name: str = ""
    side: Side | None = None

    @property
    def words(self) -> frozenset[str]:
        """The words of the name that tell it apart, in the singular and in lower case."""
        return frozenset(_singular(w) for w in re.findall(r"\w+", self.name.lower()) if w not in SMALL_WORDS)

    def is_like(self, other: Party) -> bool:
        """Tell whether both can be one: the same name, or a part of it ("the mill", "guards of a sugar mill")."""
        if not self.name or not other.name:
            return False
        return self.words <= other.words or other.words <= self.words or _last(self.name) == _last(other.name)


NOBODY = Party()


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > len("gas") else word


def _last(name: str) -> str:
    words = re.findall(r"\w+", name.lower())
    return _singular(words[-1]) if words else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim or a denial.

    Attributes:
        text: the tokens that make the claim.
        trigger: the token that told it, for the order.
        stretch: the number of its sentence.
        pointing: whether it only points to a claim made before ("denied it", "under investigation").
        inherits: whether the accused is not told, so that it is the one accused before ("called it a massacre").
        doer: whom a denial is about, where that is not who denies ("denied that its guards had fired").
        soft: whether a denial is one only to somebody who was accused ("its men had not fired").
        denies, quote: indices, of the claim denied and of the quote that it stands in.
    """

    text: range
    trigger: int
    stretch: int
    act: Act | None
    accuser: Party
    accused: Party
    status: AllegationStatus
    rule_id: str
    polarity: Polarity = Polarity.ASSERTS
    hedges: tuple[str, ...] = ()
    body: str = ""
    pointing: bool = False
    inherits: bool = False
    doer: Party = NOBODY
    soft: bool = False
    denies: int | None = None
    quote: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader found, as phrases: the wrong, its act, who accuses and who is accused; empty if not told.

    The stage of procedure is that of the entry unless one is told beside it ("dropped the charges against Y").
    """

    wrong: range
    act: Act | None
    accused: range
    accuser: range = range(0)
    pointing: bool = False
    status: AllegationStatus | None = None
    inherits: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence in which claims are looked for, with what is known about the article.

    Attributes:
        number: of the sentence among the stretches of the layout.
        own_quotes: the indices of the quotes that begin in it.
        hits: the words of allegation in it, with positions from the start of the sentence.
    """

    layout: Layout
    register: Register
    quotes: Sequence[Quote]
    number: int
    own_quotes: tuple[int, ...] = ()
    hits: tuple[Hit, ...] = ()

    @property
    def doc(self) -> Doc:
        """The document."""
        return self.layout.doc

    @property
    def stretch(self) -> range:
        """The tokens of the sentence."""
        return self.layout.stretches[self.number]

    def party(self, phrase: range) -> Party:
        """Return whom a noun phrase stands for."""
        if not phrase:
            return NOBODY
        if any(self.doc[k].lower_ in NO_ONE for k in range(max(phrase.start - 1, self.stretch.start), phrase.stop)):
            return NOBODY
        phrase = self._called(phrase) or self._with_members(phrase)
        mention = read_mention(self.doc, phrase, phrase_head(self.doc, phrase), self.stretch)
        resolved = self.register.resolve(mention, self.stretch)
        name = self.register.name_of(resolved)
        vague = resolved.entry is None or resolved.entry.name.islower()
        if vague and resolved.mention.kind in {Kind.NOUN, Kind.BODY} and self._has_members(phrase):
            name = self.doc[phrase.start : phrase.stop].text.removeprefix("a ").removeprefix("an ").removeprefix("the ")
        side, _ = self.register.side_of(resolved)
        if side is None and len(phrase) > 1:
            side = self._side_behind(phrase)
        return Party(name, side)

    def _called(self, phrase: range) -> range:
        """Return the name in "a gang called Los Portales"."""
        stop = phrase.stop
        if stop + 1 >= self.stretch.stop or self.doc[stop].lower_ not in {"called", "named"}:
            return range(0)
        name = right_phrase(self.doc, stop + 1, self.stretch.stop)
        return name if name and self.doc[name.start].text[:1].isupper() else range(0)

    def _has_members(self, phrase: range) -> bool:
        """Tell whether what tells a group apart stands behind its head: "officers of the drug squad"."""
        head = phrase_head(self.doc, phrase)
        return head + 1 < phrase.stop and self.doc[head + 1].lower_ in MEMBERS

    def _with_members(self, phrase: range) -> range:
        """Add who a group is made of: "an irregular group made up of police officers"."""
        stop = phrase.stop
        if stop + 1 < self.stretch.stop and self.doc[stop].lower_ in MADE_OF:
            link = next((k for k in range(stop, min(stop + 3, self.stretch.stop)) if self.doc[k].lower_ == "of"), None)
            members = right_phrase(self.doc, link + 1, self.stretch.stop) if link is not None else range(0)
            if members:
                return range(phrase.start, members.stop)
        return phrase

    def _side_behind(self, phrase: range) -> Side | None:
        """Return the side of "officers of the drug squad" from the words behind its head."""
        head = phrase_head(self.doc, phrase)
        inner = range(head + 2, phrase.stop)
        if not inner:
            return None
        mention = read_mention(self.doc, inner, phrase_head(self.doc, inner), self.stretch)
        return self.register.side_of(self.register.resolve(mention, self.stretch))[0]


def status_of(entry: Entry) -> AllegationStatus:
    """Return the stage of procedure that an entry stands for."""
    return AllegationStatus(entry.label.partition(":")[2])


@cache
def words_of(frame: str) -> frozenset[str]:
    """Return the single words that have a frame in lexicons/allegation_words.csv."""
    entries = load_lexicon("allegation_words")
    return frozenset(e.words[0] for e in entries if e.label.partition(":")[0] == frame and len(e.words) == 1)


@cache
def status_of_word(frame: str, lemma: str) -> AllegationStatus | None:
    """Return the stage that a single word stands for in a frame: "overturn" for acquitted; None if it has not."""
    entries = load_lexicon("allegation_words")
    return next((status_of(e) for e in entries if e.form == lemma and e.label.partition(":")[0] == frame), None)


def later_stage(first: AllegationStatus, second: AllegationStatus) -> AllegationStatus:
    """Return the later of two stages of procedure."""
    return max(first, second, key=STAGES.index)
