"""Where a quotation that somebody wrote down from memory, or that a language model returned, stands in a text."""

from __future__ import annotations

from veche.text.lemmas import form_of
from veche.text.tokens import tokenise

#: a shorter quotation stands in a text by chance
FEWEST_WORDS = 3


def locate_quotation(body: str, quote: str, *, fewest: int = FEWEST_WORDS) -> tuple[int, int] | None:
    """Find the one place of a text at which the words of a quotation stand.

    Compared are the words in their forms, one after another: case, ё, punctuation, white space, stress marks and soft hyphens make no
    difference; everything else does.

    Parameters
    ----------
    body
        The stored text.
    quote
        What is looked for.
    fewest
        A quotation of fewer words is not looked for.

    Returns
    -------
    (int, int) or None
        Start and end in code points, from the first to the last word, so that the source's own characters are taken; None if the words do
        not stand there, or in more than one place.
    """
    wanted = [form_of(word) for word in tokenise(quote).words(quote)]
    if len(wanted) < max(1, fewest):
        return None
    tokens = tokenise(body)
    forms = [form_of(word) for word in tokens.words(body)]
    size = len(wanted)
    places = [n for n in range(len(forms) - size + 1) if forms[n] == wanted[0] and forms[n : n + size] == wanted]
    if len(places) != 1:
        return None
    return int(tokens.starts[places[0]]), int(tokens.ends[places[0] + size - 1])
