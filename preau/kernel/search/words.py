"""Words as they are kept and as they are typed: the same folding, so that one finds the other."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from preau.kernel.names import folded

LONGEST_QUERY = 200  # letters read of what was typed
MOST_WORDS = 8
LONGEST_WORD = 40
MOST_JOINED = 5  # words of one name
LONGEST_OF_CODE = 3  # letters of each part after the first of « 4e B », « Terminale 3 », « 6 E 1 »

# Said between words, or before a name. They help to rank; they are asked for only where they may be
# the beginning of the word that is being typed, or where nothing else was.
_SMALL = frozenset(
    re.split(" ", "a au aux d de des du en et l la le les m madame mlle mme monsieur mr un une")
)
# What a name may begin with, written apart or not: « Le Goff », « Legoff ».
_PARTICLES = frozenset(
    re.split(
        " ",
        "abd abou ait al ap bel ben bou d da dal de del della den der di dos du el l la le les m mac mc n o"
        " saint sainte san st ste van von",
    )
)
# « 4e B », « 4ème B », « 4 B » are written « 4B » elsewhere.
_ORDINAL = re.compile(r"^(\d{1,2})(?:iere|ieme|eme|ere|nde|er|re|de|e)(?=\w)")
_CLASS_BEGINS = re.compile(r"^\d{1,2}(?:iere|ieme|eme|ere|nde|er|re|de|e)?$")
_CODE = re.compile(r"\b\d{1,2}(?:ière|ieme|ème|eme|ère|nde|er|re|de|e)?[ \u00a0]?\w{1,3}\b")
_RUN = re.compile(r"\w+(?:[’'\-]\w+)*")
_PART = re.compile(r"\w+")


def plain_words(text: str) -> list[str]:
    """Folded, each cut to what an index keeps of a word."""
    return [word[:LONGEST_WORD] for word in folded(text).split()]


def name_words(name: str) -> list[str]:
    """The words of a name, and what they make written together: « Jean-Pierre » is found as
    « jeanpierre », « de La Tour » as « latour », « N’Diaye » as « ndiaye »."""
    words = plain_words(name)
    if not 1 < len(words) <= MOST_JOINED:
        return words
    joined = ("".join(words[i:]) for i in range(len(words) - 1))
    return words + [word for word in joined if len(word) <= LONGEST_WORD]


def code_words(code: str) -> list[str]:
    """The ways to write the code or the name of a class: « 4e B » is found as « 4eb » and « 4b », and
    by its longer words, but not by « b »."""
    words = plain_words(code)
    short = takewhile(lambda word: len(word) <= LONGEST_OF_CODE, words[1:])
    lead = "".join((*words[:1], *short))[:LONGEST_WORD]
    found = [_without_ordinal(lead), lead]
    found += [word for word in words if len(word) > 2 or (word[:1].isdigit() and len(word) > 1)]
    return list(dict.fromkeys(filter(None, found)))


def _without_ordinal(code: str) -> str:
    return _ORDINAL.sub(r"\1", code)


Alternative = tuple[str, ...]  # words that must all begin a word of the document


@dataclass(frozen=True)
class Query:
    """What somebody looks for: for each of `slots`, one of its alternatives must be found."""

    typed: str
    slots: tuple[tuple[Alternative, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.slots)

    @property
    def words(self) -> tuple[str, ...]:
        """Of each slot the way it was typed."""
        return tuple(word for slot in self.slots for word in slot[0])

    @property
    def every_word(self) -> frozenset[str]:
        return frozenset(word for slot in self.slots for alternative in slot for word in alternative)


NOTHING = Query("", ())


def read(typed: str) -> Query:
    """Whatever is typed is words: there are no operators. Without a letter or a digit, nothing."""
    typed = " ".join(typed.replace("\x00", " ").split())[:LONGEST_QUERY]
    words = plain_words(typed)
    slots: list[tuple[Alternative, ...]] = []
    position = 0
    while position < len(words):
        slot, position = _slot(words, position)
        last = position >= len(words)
        if last or not _SMALL.issuperset(slot[0]):
            slots.append(slot)
    return Query(typed, tuple(slots[:MOST_WORDS]))


def _slot(words: list[str], position: int) -> tuple[tuple[Alternative, ...], int]:
    """What to look for from `position` on, and where to go on."""
    word, end = words[position], position + 1
    if _CLASS_BEGINS.match(word):
        while end < len(words) and len(words[end]) == 1:
            word, end = word + words[end], end + 1
        ways = dict.fromkeys((word, _without_ordinal(word)))
        return tuple((way,) for way in ways), end
    if end == len(words):
        return ((word,),), end
    following, together = words[end], word + words[end]
    if len(following) == 1 and word not in _SMALL:  # « Terminale 3 », « Lina D »
        return ((word, following), (together[:LONGEST_WORD],)), end + 1
    if word in _PARTICLES and not following[0].isdigit():
        needed = (following,) if word in _SMALL else (word, following)
        return (needed, (together[:LONGEST_WORD],)), end + 1
    return ((word,),), end


def marked(text: str, query: Query) -> SafeString:
    """`text` as HTML, with what was looked for in `<mark>`. Everything else is escaped."""
    return mark_safe("".join(_pieces(text, query.every_word)))  # noqa: S308  each piece is escaped


def _pieces(text: str, words: Iterable[str]) -> Iterator[str]:
    begun = 0
    for start, end in _spans(text, sorted(words, key=len, reverse=True)):
        yield conditional_escape(text[begun:start])
        yield f"<mark>{conditional_escape(text[start:end])}</mark>"
        begun = end
    yield conditional_escape(text[begun:])


def _spans(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    end = 0
    for start, stop in sorted((*_codes_found(text, words), *_words_found(text, words))):
        if start >= end:
            yield start, stop
            end = stop


def _codes_found(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """« 4e B » where « 4b » was typed."""
    codes = {word for word in words if word[0].isdigit() and len(word) > 1}
    for code in _CODE.finditer(text) if codes else ():
        joined = folded(code.group()).replace(" ", "")
        if not codes.isdisjoint((joined, _without_ordinal(joined))):
            yield code.span()


def _words_found(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        whole = _length_found(run.group(), words)
        if whole:
            yield run.start(), run.start() + whole
            continue
        for part in _PART.finditer(run.group()):
            if found := _length_found(part.group(), words):
                yield run.start() + part.start(), run.start() + part.start() + found


def _length_found(text: str, words: list[str]) -> int:
    """How many letters of `text` one of `words` covers: folded, « œ » is two letters."""
    folded_text = folded(text).replace(" ", "")
    word = next((word for word in words if folded_text.startswith(word)), None)
    if word is None:
        return 0
    return next(n for n in range(1, len(text) + 1) if len(folded(text[:n]).replace(" ", "")) >= len(word))
