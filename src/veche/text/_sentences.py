"""Where sentences end in Russian and English text."""

from __future__ import annotations

import re

from veche.study.errors import N_, InputProblem


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLOSING = '»"”’“)]}'
_OPENING = '«"“„‘([{'
#: a possible end of a sentence: marks, closing quotes and brackets, then a space
_STOP = re.compile(rf"[.!?…]+[{re.escape(_CLOSING)}]*(?=\s|$)")
_LINE = re.compile(r"[^\n]+")
_NEXT = re.compile(rf"\s*(?:[—–-]\s*)?[{re.escape(_OPENING)}]*(?P<word>[^\W_]+)?(?P<dot>\.?)")
#: up to four words joined by full stops, as in «и т. д.», and the number before them
_BEFORE = re.compile(
    r"(?:(?P<number>\d)\s*)?(?<![^\W_])(?P<words>(?:[^\W\d_]{1,6}\.\s?){0,3}[^\W\d_]+(?:-[^\W\d_]+)?)$"
)
_REACH = 40
#: at least one letter or digit
_LETTERS = re.compile(r"[\W_]*+[^\W_]")
_NUMBERED = re.compile(r"\s*\(?\d{1,3}(?:\.\d{1,3})*")

#: after these something must follow, so they never end a sentence
_LEADING = _words(
    "т.е т.к т.н т.о т.наз г гор ул пр-т пер пл д кв корп стр им пос пгт дер с ст р оз о обл респ р-н св проф акад "
    "доц тов гр гос зам пом зав нач дир см ср напр рис табл п пп гл разд ч и.о ген канд д-р рук п.п ред пред mr mrs "
    "ms dr prof st mt sen rep gov col capt hon rev vs e.g i.e cf approx"
)
#: of these, the ones that are also words of their own
_ORDINARY = _words("им зам гор рис гос с")
#: these lead only before a number
_BEFORE_NUMBER = _words("no nos p pp fig figs")
#: these may end a sentence, if a capital letter follows
_TRAILING = _words(
    "т.д т.п др пр руб тыс млн млрд коп чел гг вв н.э экз кг км га шт час мин сек долл этаж etc inc ltd co corp jr sr"
    " a.m p.m u.s u.k"
)
#: after a number these are measures (2010 г., 5 ч.), else they lead (г. Лысогорск)
_UNITS = _words("г р ч м с д п")
#: words that begin a sentence but are no surname: after them initials were the end («... решил Орлов П. С. Он ушёл.»)
_OPENERS = _words(
    "он она они оно это этот эта эти мы вы ты я но и а да нет ну вот так там тут потом тогда когда если что как кто "
    "где у в на с по для из от до за при про ещё еще уже все всё наш мой поэтому затем he she it they we you i the "
    "this that these those but and so then there when if what who in on at"
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Cut [start, end) of a Russian or English text into sentences.

    A sentence ends at a line's end, or at ``. ! ? …`` with its closing quotes when a space and then a capital letter,
    a digit, a quote or a dash with a capital follow. Initials, abbreviations («г. Лысогорск», «т. е.», "Dr. Fell")
    and numbers of a list do not end one; «руб.», «т. д.», "etc." do before a capital letter. Words of direct speech
    («Куда?» — спросил он) stay with what introduces them.

    Parameters
    ----------
    text
        The stored text.
    start, end
        The part to cut, by default all of it; 0 ≤ start ≤ end ≤ length.

    Returns
    -------
    list of (int, int)
        Positions in the whole text, in order, without surrounding white space. Together they hold every character
        that is not white space.

    Raises
    ------
    InputProblem
        If the part is not inside the text.
    """
    end = len(text) if end is None else end
    if not 0 <= start <= end <= len(text):
        raise InputProblem(
            N_("The part from {start} to {end} is not inside the text of {length} characters. Give a part inside it."),
            start=start,
            end=end,
            length=len(text),
        )
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text, start, end):
        found.extend(_cut_line(text, line.start(), line.end()))
    return found


def _cut_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, begin, stop, end):
            found.append((begin, stop.end()))
            begin = stop.end()
    found.append((begin, end))
    return [trimmed for part in found if (trimmed := _trim(text, *part))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    return (start, end) if start < end else None


def _ends(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Say whether a sentence that began at `begin` ends at this stop."""
    following = _NEXT.match(text, stop.end(), end)
    word = following["word"] if following else None
    if following is None or not word or not (word[0].isupper() or word[0].isdigit()):
        return False
    if stop[0] != ".":
        return _LETTERS.match(text, begin, stop.start()) is not None
    if _NUMBERED.fullmatch(text, begin, stop.start()):
        return False
    return _dot_ends(text, begin, stop.start(), word, following["dot"] == ".")


def _dot_ends(text: str, begin: int, dot: int, word: str, dotted: bool) -> bool:
    """Say whether a single full stop ends a sentence, by what stands before it and by the `word` after it."""
    before = _BEFORE.search(text, max(begin, dot - _REACH), dot)
    if before is None:
        return _LETTERS.match(text, begin, dot) is not None
    parts = re.sub(r"\s", "", before["words"]).split(".")
    opener = word.lower() in _OPENERS and not dotted
    if len(parts[-1]) == 1 and parts[-1].isupper():
        return opener  # an initial
    if before["number"] and parts[-1].lower() in _UNITS:
        return word[0].isupper()
    for n in range(len(parts)):
        key = ".".join(parts[n:]).lower()
        if key in _TRAILING:
            return word[0].isupper()
        if key in _BEFORE_NUMBER:
            return not word[0].isdigit()
        if key in _LEADING:
            return opener and key in _ORDINARY
    return True
