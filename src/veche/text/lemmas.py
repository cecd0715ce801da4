"""The dictionary form of a word: Russian by `pymorphy3`, English by `simplemma`.

Before anything is looked up or compared, a word is brought to its *form*: lower case, composed, ё as е, without
stress marks and soft hyphens. Index and queries use the same forms and the same version of the dictionaries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any

from veche.study.errors import N_, InputProblem

#: changes whenever the same word would get another form or lemma with the same dictionaries
VERSION = "1"
LANGUAGES = ("ru", "en")
#: a form is cut to this many code points, so that a stray line of data fits into an index of words
LONGEST = 100

_PLAIN = re.compile(r"[а-яёa-z0-9'-]+")
_SIGNS = str.maketrans({"\u00ad": None, "\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})
_STRESSED = re.compile(r"([\u0400-\u052f])([\u0300-\u036f]+)")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
#: only such forms are looked up; dictionaries fail on lone surrogates
_WORD = re.compile(r"[\w'\u0300-\u036f-]+")
_LATIN = re.compile(r"[a-z\u00df-\u024f]")
#: particles that talk hangs on any word («завод-то», «скажи-ка»)
_PARTICLES = ("-то", "-ка", "-таки", "-с")
#: where the first reading has a lemma that nobody looks for: «большие» is of большой, not of its comparative
_BETTER = {"больший": "большой"}
_BREVE, _DIAERESIS = "\u0306", "\u0308"
#: entries after which the cache starts anew: some 50 MB
_CACHE_LIMIT = 250_000


def form_of(word: str) -> str:
    """Return the form under which a word is looked up and compared.

    Lower case; ё → е; soft hyphens dropped; stress and other marks on Cyrillic letters dropped (й, ў, ї keep theirs),
    those on Latin letters kept; typographic hyphens and apostrophes made plain; composed (NFC); cut to `LONGEST` code
    points. ``form_of(form_of(w)) == form_of(w)``.

    Parameters
    ----------
    word
        A word as it stands in a text.
    """
    lower = word.casefold()
    if not _PLAIN.fullmatch(lower):
        # the mark for Greek iota turns into a letter when folded, hence decomposing before and after
        lower = unicodedata.normalize("NFD", word.translate(_SIGNS)).casefold()
        lower = _STRESSED.sub(_unstressed, unicodedata.normalize("NFD", lower.translate(_SIGNS)))
        lower = unicodedata.normalize("NFC", lower)
    return lower.replace("ё", "е")[:LONGEST]


def _unstressed(found: re.Match[str]) -> str:
    letter, marks = found[1], found[2]
    kept = [m for m in (_BREVE, _DIAERESIS) if m in marks and not (m == _DIAERESIS and letter == "е")]
    return letter + "".join(kept)


class Lemmatiser:
    """Gives words their dictionary forms.

    Each word goes to the dictionary of its own alphabet, in a Russian as in an English text: Cyrillic to `pymorphy3`
    (its first reading), Latin to `simplemma`; digits and other alphabets stand for themselves. So a lemma does not
    depend on the text, and one query serves both languages.

    A surname has one masculine lemma for all its forms (Зотовой → зотов): good for finding, not for showing. A form
    with several readings gets the likeliest one, whatever stands around it («стали» → стать).

    Parameters
    ----------
    language
        Main language of the texts: ru or en.

    Raises
    ------
    InputProblem
        For another language.
    """

    def __init__(self, language: str = "ru") -> None:
        if language not in LANGUAGES:
            raise InputProblem(
                N_("There is no dictionary for the language {language}. Choose one of: {known}."),
                language=language,
                known=", ".join(LANGUAGES),
            )
        self.language = language

    @property
    def version(self) -> str:
        """What the lemmas depend on: the packages with their versions, and the rules of this module."""
        return _version()

    def lemmas(self, words: Sequence[str]) -> list[str]:
        """Return the lemma of each word; a word that no dictionary knows gets a guess by its ending, or its own form.

        About 30,000 new words a second; words met before cost next to nothing.
        """
        if len(_cache) > _CACHE_LIMIT:
            _cache.clear()
        return list(map(_cache.__getitem__, words))


class _Cache(dict[str, str]):
    """Lemmas by word; what is missing is worked out."""

    def __missing__(self, word: str) -> str:
        lemma = self[word] = _lemma(form_of(word))
        return lemma


_cache = _Cache()


def _lemma(form: str) -> str:
    if not _WORD.fullmatch(form):
        return form
    if _CYRILLIC.search(form):
        return _russian(form)
    return form_of(str(_english()(form, lang="en"))) if _LATIN.search(form) else form


def _russian(form: str) -> str:
    analyzer = _analyzer()
    for particle in _PARTICLES:
        base = form.removesuffix(particle)
        if base != form and base and not analyzer.word_is_known(form):
            return _lemma(base)
    lemma = form_of(analyzer.parse(form)[0][2])
    return _BETTER.get(lemma, lemma)


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    # plain tuples (form, tag, lemma, score, methods) are made faster than named ones
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru", result_type=None)


@lru_cache(maxsize=1)
def _english() -> Any:
    import simplemma

    return simplemma.lemmatize


@lru_cache(maxsize=1)
def _version() -> str:
    packages = ("pymorphy3", "pymorphy3-dicts-ru", "simplemma")
    return ", ".join([*(f"{p} {metadata.version(p)}" for p in packages), f"rules {VERSION}"])
