"""One noun phrase -> how many persons it names, and what they are, without what is coordinated with it.

"A family of six" is six, "dozens of villagers" a vague twelve, "the driver" one who was told of before, "no one" zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract._numbers import is_ordinal
from pipeline.extract._syntax import (
    char_span,
    children,
    conjuncts,
    low_at,
    noun_left_edge,
    prepositional,
    text_of,
    word_at,
)
from pipeline.extract.casualties._ages import ages_of
from pipeline.extract.casualties._persons import group_of, is_animal, is_person, is_time, may_be_person
from pipeline.records import Count, Qualifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Token

    from pipeline.extract._numbers import NumberPhrase
    from pipeline.records import Span

ZERO_WORDS = frozenset({"nobody", "none", "no", "neither"})
SINGULAR_PRONOUNS = frozenset("he she him her himself herself someone somebody another".split())
PLURAL_PRONOUNS = frozenset("they them themselves who whom those these others many both all most".split())
DEFINITE = frozenset("the this that these those his her their its our both all".split())
DEFINITE_TAGS = frozenset({"DT", "PRP$", "PDT"})
ADDITIVE = frozenset({"other", "others", "another", "more", "additional", "further"})
FIXED_SIZES = {"couple": 2, "pair": 2, "duo": 2, "trio": 3, "quartet": 4}
CONTAINERS = frozenset({"case", "instance"})
COLLECTIVES = frozenset("group family crew team gang convoy party band unit squad patrol total number".split())
INDEFINITE_PLURALS = frozenset("people police personnel troops staff men women children cattle".split())
UNDER_AGE = 18
COMMON_NOUNS = frozenset({"NN", "NNS"})


@dataclass(frozen=True, slots=True)
class Group:
    """Persons named by one noun phrase, or by coordinated ones.

    Attributes:
        head: the noun, number or pronoun that stands for them.
        span: the characters of the phrase, half-open.
        count: how many persons.
        kinds: group labels of the persons, in order of mention.
        parts: for each kind that can be counted alone, how many ("children", 3).
        definite: whether the phrase points back ("the two men", "they").
        additive: whether it adds to others ("three others").
        of_total: the number that it is a part of ("11 of the 20"), 0 when that is not a number, None for no part.
        phrases: the numbers that were read.
    """

    head: Token
    span: Span
    count: Count
    kinds: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    definite: bool = False
    additive: bool = False
    of_total: int | None = None
    phrases: tuple[NumberPhrase, ...] = ()


def read_phrase(head: Token, numbers: Mapping[int, NumberPhrase], tags: frozenset[str] = frozenset()) -> Group | None:
    """Read one noun phrase without its conjuncts; None if it does not stand for persons."""
    own = numbers.get(head.i)
    if own is not None:
        return _from_number(head, own, numbers)
    if head.lemma_.lower() in CONTAINERS:
        inner = next((o for o in prepositional(head, "of") if is_person(o)), None)
        return _contained(head, inner, numbers) if inner is not None else None
    if head.lower_ == "all":  # "all of the 33 passengers"
        return next((group for o in prepositional(head, "of") if (group := read_phrase(o, numbers)) is not None), None)
    described = head.dep_ == "appos" and head.tag_ != "NNP" and not is_listed_plural(head.head, head)
    return None if described or not _stands_for_persons(head, tags) else _read_persons(head, numbers)


def is_listed_plural(head: Token, noun: Token) -> bool:
    """Tell whether several persons behind a single one are more of a list: "his wife, two children and a cook"."""
    single = head.tag_ in {"NN", "NNP"} and head.lemma_.lower() not in COLLECTIVES | FIXED_SIZES.keys()
    return single and noun.tag_ == "NNS" and len(conjuncts(noun)) > 1


def _stands_for_persons(head: Token, tags: frozenset[str]) -> bool:
    if may_be_person(head) or head.lower_ in FIXED_SIZES or head.lower_ in COLLECTIVES:
        return True
    return head.tag_ in tags and not is_animal(head) and not is_time(head)


def _read_persons(head: Token, numbers: Mapping[int, NumberPhrase]) -> Group | None:
    phrase = _number_left_of(head, numbers)
    if phrase is not None:
        return _counted(head, phrase)
    outer = _container_of(head)
    if outer is not None:
        return _contained(outer, head, numbers) or _uncounted(head)
    return None if _is_numbered_off(head) else _collective(head, numbers) or _uncounted(head)


def unit_group(noun: Token, numbers: Mapping[int, NumberPhrase]) -> Group | None:
    """Read a noun that is itself counted: "14 deaths", "at least 31 casualties", "no lives"."""
    phrase = numbers.get(noun.i) or _number_left_of(noun, numbers)
    if phrase is None:
        return _uncounted(noun) if any(c.lower_ == "no" for c in noun.lefts) else None
    return _counted(noun, phrase)


def _from_number(head: Token, phrase: NumberPhrase, numbers: Mapping[int, NumberPhrase]) -> Group | None:
    """Read a phrase whose head is the number: "nine", "dozens of villagers", "two of them", "12 others"."""
    doc, limit = head.doc, head.sent.end
    end = phrase.end
    total: int | None = None
    noun: Token | None = None
    following = doc[end] if end < limit else None
    if following is not None and following.lower_ in ADDITIVE:
        end += 1
        following = doc[end] if end < limit else None
    if doc[phrase.end - 1].lower_ == "of":  # "a number of uniforms"
        noun, _ = _of_whom(doc[phrase.end - 1], numbers)
    elif following is not None and following.lower_ == "of":
        noun, total = _of_whom(following, numbers)
    elif following is not None and following.tag_ in COMMON_NOUNS:
        noun = _last_noun(following)
    if noun is not None and not may_be_person(noun):
        return None
    start = _with_article(doc[phrase.start])
    last = noun if noun is not None and noun.i < end + 6 else doc[end - 1]
    return _make(head, (start, last), phrase, noun, total)


def _last_noun(noun: Token) -> Token:
    """Return the last of the nouns that stand in a row: "workers" of "farm workers"."""
    while (following := word_at(noun, 1)) is not None and following.tag_ in COMMON_NOUNS and noun != noun.sent[-1]:
        noun = following
    return noun


def _of_whom(preposition: Token, numbers: Mapping[int, NumberPhrase]) -> tuple[Token | None, int | None]:
    """Return the noun of "of the 20 suspects", and 20; 0 for "of them"; None for "dozens of villagers"."""
    objects = [o for o in preposition.children if o.dep_ == "pobj" and o.i > preposition.i]
    following = [t for t in preposition.doc[preposition.i + 1 : preposition.i + 5] if not t.is_space]
    noun = objects[0] if objects else next((t for t in following if t.tag_ in {"NNS", "NN", "PRP", "WP"}), None)
    if noun is None:
        return None, None
    inner = numbers.get(noun.i) or _number_left_of(noun, numbers)
    definite = bool(following) and (following[0].lower_ in DEFINITE or noun.tag_ in {"PRP", "WP", "WDT"})
    if inner is not None and inner.start > preposition.i and definite:  # "four of the nine" names none
        return None if noun.i in numbers else noun, inner.count.certain
    return noun, 0 if definite else None


def _number_left_of(noun: Token, numbers: Mapping[int, NumberPhrase]) -> NumberPhrase | None:
    """Return the number that counts a noun: in its phrase, with only adjectives and nouns between."""
    doc = noun.doc
    for i in range(noun.i - 1, max(noun.i - 8, -1), -1):
        phrase = numbers.get(i)
        if phrase is not None:
            return None if _is_measure(phrase, noun) else phrase
        token = doc[i]
        if token.is_space or token.text in {"(", ")"}:  # "two Railway Force (RPF) constables"
            continue
        adjective = token.tag_.startswith(("J", "N", "VBN", "VBG", "POS")) or token.lower_ in ADDITIVE | {"-", "“", '"'}
        aged = token.tag_ == "CD" and low_at(token, 1) == "-"  # "two 16-year-old boys"
        partitive = token.lower_ == "of" and (i - 1 in numbers or doc[i - 1].lower_ in {"total", "group"})
        if not (adjective or aged or partitive):  # "dozens of people", "a group of 12 students"
            return None
    return None


def _is_measure(phrase: NumberPhrase, noun: Token) -> bool:
    """Tell whether the number belongs to an age or another compound: "a 52-year-old midwife", "five-storey"."""
    following = noun.doc[phrase.end : noun.i]
    return bool(following) and following[0].text in {"-", "–"} and following[0].i + 1 < noun.i


def _counted(head: Token, phrase: NumberPhrase) -> Group:
    start = _with_article(head.doc[phrase.start])
    return _make(head, (start, head), phrase, head)


def _with_article(token: Token) -> Token:
    """Step back over "the", "all", "another", "his" before a number."""
    before = word_at(token, -1)
    while before is not None and (is_definite(before) or before.lower_ in ADDITIVE):
        token, before = before, word_at(before, -1)
    return token


def is_definite(word: Token) -> bool:
    """Tell whether an article or pronoun before a noun points back; "that" before a clause does not."""
    return word.lower_ in DEFINITE and word.tag_ in DEFINITE_TAGS


def _make(
    head: Token, ends: tuple[Token, Token], phrase: NumberPhrase, noun: Token | None, of_total: int | None = None
) -> Group:
    start, last = ends
    kind = group_of(noun) if noun is not None else ""
    doc = head.doc
    around = [*doc[start.i : phrase.start], *doc[phrase.end : max(last.i, phrase.end) + 1]]
    inside = doc[phrase.start : phrase.core]
    additive = any(t.lower_ in ADDITIVE for t in around) or any(t.lower_ == "another" for t in inside)
    definite = (is_definite(start) and start.lower_ != "all") or (noun is not None and noun.tag_ == "PRP")
    number = phrase.count.certain
    return Group(
        head=head,
        span=char_span(start, last if last.i >= phrase.end - 1 else head.doc[phrase.end - 1]),
        count=phrase.count,
        kinds=(kind,) if kind else (),
        parts=group_parts(kind, number, noun),
        definite=definite,
        additive=additive,
        of_total=of_total,
        phrases=(phrase,),
    )


def _collective(head: Token, numbers: Mapping[int, NumberPhrase]) -> Group | None:
    """Read "a family of six", "a group of 12 students", "the couple", "brothers Musa, Idris and Sani"."""
    if head.lower_ in FIXED_SIZES or head.lemma_.lower() in FIXED_SIZES:
        return _sized(head, FIXED_SIZES.get(head.lower_, FIXED_SIZES.get(head.lemma_.lower(), 2)))
    if _is_collective(head):
        for member in prepositional(head, "of"):
            phrase = numbers.get(member.i) or _number_left_of(member, numbers)
            if phrase is not None:
                return _make(head, (noun_left_edge(head), member), phrase, member)
            if may_be_person(member):
                return _gathered(head, member)
    names = [t for child in children(head, "appos") for t in conjuncts(child) if t.ent_type_ == "PERSON"]
    number = max(len(names), _names_behind(head))
    return _sized(head, number) if number > 1 and head.tag_ == "NNS" else None


def _names_behind(noun: Token) -> int:
    """Count the names that follow a noun directly: "brothers Ilo, Maru and Teo Sanz"; 0 where no "and" ends them."""
    number, ended = 0, False
    for token in noun.doc[noun.i + 1 : noun.sent.end]:
        if token.tag_ == "NNP":
            number += low_at(token, -1) in {",", "and", noun.lower_}
        elif ended or token.lower_ not in {",", "and"} or not number:
            break
        ended |= token.lower_ == "and"
    return number if ended else 0


def _gathered(head: Token, member: Token) -> Group:
    """Read persons whose number is not told: "a group of militants", "a large number of clerks"."""
    span = char_span(noun_left_edge(head), member)
    count = Count(None, None, None, Qualifier.UNKNOWN_NUMBER, text_of(span, head.sent))
    kind = group_of(member)
    return Group(member, span, count, (kind,) if kind else (), definite=is_definite(noun_left_edge(head)))


def _is_numbered_off(head: Token) -> bool:
    """Tell whether an ordinal numbers a person: "the seventh lawyer murdered"; "a third guard" is one more."""
    near = head.doc[max(0, head.i - 4) : head.i]
    return any(is_ordinal(t) for t in near if t.head == head) and not any(t.lower_ in {"a", "an"} for t in near)


def _container_of(head: Token) -> Token | None:
    """Return "cases" of "cases of people"."""
    if head.dep_ != "pobj" or head.head.lower_ != "of":
        return None
    outer = head.head.head
    return outer if outer.lemma_.lower() in CONTAINERS else None


def _contained(outer: Token, inner: Token, numbers: Mapping[int, NumberPhrase]) -> Group | None:
    """Read "52 cases of people killed or injured": the number of the cases is that of the people."""
    phrase = _number_left_of(outer, numbers)
    return None if phrase is None else _make(inner, (_with_article(outer.doc[phrase.start]), inner), phrase, inner)


def _sized(head: Token, size: int) -> Group:
    start = noun_left_edge(head)
    span = char_span(start, head)
    count = Count(size, size, size, Qualifier.EXACT, text_of(span, head.sent))
    return Group(head, span, count, definite=start.lower_ in DEFINITE)


def _uncounted(head: Token) -> Group | None:
    """Read a noun phrase or pronoun without any number."""
    low = head.lower_
    start = noun_left_edge(head)
    words = {t.lower_ for t in head.doc[start.i : head.i] if t.tag_ != "IN"}
    kind = group_of(head)
    span = char_span(start, head)
    text = text_of(span, head.sent)
    if low_at(start, -1) == "how" or "how" in words:  # "how many people died" is a question
        return None
    if low in ZERO_WORDS or words & {"no", "neither"} or (low == "one" and low_at(head, -1) == "no"):
        return Group(head, span, Count(0, 0, 0, Qualifier.EXACT, text), (kind,) if kind else ())
    if low == "both" or ("both" in words and head.tag_ not in {"NN", "NNP"}):  # not "both Ana Ruiz and her son"
        return Group(head, span, Count(2, 2, 2, Qualifier.EXACT, text), (kind,) if kind else (), definite=True)
    definite = bool(words & DEFINITE) or low in SINGULAR_PRONOUNS | PLURAL_PRONOUNS - {"many", "most"}
    counted_on = any(is_ordinal(t) for t in head.doc[start.i : head.i])
    additive = bool(words & ADDITIVE) or low in {"another", "others"} or counted_on
    if _is_singular(head) or (words & {"a", "an", "another"} and not _is_collective(head)):
        count = Count(1, 1, 1, Qualifier.IMPLICIT_ONE, text)
        parts = group_parts(kind, 1, head)
    else:
        count = Count(None, None, None, Qualifier.UNKNOWN_NUMBER, text)
        parts = ()
    if low in {"another", "someone", "somebody"} or (low not in SINGULAR_PRONOUNS and words & {"a", "an", "another"}):
        definite = False
    return Group(head, span, count, (kind,) if kind else (), parts, definite=definite, additive=additive)


def _is_collective(head: Token) -> bool:
    """Tell whether a noun holds several persons: "a family"; of a name ("a Communist Party ...") this is not known."""
    return head.lemma_.lower() in COLLECTIVES and head.tag_ in COMMON_NOUNS


def _is_singular(head: Token) -> bool:
    if head.lower_ in SINGULAR_PRONOUNS:
        return True
    if head.lower_ in PLURAL_PRONOUNS or head.lower_ in INDEFINITE_PLURALS or head.tag_ in {"NNS", "NNPS"}:
        return False
    if head.ent_type_ == "PERSON":
        return True
    return head.tag_ in {"NN", "NNP"} and head.lemma_.lower() not in COLLECTIVES


def group_parts(kind: str, number: int, noun: Token | None = None) -> tuple[tuple[str, int], ...]:
    """Count the children, women and civilians of a group; ages make children: "two sisters, aged 7 and 19" hold one."""
    ages = ages_of(noun) if noun is not None else []
    minors = sum(age < UNDER_AGE for age in ages) if len(ages) <= number else 0
    children = number if kind == "children" else minors
    women = number - minors if kind == "women" else 0
    found = (("children", children), ("women", women), ("civilian", number if kind == "civilian" else 0))
    return tuple((each, told) for each, told in found if told)
