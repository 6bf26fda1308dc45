"""Who is affected by a casualty word: its object, its subject, what it counts, or what stands beside it.

Each role of lexicons/casualty_cues.csv has a function that reads the tree first and the neighbourhood second, since
headlines ("12 killed in blast") and ellipsis ("... and 30 wounded") are where parsers fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._syntax import (
    FINITE_TAGS,
    NOUN_TAGS,
    antecedent,
    children,
    conjuncts,
    is_passive,
    low_at,
    objects_of,
    prepositional,
    subject,
    word_at,
)
from pipeline.extract.casualties._persons import is_person, may_be_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase

PART_OPENERS = frozenset({"including", "includes", "included", "among", "amongst"})
IDENTIFIED = frozenset({"identified", "named", "namely", "viz", "alias"})
ANYBODY = frozenset({"people", "person", "victim", "man", "woman", "other", "civilian"})
SKIPPED_LEFT = frozenset(
    "were was are is be been being have has had also reportedly seriously badly critically severely slightly later "
    "allegedly more others other all both then still feared confirmed believed presumed reported found left and "
    "fatally lightly heavily to of them whom which the people persons".split()
)
LEAVE = frozenset({"leave", "find", "report", "declare", "pronounce", "presume", "believe", "shoot", "confirm", "say"})
LINKING = frozenset({"be", "remain", "go", "lie", "stay", "get", "become", "arrive"})
PARTICLES = frozenset({"down", "out", "off", "hard", "away"})
WINDOW = 9
OR_VERB_TOKENS = 2
INSIDE_NOUN = frozenset({"DT", "PRP$", "JJ", "JJS", "JJR", "HYPH", "RB", "POS", "VBN"})
BEFORE_NOUN = frozenset({"DT", "CD", "JJ", "JJR", "JJS", "PRP$", "HYPH", "IN"})


def affected(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Return the heads of the noun phrases that a cue is about; several when it has several objects."""
    found = ROLES[cue.role](cue, sent, numbers)
    unique: list[Token] = []
    for token in found:
        resolved = _before_comma(_behind_brackets(antecedent(token)))
        if resolved not in unique and resolved not in cue.tokens:
            unique.append(resolved)
    return unique


def _behind_brackets(noun: Token) -> Token:
    """Return "constables" of "Railway Protection Force (RPF) constables"."""
    opening, closing, following = (word_at(noun, k) for k in (1, 3, 4))
    if opening is None or closing is None or following is None or (opening.text, closing.text) != ("(", ")"):
        return noun
    return following if following.tag_ in {"NN", "NNS"} else noun


def _before_comma(noun: Token) -> Token:
    """Return "60" of "wounding more than 60, hospital officials said", where the tree takes them for one phrase."""
    return next((t for t in children(noun, "nummod") if t.i < noun.i and low_at(t, 1) == ","), noun)


# --- verbs ---------------------------------------------------------------------------------------------------------


def _object(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one killed: object of the active verb, subject of the passive, noun of the participle."""
    verb = cue.anchor
    killed_off = len(cue.tokens) == 1 and any(c.lower_ == "off" for c in children(verb, "prt", "advmod"))
    if verb.dep_ == "compound" or low_at(verb, -1) == "-" or killed_off:
        return []  # "an anti-kidnapping brigade"
    beside = _number_beside(cue, sent, numbers) or _reduced(verb)
    if beside and verb.tag_ in {"VBN", "VBD", "JJ"} and beside[0].i >= verb.i - 3 and not _objects(verb):
        return beside  # "23 people were killed and 1,140 injured"
    found = _patients(verb)
    if found or beside:
        return found or beside
    if is_passive(verb) or _has_passive_word(cue):
        return _left_noun(cue, sent)
    if verb.tag_ in {"VBN", "VBD", "JJ"}:
        return _bare_participle(cue, sent, numbers)
    return [] if verb.tag_ in NOUN_TAGS and len(cue.tokens) == 1 else _right_noun(cue, sent)


def _reduced(verb: Token) -> list[Token]:
    """Return "people" of "people killed or injured", whatever the tree says of the participles."""
    first = verb
    while first.i and low_at(first, -1) in {"or", "and"} and first.doc[first.i - 2].tag_ == "VBN":
        first = first.doc[first.i - 2]
    noun = word_at(first, -1)
    participle = verb.tag_ == "VBN" and first.tag_ == "VBN" and not children(verb, "auxpass")
    return [noun] if participle and noun is not None and noun.tag_ == "NNS" and is_person(noun) else []


def _another_beside(word: Token) -> bool:
    """Tell whether "another" or "others" stands right before the word: "one was killed and another injured"."""
    return low_at(word, -1) in {"another", "others"} and word.tag_ in {"VBN", "VBD", "JJ"}


def _has_passive_word(cue: Match) -> bool:
    """Tell whether a form of "be" stands right before the cue, where the parser saw no verb: "was shot dead"."""
    first = min(cue.tokens, key=lambda t: t.i)
    before = word_at(first, -1)
    return before is not None and before.lemma_ == "be"


def _patients(verb: Token) -> list[Token]:
    """Return what the tree says that a transitive verb does its work on; coordinated verbs share it."""
    inverted = [t for c in children(verb, "auxpass", "aux") for t in children(c, "attr", "nsubj")]
    if inverted or is_passive(verb):  # "wounded in the exchange were two constables"
        return inverted or _subjects(verb)
    own = _objects(verb)
    if own:
        return own
    if verb.dep_ in {"acl", "relcl"} and not children(verb, "nsubj"):
        return [verb.head]  # "people killed in the raid"
    shared = [o for c in verb.children if c.dep_ == "conj" and c.i - verb.i <= OR_VERB_TOKENS for o in _objects(c)]
    if shared:  # "killed or injured 60 people"
        return shared
    if verb.dep_ == "conj" and verb.head.i < verb.i and not children(verb, "nsubj"):
        return _patients(verb.head) if _is_near(verb.head, verb) else []
    return []


def _is_near(first: Token, second: Token) -> bool:
    """Tell whether two coordinated verbs can share what they do: no other noun stands between them."""
    between = first.doc[first.i + 1 : second.i]
    return len(between) <= WINDOW and not any(t.tag_ in NOUN_TAGS | {"CD"} and t.dep_ != "pobj" for t in between)


def _subjects(verb: Token) -> list[Token]:
    """Return the subject, and a second one where the parser took "the pilot and all nine passengers" apart."""
    own = children(verb, "nsubj", "nsubjpass")
    who = own[:2] if len(own) > 1 and own[1].i - own[0].i <= WINDOW else [t for t in [subject(verb)] if t is not None]
    return [t for t in who if t.dep_ != "expl"]


def is_named_again(head: Token, noun: Token) -> bool:
    """Tell whether a noun tells who those counted before are: "two clerks, Ana Ruiz and her son Luis"."""
    between = head.doc[head.i + 1 : noun.i]
    plural = head.tag_ == "NNS"
    if any(t.lower_ in IDENTIFIED for t in between):
        return plural or noun.tag_ == "NNP"
    if plural and noun.tag_ == "NNP" and head.nbor(1).tag_ == "NNP":  # "the brothers Musa and Idris"
        return True
    if not plural or len(between) == 0 or between[0].text != ",":
        return False
    opening = between[0].nbor(1)
    kin = any(t.tag_ == "PRP$" for t in noun.lefts)
    named = opening.tag_ == "NNP" and (noun.tag_ == "NNP" or kin)
    return named or (head.lemma_.lower() in ANYBODY and opening.lower_ in {"a", "an"})


def further_subjects(first: Token, cue: Match, sent: DocSpan) -> list[Token]:
    """Return what is listed between a subject and its verb: "a guard of the mill, two cooks and a clerk were killed".

    The parser often hangs the later nouns on a word inside the first phrase. A list ends in "and"; what stands between
    commas without a number or article is an apposition.
    """
    begin = min(t.i for t in cue.tokens)
    links = [t for t in sent.doc[first.i + 1 : begin] if t.lower_ in {"and", ","}]
    if any(t.tag_ in FINITE_TAGS and t.lemma_ not in {"be", "have"} for t in sent.doc[first.i + 1 : begin]):
        return []
    last = max((t.i for t in links if t.lower_ == "and"), default=-1)
    if any(t.lower_ in PART_OPENERS for t in sent.doc[first.i + 1 : begin]):  # "among them five women and six children"
        return []
    known = conjuncts(first)
    found = []
    for link in links:
        noun = _first_noun(sent.doc[link.i + 1 : begin]) if link.i <= last else None
        opens = link.nbor(1)  # the verb stands further right
        counted = link.lower_ == "and" or opens.tag_ == "CD" or opens.lower_ in {"a", "an", "at"}
        if noun is None or noun in known or noun in found or (noun.dep_ == "appos" and noun.head in known):
            continue
        if counted and not is_named_again(first, noun):
            found.append(noun)
    return found


def _first_noun(tokens: DocSpan) -> Token | None:
    """Return the head of the noun phrase that begins a stretch."""
    last: Token | None = None
    for token in tokens:
        compound = token.tag_ in {"HYPH", "JJ"} and token.i + 1 < tokens.end  # "a CPI-Maoist cadre"
        if token.tag_ in NOUN_TAGS:
            last = token
        elif (last is not None and not compound) or token.tag_ not in BEFORE_NOUN:
            return last
    return last


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
    noun = _first_noun(sent.doc[sent.start : begin])
    if noun is None or not suffers or verb.dep_ in {"acl", "relcl"} or noun.dep_ in {"pobj", "npadvmod"}:
        return []
    between = sent.doc[noun.i + 1 : begin]
    told = [t for t in between if t.tag_ in FINITE_TAGS and t.lemma_ not in {"be", "have"} and t.dep_ != "relcl"]
    return [] if told else [noun]


def _objects(verb: Token) -> list[Token]:
    coordinated = min((t.i for t in verb.rights if t.dep_ == "conj" and t.tag_.startswith("V")), default=len(verb.doc))
    found = [t for t in children(verb, "dobj", "dative", "oprd", "attr") if t.tag_ not in {"IN", "TO", "VB"}]
    found = [t for t in found if t.i < coordinated]  # "killed 30 people and razed most of Sarn"
    plain = [t for t in found if t.dep_ in {"dobj", "dative"}] or [t for t in found if t.tag_ in NOUN_TAGS | {"CD"}]
    if plain:  # "killed six soldiers in Kidal and three traders in Menaka": the second may hang on the verb
        plain = [
            t for t in plain if t == plain[0] or t.tag_ == "CD" or may_be_person(t)
        ]  # "took a boy and burned homes"
        plain += [t for t in children(verb, "conj") if t.i > plain[0].i and (is_person(t) or _is_some_of(t))]
    return plain


def _is_some_of(token: Token) -> bool:
    """Tell whether a number counts some of a group: "killed the mayor and two of his aides"."""
    return token.tag_ == "CD" and low_at(token, 1) == "of"


def _bare_participle(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Read a lone participle after its noun as passive where no object follows: "12 killed in Kabul blast"."""
    verb = cue.anchor
    if verb.dep_ == "amod" and verb.head.tag_ in NOUN_TAGS and verb.head.i > verb.i:
        return [verb.head] if is_person(verb.head) or verb.head.i in numbers else []
    right = _right_noun(cue, sent)
    who = subject(verb)
    if right and not (who is not None and who.dep_ == "nsubjpass"):
        return right
    return [who] if who is not None and who.i < verb.i else _left_noun(cue, sent)


def _subject(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one who died: subject of the verb, or the noun that its participle modifies."""
    verb = cue.anchor
    if len(cue.tokens) == 1 and any(t.lower_ in PARTICLES and not list(objects_of(t)) for t in verb.rights):
        return []  # "the protests died down"
    who = _subjects(verb)
    if who:
        return who
    if verb.dep_ == "acl":
        return [verb.head]
    return _number_beside(cue, sent, numbers) or _left_noun(cue, sent)


def _state(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The ones who are dead: subject of "were dead", object of "left 15 dead", the number before "dead"."""
    word = cue.anchor
    following = word_at(word, 1)
    if following is not None and following.tag_ in {"NN", "NNS"} and not is_person(following):
        return []  # "two dead batteries"
    beside = _number_beside(cue, sent, numbers)
    if beside or children(word, "auxpass"):  # "three guards were wounded" is read as a verb
        return beside
    if word.dep_ == "amod" and word.head.tag_ in NOUN_TAGS and word.head.i > word.i:
        return [word.head] if word.head.i in numbers or _has_number(word.head, numbers) else []
    return _said_to_be(word)


def _said_to_be(word: Token) -> list[Token]:
    """Return of whom a state is said: "left two men dead", "were found dead"."""
    verb = word.head
    if word.dep_ in {"acomp", "attr", "oprd", "advcl", "xcomp", "ccomp", "amod", "dobj", "conj"} and verb != word:
        if verb.lemma_ in LEAVE and not is_passive(verb):
            return _objects(verb) or children(word, "nsubj")
        if verb.lemma_ in LINKING | LEAVE:
            who = subject(verb)
            return [who] if who is not None else []
    return children(word, "nsubj", "nsubjpass")


# --- nouns ---------------------------------------------------------------------------------------------------------


def _unit(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The noun that is itself counted ("14 deaths", "210 lives") affects nobody else."""
    del cue, sent, numbers
    return []


def _of(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """The one whose death it was: "the death of X", "X's murder", "the killing of X by Y"."""
    del sent, numbers
    noun = cue.tokens[-1]
    victims = list(prepositional(noun, "of"))
    if noun.tag_ == "VBG" and not victims:
        victims = children(noun, "dobj")
    owners = [t for t in children(noun, "poss") if t.tag_ != "PRP$" and may_be_person(t)]
    return victims or owners


def _number_beside(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Return the number right before a participle or adjective: "1,140 injured", "nine others wounded", "four dead"."""
    word = cue.tokens[0] if cue.tokens[0].i < cue.anchor.i else cue.anchor
    i = word.i - 1
    while i >= sent.start and (sent.doc[i].lower_ in SKIPPED_LEFT or sent.doc[i].is_space) and word.i - i < WINDOW:
        i -= 1
    if _another_beside(word):
        return [sent.doc[word.i - 1]]
    phrase = numbers.get(i) if i >= sent.start else None
    if phrase is None:
        return []
    between = sent.doc[phrase.end : word.i]
    if any(t.text in {",", ";", ":"} for t in between):
        return []
    outer = numbers.get(phrase.start - 3) if [t.lower_ for t in _two_before(phrase, sent)] == ["of", "the"] else None
    if outer is not None:  # "four of the nine were killed"
        return [sent.doc[outer.core]]
    noun = next((t for t in between if t.lower_ in {"people", "persons"}), None)
    return [noun or sent.doc[phrase.end - 1]]


def _two_before(phrase: NumberPhrase, sent: DocSpan) -> DocSpan:
    return sent.doc[max(sent.start, phrase.start - 2) : phrase.start]


def _has_number(noun: Token, numbers: Mapping[int, NumberPhrase]) -> bool:
    return any(i in numbers for i in range(max(0, noun.i - 4), noun.i))


def _left_noun(cue: Match, sent: DocSpan) -> list[Token]:
    """Return the nearest noun before the cue, over auxiliaries and adverbs only."""
    i = cue.tokens[0].i - 1 if cue.tokens[0].i < cue.anchor.i else cue.anchor.i - 1
    while i >= sent.start and (sent.doc[i].lower_ in SKIPPED_LEFT or sent.doc[i].tag_ in {"RB", "MD"}):
        i -= 1
    if i < sent.start or sent.doc[i].tag_ not in NOUN_TAGS | {"CD", "PRP"}:
        return []
    return [sent.doc[i]]


def _right_noun(cue: Match, sent: DocSpan) -> list[Token]:
    """Return the head of the noun phrase that follows the cue directly."""
    last: Token | None = None
    begin = max(t.i for t in cue.tokens if t.i - cue.anchor.i < len(cue.tokens)) + 1
    for token in sent.doc[begin : min(begin + WINDOW, sent.end)]:
        if token.tag_ in NOUN_TAGS | {"CD"} or (token.tag_ == "PRP" and last is None):
            last = token
        elif token.tag_ in INSIDE_NOUN or token.lower_ in {"at", "than"}:
            if last is not None and token.tag_ not in {"HYPH", "POS"}:
                break
        else:
            break
    return [last] if last is not None else []


def _buried(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whom somebody buried; who "was buried in the shaft" may live."""
    del sent, numbers
    who = subject(cue.anchor)
    person = who is not None and (who.tag_ == "PRP" or may_be_person(who))
    return _objects(cue.anchor) if person and not is_passive(cue.anchor) else []


def _owner(cue: Match, sent: DocSpan, numbers: Mapping[int, NumberPhrase]) -> list[Token]:
    """Those whose throat was slit or life was taken: "slit the throat of a driver", "took the lives of two men"."""
    del sent, numbers
    part = cue.tokens[-1]
    return [*prepositional(part, "of"), *children(part, "poss")]


ROLES = {
    "object": _object,
    "subject": _subject,
    "state": _state,
    "unit": _unit,
    "of": _of,
    "buried": _buried,
    "owner": _owner,
}
