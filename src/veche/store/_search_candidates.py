"""Which texts can hold a query at all: asked of the database's own full-text index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, text, union

from veche.store._search_tables import form_table, lemma_table, text_table
from veche.text.lemmas import Lemmatiser
from veche.text.matching import Numbers
from veche.text.query import And, Exact, Near, Node, Or, Phrase, Prefix, Query, Term, Word

#: more lemmas than these, or more conditions, do not narrow a search enough to be worth asking the database
_MANY_LEMMAS, _MANY_CLAUSES = 200, 20
#: greater than any character in a word
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class IndexedText:
    """A text of the index."""

    id: int
    text_id: str
    words: int


def meanings_of(connection: Connection, query: Query) -> dict[Term, Numbers]:
    """Return the numbers of lemmas and forms that each term of a query stands for; none if no text has them."""
    return {term: _numbers(connection, term) for term in query.terms()}


def _numbers(connection: Connection, term: Term) -> Numbers:
    f, c = form_table.c, lemma_table.c
    if isinstance(term, Word):
        # the word may itself be a lemma that its own first reading does not lead to («Ефимов»: Ефимова, or Ефим)
        asked = {term.form, *Lemmatiser().lemmas([term.form])}
        return Numbers(tuple(sorted(connection.execute(select(c.id).where(c.lemma.in_(asked))).scalars())))
    forms = select(f.id, f.lemma_id)
    if isinstance(term, Exact):
        rows = connection.execute(forms.where(f.form == term.form)).all()
    else:
        by_form = forms.where(f.form >= term.prefix, f.form < term.prefix + _LAST)
        lemmas = select(c.id).where(c.lemma >= term.prefix, c.lemma < term.prefix + _LAST)
        rows = connection.execute(union(by_form, forms.where(f.lemma_id.in_(lemmas)))).all()
    return Numbers(tuple(sorted({r.lemma_id for r in rows})), tuple(sorted(r.id for r in rows)))


def candidates(
    connection: Connection, query: Query, meanings: dict[Term, Numbers], texts: Collection[str] | None
) -> list[IndexedText]:
    """Choose the texts that can hold the query, in the order wanted."""
    clauses = _clauses(query.root, meanings)
    if not all(clauses):
        return []
    rows = select(text_table.c.id, text_table.c.text_id, text_table.c.words)
    if clauses:
        postgresql = connection.dialect.name == "postgresql"
        by_words = (
            "search_text.id IN (SELECT id FROM search_words WHERE lemmas IS NULL OR lemmas @@ CAST(:words AS tsquery))"
            if postgresql
            else "search_text.id IN (SELECT rowid FROM search_words WHERE search_words MATCH :words)"
        )
        rows = rows.where(text(by_words).bindparams(words=_full_text(clauses, postgresql)))
    found = {row.text_id: IndexedText(row.id, row.text_id, row.words) for row in connection.execute(rows)}
    order = sorted(found) if texts is None else dict.fromkeys(texts)
    return [found[text_id] for text_id in order if text_id in found]


#: one condition: any of these phrases (mostly single lemmas) must be in the text
_Clause = frozenset[tuple[int, ...]]


def _clauses(node: Node, meanings: dict[Term, Numbers]) -> list[_Clause]:
    """List conditions that every text with a hit fulfils; an empty condition cannot be fulfilled."""
    if isinstance(node, Word | Exact | Prefix):
        lemmas = meanings[node].lemmas
        return [frozenset((n,) for n in lemmas)] if len(lemmas) <= _MANY_LEMMAS else []
    if isinstance(node, Phrase):
        single = [meanings[t].lemmas for t in node.terms]
        if all(len(lemmas) == 1 for lemmas in single):
            return [frozenset([tuple(lemmas[0] for lemmas in single)])]
        return [c for t in node.terms for c in _clauses(t, meanings)][:_MANY_CLAUSES]
    if isinstance(node, Near):
        return [*_clauses(node.left, meanings), *_clauses(node.right, meanings)][:_MANY_CLAUSES]
    if isinstance(node, And):
        return [c for part in node.parts for c in _clauses(part, meanings)][:_MANY_CLAUSES]
    if isinstance(node, Or):
        best = [min(_clauses(part, meanings), key=len, default=None) for part in node.parts]
        known = [c for c in best if c is not None]
        whole = frozenset[tuple[int, ...]]().union(*known)
        return [whole] if len(known) == len(best) and len(whole) <= _MANY_LEMMAS else []
    return []


def _full_text(clauses: list[_Clause], postgresql: bool) -> str:
    """Write conditions for the database: PostgreSQL keeps no places here, so a phrase is all of its words."""
    if postgresql:
        phrases = ([" & ".join(map(str, p)) for p in sorted(clause)] for clause in clauses)
        return " & ".join(f"({' | '.join(f'({p})' for p in some)})" for some in phrases)
    phrases = ([f'"{" ".join(map(str, p))}"' for p in sorted(clause)] for clause in clauses)
    return " AND ".join(f"({' OR '.join(some)})" for some in phrases)
