"""Nouns of a casualty word that the parser lost: later ones of a list, company, and the one that opens the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import FINITE_TAGS, NOUN_TAGS, children, conjuncts, low_at, noun_left_edge, prepositional
from pipeline.extract.casualties._persons import is_person, may_be_person

if TYPE_CHECKING:
    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match


PART_OPENERS = frozenset({"including", "includes", "included", "among", "amongst"})
IDENTIFIED = frozenset({"identified", "named", "namely", "viz", "alias"})
PAIRS = frozenset({"couple", "pair", "duo", "trio"})
ANYBODY = frozenset({"people", "person", "victim", "man", "woman", "other", "civilian"})
NAMING_MARKS = frozenset({",", "-", "–", "—", ":"})
BEFORE_NOUN = frozenset({"DT", "CD", "JJ", "JJR", "JJS", "PRP$", "HYPH", "IN", "POS"})


def is_named_again(head: Token, noun: Token) -> bool:
    """Tell whether a noun tells who those counted before are: "two clerks, Ana Ruiz and her son Luis"."""
    between = head.doc[head.i + 1 : noun.i]
    plural = head.tag_ == "NNS" or head.lower_ in PAIRS
    if any(t.lower_ in IDENTIFIED for t in between):
        return plural or noun.tag_ == "NNP"
    if plural and noun.tag_ == "NNP" and head.nbor(1).tag_ == "NNP":  # "the brothers Musa and Idris"
        return True
    mark = next((t for t in between if t.text in NAMING_MARKS or t.lower_ == "and"), None)
    if not plural or mark is None or mark.lower_ == "and":
        return False
    opening = mark.nbor(1)
    kin = any(t.tag_ == "PRP$" for t in noun.lefts)
    aged = opening.tag_ == "CD" and low_at(opening, 1) == "-"  # "three girls, 7-year-old Ana Ruiz and"
    named = (opening.tag_ == "NNP" or aged) and (noun.tag_ == "NNP" or kin)
    return named or (head.lemma_.lower() in ANYBODY and opening.lower_ in {"a", "an"})


def in_brackets(noun: Token, head: Token) -> bool:
    """Tell whether a noun stands in brackets behind another: "six monks (five Danes and a Swede)"."""
    between = [t.text for t in noun.doc[head.i + 1 : noun.i]]
    return between.count("(") > between.count(")")


def further_subjects(first: Token, cue: Match, sent: DocSpan) -> list[Token]:
    """Return what is listed between a subject and its verb: "a guard of the mill, two cooks and a clerk were killed".

    The parser often hangs the later nouns on a word inside the first phrase. A list ends in "and"; what stands between
    commas without a number or article is an apposition.
    """
    begin = min(t.i for t in cue.tokens)
    between = sent.doc[first.i + 1 : begin]
    links = [t for t in between if t.lower_ in {"and", ","} and not t.ent_type_]
    told = any(t.tag_ in FINITE_TAGS and t.lemma_ not in {"be", "have"} for t in between)
    if told or _is_of_one(cue.anchor):
        return []
    last = max((t.i for t in links if t.lower_ == "and"), default=-1)
    if any(t.lower_ in PART_OPENERS for t in between):  # "among them five women and six children"
        return []
    known = conjuncts(first)
    found: list[Token] = []
    for link in links:
        noun = first_noun(sent.doc[link.i + 1 : begin]) if link.i <= last else None
        opens = link.nbor(1)  # the verb stands further right
        counted = opens.tag_ == "CD" or opens.lower_ in {"a", "an", "at"}
        counted = counted or (link.lower_ == "and" and noun is not None and _opens_a_group(opens, noun))
        if noun is None or noun in known or noun in found or (noun.dep_ == "appos" and noun.head in known):
            continue
        if in_brackets(noun, first) or any(link.i < t.i < noun.i for t in known):  # "and one of his aides"
            continue
        if counted and not is_named_again(first, noun):
            found.append(noun)
    return found


def _opens_a_group(first: Token, noun: Token) -> bool:
    """Tell whether a noun behind "and" is a person, or has an article: not "a seller of rifles and mortar devices"."""
    return first.tag_ in {"DT", "PRP$"} or may_be_person(noun)


def company_of(verb: Token) -> list[Token]:
    """Return who is named behind the verb as going along: "the dealer was held along with two of his sons"."""
    along = [t for t in verb.rights if t.lower_ in {"along", "together"} and low_at(t, 1) == "with"]
    return [o for t in along for o in prepositional(t, "with")]


def hung_lower(head: Token) -> list[Token]:
    """Return who is listed with a single person, but hung by the parser on what is told of him.

    "A leader who planned attacks, and an associate"; "the chief, Omar Vell, and two others"; "a chief known as Vell and
    two of his guards".
    """
    if head.tag_ not in {"NN", "NNP"}:
        return []
    later = (t for t in head.subtree if t.dep_ == "conj" and t.i > head.i and t.head != head)
    return [t for t in later if _counts_somebody(t) and _is_misplaced(t)]


def _counts_somebody(noun: Token) -> bool:
    """Tell whether a noun is a person with an article or number, or a number of persons: "two of his guards"."""
    if noun.tag_ == "CD" and low_at(noun, 1) == "of":
        return True
    return is_person(noun) and any(t.tag_ in {"CD", "PRP$"} or t.lower_ in {"a", "an", "another"} for t in noun.lefts)


def _is_misplaced(noun: Token) -> bool:
    """Tell whether a conjunct cannot go with its head: a preposition, or a thing or byname closed by a comma."""
    if noun.head.tag_ == "IN":
        return True
    closed = (low_at(noun_left_edge(noun), -2), low_at(noun_left_edge(noun), -1)) == (",", "and")
    byname = noun.head.dep_ == "appos" and noun.head.ent_type_ == "PERSON" and noun.head.head.tag_ == "NN"
    return closed and (byname or not may_be_person(noun.head))


def fronted(cue: Match, sent: DocSpan) -> list[Token]:
    """Return the noun that opens the sentence of a passive or of a death whose subject the parser lost.

    "Two rebels, belonging to a faction, Keskal dalam, were killed": no other verb may stand between but participles
    and relative clauses.
    """
    begin = min(t.i for t in cue.tokens)
    verb = cue.anchor
    suffers = (
        cue.role == "subject" or children(verb, "auxpass") or low_at(sent.doc[begin], -1) in {"were", "was", "been"}
    )
    noun = first_noun(sent.doc[sent.start : begin])
    if noun is None or not suffers or verb.dep_ in {"acl", "relcl"} or noun.dep_ in {"pobj", "npadvmod"}:
        return []
    between = sent.doc[noun.i + 1 : begin]
    told = [t for t in between if t.tag_ in FINITE_TAGS and t.lemma_ not in {"be", "have"} and t.dep_ != "relcl"]
    return [] if told else [noun]


def _is_of_one(verb: Token) -> bool:
    """Tell whether a verb has a single person for its subject: "a junior at the school and player, was killed"."""
    group = [verb, *children(verb, "aux", "auxpass"), *([verb.head] if verb.head.lemma_ == "be" else [])]
    return any(t.lower_ in {"was", "is", "has"} for t in group)


def listed_by_semicolons(head: Token) -> list[Token]:
    """Return the later nouns of a list with semicolons: "killing Ana Ruiz, 42; a minor called Pepe; and a guard"."""
    rest = head.doc[head.i + 1 : head.sent.end]
    marks = [t.i for t in rest if t.text == ";"]
    if not marks or low_at(head.doc[marks[-1]], 1) != "and":
        return []
    starts = [i + 1 + (low_at(head.doc[i], 1) == "and") for i in marks]
    found = (first_noun(head.doc[start : head.sent.end]) for start in starts)
    return [noun for noun in found if noun is not None]


def first_noun(tokens: DocSpan) -> Token | None:
    """Return the head of the noun phrase that begins a stretch."""
    last: Token | None = None
    for token in tokens:
        compound = token.tag_ in {"HYPH", "JJ"} and token.i + 1 < tokens.end  # "a CPI-Maoist cadre"
        if token.tag_ in NOUN_TAGS:
            last = token
        elif token.tag_ == "POS":
            last = None  # "the gang's driver"
        elif (last is not None and not compound) or token.tag_ not in BEFORE_NOUN:
            return last
    return last
