"""Commands that bring back words: search and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from veche.cli._common import StudyCommand, opened, print_lines, print_quotation, take_where, where_options
from veche.words import _, ngettext


@where_options
@click.command(
    cls=StudyCommand,
    help=_(
        'Search the transcripts: words by their dictionary form, "phrases", NEAR/5, wild*, =exact, OR, NOT, /regular expressions/.'
    ),
)
@click.argument("query", metavar=_("QUERY"))
@click.option("--answers", is_flag=True, help=_("Only in answers, not in questions."))
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(min=0),
    help=_("How many lines to show; 0: only the counts."),
)
@click.option(
    "--width", default=50, show_default=True, type=click.IntRange(5, 500), help=_("Characters on either side.")
)
@click.option("--out", "-o", type=click.Path(path_type=Path), help=_("Write all hits to a file (csv, tsv, xlsx)."))
@click.pass_context
def search(
    ctx: click.Context, /, query: str, answers: bool, limit: int, width: int, out: Path | None, **given: Any
) -> None:
    """Search with concordance and counts."""
    from veche.workbench.concordance import concordance, release_hits

    with opened(ctx) as study:
        evidence = study.evidence(**take_where(given))
        hits = study.search(query, evidence=evidence, kinds=("answer",) if answers else None)
        lines = concordance(evidence, hits.hits[:limit], width)
        if lines:
            print_lines(lines, width)
            click.echo()
        _counts(evidence, hits)
        if out is not None:
            for path in study.export(release_hits(evidence, hits.hits, width), out):
                click.echo(_("Written: {name}").format(name=path))


def _counts(evidence: Any, hits: Any) -> None:
    n, texts = len(hits.hits), {hit.text_id for hit in hits.hits}
    click.echo(
        ngettext("{n} hit", "{n} hits", n).format(n=n)
        + " "
        + ngettext("in {n} interview", "in {n} interviews", len(texts)).format(n=len(texts))
    )
    if not n:
        return
    interview_of = {d.text_id: evidence.interview_by_id.get(d.interview_id or "") for d in evidence.documents}
    language = evidence.study.language
    names: dict[str, Callable[[Any], str]] = {
        _("by town"): lambda i: evidence.town_by_id[i.town_id].name,
        _("by wave"): lambda i: evidence.wave_by_id[i.wave_id].label,
        _("by role"): lambda i: str(getattr(evidence.role_by_id[i.role_id], f"label_{language}")),
    }
    for title, name_of in names.items():
        found: Counter[str] = Counter()
        for hit in hits.hits:
            if (interview := interview_of.get(hit.text_id)) is not None:
                found[name_of(interview)] += 1
        click.echo(f"{title}: " + ", ".join(f"{name} {count}" for name, count in found.most_common(12)))


@where_options
@click.command(cls=StudyCommand, help=_("Show the quotations of codes, filtered as wished, or write them to a file."))
@click.option("--code", "codes", multiple=True, help=_("This code and those below it; may be repeated."))
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(min=0), help=_("How many to show; 0: only the count.")
)
@click.option(
    "--out", "-o", type=click.Path(path_type=Path), help=_("Write all to a file (csv, tsv, xlsx), as consent allows.")
)
@click.pass_context
def quotes(ctx: click.Context, /, codes: Sequence[str], limit: int, out: Path | None, **given: Any) -> None:
    """Show or write quotations."""
    from veche.workbench.choosing import quotations_in_order

    with opened(ctx) as study:
        evidence = study.evidence(codes=codes, **take_where(given))
        found = quotations_in_order(evidence)
        for one in found[:limit]:
            click.echo(f"{' '.join(one.marks)}")
            print_quotation(one)
        click.echo(ngettext("{n} quotation", "{n} quotations", len(found)).format(n=len(found)))
        if out is not None:
            release = study.release(evidence)
            for path in study.export(release, out):
                click.echo(_("Written: {name}").format(name=path))
            if release.withheld or release.paraphrase_only:
                click.echo(_("By consent {withheld} quotations were held back and {paraphrase} left without their words.").format(
                    withheld=release.withheld, paraphrase=release.paraphrase_only))  # fmt: skip
