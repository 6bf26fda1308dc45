"""What a place does in its sentence.

It may be where something happened, where words were spoken, a person's origin, a government called by its capital, or
part of the name of an office.

The words beside a name decide wherever they can; the tree is asked only for the word that its preposition hangs on, and
not believed where another verb stands between.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.extract._deeds import is_deed, is_harm
from pipeline.extract.places._signs import is_embedded
from pipeline.extract.places._words import lower, place_words, unit_words, word_after, word_before
from pipeline.gazetteer import load_gazetteer
from pipeline.records import Feature, PlaceRole

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from pipeline.extract.places._names import PlaceName
    from pipeline.gazetteer import Candidate

MAX_CLIMB = 8
MAX_TOKENS_AFTER_SPEECH = 8
WORDS_TO_WHERE = 5
WORDS_OF_PLACE_PHRASE = frozenset({"the", "a", "an", "both", "his", "her", "their", "nearby", "neighbouring"})
NOMINAL_TAGS = frozenset({"NN", "NNS", "NNP", "JJ"})
POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
PREPOSITION_TAGS = frozenset({"IN", "TO"})
SPOKEN_IN = frozenset({"in", "at", "from"})
COUNTERPARTS = frozenset({"by", "with", "against", "between"})  # "sanctions by Washington", "ties with Moscow"
TOPICS = frozenset({"about", "regarding", "like", "than", "unlike", "as", "despite"})
DESTINATIONS = frozenset({"to", "into", "toward", "towards", "for"})
COMMON_NOUN_TAGS = frozenset({"NN", "NNS"})
SUFFERERS = frozenset({"dobj", "nsubjpass"})  # "they killed the mayor of Tarvel" in Tarvel
AT_HOME = frozenset({"born", "raised", "based", "headquartered"})
PERSONS = frozenset({"he", "she", "they", "who", "which", "that"})
DURING = frozenset({"in", "during", "after", "following"})  # "who had fled, in a clash in Tarvel"
PRESENT_TAGS = frozenset({"VBZ", "VBP"})
FINITE_TAGS = frozenset({"VBD", "VBZ", "VBP"})
ACTOR_LABELS = frozenset({"nsubj", "nsubjpass", "dobj", "dative"})
PART_OF_PLACE = frozenset(
    {"outskirts", "edge", "centre", "center", "heart", "suburb", "part", "north", "south", "east", "west"}
)


@dataclass(frozen=True, slots=True)
class _Setting:
    """A name's word that hangs on the rest of its sentence, the preposition before its phrase and what governs it."""

    head: Token
    preposition: Token | None
    governor: Token

    @property
    def word(self) -> str:
        """The preposition in small letters, or an empty string."""
        return self.preposition.lower_ if self.preposition else ""


def role_of(doc: Doc, name: PlaceName, candidate: Candidate | None) -> PlaceRole:
    """Return the role of a name in its sentence."""
    if name.is_dateline:
        return PlaceRole.DATELINE
    setting = _setting(doc, name)
    if _is_origin(doc, name, setting):
        return PlaceRole.ORIGIN
    if name.is_demonym or _is_compound(doc, name) or (is_embedded(doc, name) and not name.is_facility):
        return PlaceRole.OTHER
    if _is_statement(doc, setting):
        return PlaceRole.STATEMENT
    if candidate is not None and _is_state(candidate) and _is_actor(doc, name, setting):
        return PlaceRole.GOVERNMENT
    is_region = candidate is not None and candidate.feature is Feature.REGION
    is_elsewhere = _is_elsewhere(doc, name, setting) or (is_region and _tells_which(doc, name))
    return PlaceRole.OTHER if is_elsewhere else PlaceRole.EVENT


def is_beside_the_deed(doc: Doc, name: PlaceName) -> bool:
    """Tell whether something was only done there about the deed, or at other times."""
    setting = _setting(doc, name)
    return _is_destination(setting) or _is_of_care(doc, name, setting) or _tells_who(setting)


def _tells_which(doc: Doc, name: PlaceName) -> bool:
    """Tell whether a region only says which town is meant: "the Pacific port of Tumaco"."""
    unit = word_after(doc, name.end)
    return unit is not None and unit.lower_ in unit_words() and lower(word_after(doc, unit.i + 1)) == "of"


def _setting(doc: Doc, name: PlaceName) -> _Setting:
    head = doc[name.start : name.end].root
    for _ in range(MAX_CLIMB):
        upper = _upper(head)
        if upper is None:
            break
        head = upper
    preposition = _preposition(doc, name)
    if preposition is None and head.dep_ in {"pobj", "pcomp"}:
        preposition = head.head
    return _Setting(head, preposition, _governor(doc, head, preposition))


def _governor(doc: Doc, head: Token, preposition: Token | None) -> Token:
    """Return what a place hangs on: the noun right before its preposition, or else what the parser says."""
    if preposition is None:
        return head.head
    before = word_before(doc, preposition.i)
    is_noun = before is not None and before.tag_.startswith("N") and not preposition.is_sent_start
    return before if before is not None and is_noun else preposition.head


def _upper(head: Token) -> Token | None:
    """Return the noun that a word of a place phrase hangs on inside it: "district", "the town of", "A and B"."""
    above = head.head
    if head.dep_ in {"conj", "appos"} and above.tag_.startswith("N") and above.i < head.i:
        return above
    if head.dep_ in {"compound", "nmod"} and above.lower_ in unit_words():
        return above
    if head.dep_ == "pobj" and above.lower_ == "of" and above.head.lower_ in unit_words().keys() | PART_OF_PLACE:
        return above.head
    return None


def _preposition(doc: Doc, name: PlaceName) -> Token | None:
    """Return the preposition that opens the phrase of a name, by the words alone: "in the northern town of Tarvel"."""
    passed = WORDS_OF_PLACE_PHRASE | place_words("compass") | unit_words().keys()
    joined = unit_words().keys() | PART_OF_PLACE
    token = doc[name.start]
    while not token.is_sent_start:
        before = word_before(doc, token.i)
        if before is None:
            return None
        is_inner = before.lower_ == "of" and lower(word_before(doc, before.i)) in joined
        if before.tag_ in PREPOSITION_TAGS and not is_inner:
            return before
        if not is_inner and before.lower_ not in passed:
            return None
        token = before
    return None


def _is_origin(doc: Doc, name: PlaceName, setting: _Setting) -> bool:
    if lower(word_after(doc, name.end)) in place_words("origin"):
        return True
    if doc[name.end - 1].lower_.endswith("-born") or doc[name.end : name.end + 2].text == "-born":
        return True
    governor, lemma = setting.governor, setting.governor.lemma_.lower()
    if setting.word == "from":
        is_thing = lemma in place_words("measure") or lemma in place_words("thing")
        is_noun = governor.tag_.startswith("N") or governor.tag_ == "CD"
        return lemma in place_words("origin") or (is_noun and not is_thing)
    if setting.word == "in":
        return governor.lower_ in AT_HOME
    return setting.word == "of" and _is_home_of(doc, setting)


def _is_home_of(doc: Doc, setting: _Setting) -> bool:
    """Tell whether "of" gives a person's home: "a native of Tarvel", "Ana Orr, 34, of Tarvel"."""
    preposition = setting.preposition
    if setting.governor.lemma_.lower() in place_words("origin"):
        return True
    comma = word_before(doc, preposition.i) if preposition is not None else None
    before = word_before(doc, comma.i) if comma is not None and comma.text == "," else None
    return before is not None and (before.ent_type_ == "PERSON" or before.tag_ == "CD")


def _is_compound(doc: Doc, name: PlaceName) -> bool:
    """Tell whether a name is the first half of an adjective: "U.S.-led", "Tarvel-based"."""
    last = doc[name.end - 1]
    if last.idx + len(last) > name.span.end:
        return True
    if name.end + 1 >= len(doc) or doc[name.end].text != "-" or doc[name.end].idx != name.span.end:
        return False
    return doc[name.end + 1].text.islower()


def _is_statement(doc: Doc, setting: _Setting) -> bool:
    """Tell whether words were spoken there: "told reporters in Tarvel"; not "said two men were killed in Tarvel"."""
    preposition, governor = setting.preposition, setting.governor
    if preposition is None or setting.word not in SPOKEN_IN:
        return False
    if governor.lemma_.lower() in place_words("statement"):
        return True
    if governor.lemma_.lower() not in place_words("speech"):
        return False
    between = doc[governor.i + 1 : preposition.i]
    return 0 <= len(between) <= MAX_TOKENS_AFTER_SPEECH and not any(token.tag_.startswith("VB") for token in between)


def _is_state(candidate: Candidate) -> bool:
    return candidate.feature is Feature.COUNTRY or load_gazetteer().is_capital(candidate)


def _is_actor(doc: Doc, name: PlaceName, setting: _Setting) -> bool:
    """Tell whether a state does or suffers something as a government: "Tarvel denied", "accused Norland"."""
    if setting.word:
        return setting.word in COUNTERPARTS
    acts = place_words("government")
    suffered = acts - place_words("taken")
    before = None if doc[name.start].is_sent_start else word_before(doc, name.start)
    after = word_after(doc, name.end)
    if after is not None and after.tag_ in FINITE_TAGS and after.lemma_ in acts:
        return True
    if before is not None and before.tag_.startswith("VB") and before.lemma_ in suffered:
        return True
    lemma = setting.head.head.lemma_.lower()
    return lemma in (acts if setting.head.dep_ == "nsubj" else suffered) and setting.head.dep_ in ACTOR_LABELS


def _is_elsewhere(doc: Doc, name: PlaceName, setting: _Setting) -> bool:
    """Tell whether a name only names an office or a topic, or a place of talks and trials."""
    governor, lemma = setting.governor, setting.governor.lemma_.lower()
    offices = place_words("office") | place_words("official")
    if setting.word in TOPICS or lemma in place_words("elsewhere"):
        return True
    if setting.word in DESTINATIONS:
        return _is_destination(setting) and not _goes_on(doc, name)
    if setting.word == "of":
        return lemma in offices and not (governor.dep_ in SUFFERERS and governor.tag_ in COMMON_NOUN_TAGS)
    if setting.word:
        return False
    after = _after_possessive(doc, name.end)
    if after is not None and after.lemma_.lower() in offices:
        return True
    return setting.head.dep_ == "dobj" and lemma in place_words("travel")


def _is_destination(setting: _Setting) -> bool:
    return setting.word in DESTINATIONS and setting.governor.lemma_.lower() in place_words("travel")


def _goes_on(doc: Doc, name: PlaceName) -> bool:
    """Tell whether it is told what happened there: "taken to a clinic in Tarvel, where he died"."""
    return any(token.lower_ == "where" for token in doc[name.end : name.end + WORDS_TO_WHERE])


def _is_of_care(doc: Doc, name: PlaceName, setting: _Setting) -> bool:
    """Tell whether somebody died or was treated there after the deed: "died at a hospital in Tarvel"."""
    words = (setting.governor, *doc[name.start : name.end])
    if not any(word.lemma_.lower() in place_words("care:house") for word in words):
        return False
    above = next((t for t in setting.head.ancestors if t.tag_.startswith("V")), None)
    return above is not None and above.lemma_.lower() in place_words("care:verb") | place_words("travel")


def _tells_who(setting: _Setting) -> bool:
    """Tell whether a place says who somebody is: "He operates in Tarvel", "the man responsible for raids in Tarvel".

    What a person does at other times is told in the present, or before the past.
    """
    for token in islice(setting.head.ancestors, MAX_CLIMB):
        if is_harm(token):
            return False
        if token.lemma_.lower() in place_words("duty"):
            return True
        if is_deed(token) and (token.tag_.startswith("V") or token.head.lower_ in DURING):
            return False
        if token.tag_ in FINITE_TAGS or token.dep_ in {"relcl", "ROOT"}:
            is_told = token.dep_ != "relcl" and any(is_harm(word) for word in token.subtree)
            return not is_told and _is_of_person(token) and _is_of_other_times(token)
    return False


def _is_of_person(verb: Token) -> bool:
    """Tell whether the subject of a verb is "he", "she", "they", or "who" or "which" told of somebody."""
    subjects = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}]
    return any(child.lower_ in PERSONS for child in subjects)


def _is_of_other_times(verb: Token) -> bool:
    """Tell whether a verb is in the present, or in the past before the past: "operates", "had sent"."""
    helpers = [child for child in verb.children if child.dep_ in {"aux", "auxpass"}]
    had = any(helper.lower_ == "had" for helper in helpers)
    present = verb.tag_ in PRESENT_TAGS or any(h.tag_ in PRESENT_TAGS for h in helpers[:1])
    return had or present


def _after_possessive(doc: Doc, end: int) -> Token | None:
    """Return the noun that a name stands before: "Tarvel's interior ministry" gives "ministry"."""
    found, token = None, word_after(doc, end)
    if token is not None and token.text in POSSESSIVES:
        token = word_after(doc, token.i + 1)
    while token is not None and token.tag_ in NOMINAL_TAGS:
        found = token
        if found.lemma_.lower() in place_words("office"):
            return found
        token = word_after(doc, token.i + 1)
    return found
