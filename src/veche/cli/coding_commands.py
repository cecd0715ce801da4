"""Commands about codes: code a passage, show the codebook."""

from __future__ import annotations

from typing import Any

import click

from veche import words as language_words
from veche.cli._common import StudyCommand, opened, print_quotation, print_table, who_option
from veche.words import N_, _


@click.command(cls=StudyCommand, help=_("Put a code on a passage of an interview, given by its words or positions."))
@click.argument("interview", metavar=_("INTERVIEW"))
@click.argument("code", metavar=_("CODE"))
@click.option("--words", help=_("The words to code, as they stand in the transcript."))
@click.option(
    "--at",
    nargs=2,
    type=int,
    metavar=_("START END"),
    help=_("Positions instead of words (characters from 0, end not included)."),
)
@click.option("--coder", help=_("Whose coding; by default yours."))
@click.option("--denied", is_flag=True, help=_("The speaker says that it is not so."))
@who_option
@click.pass_context
def code(
    ctx: click.Context, interview: str, code: str, words: str | None, at: tuple[int, int] | None, coder: str | None,
    denied: bool, who: str | None,
) -> None:  # fmt: skip
    """Code a passage."""
    from veche.study import quotations

    with opened(ctx, who) as study:
        start, end = at if at else (None, None)
        coding = study.code(
            interview, code, start=start, end=end, words=words, coder=coder, modality="denied" if denied else "asserted"
        )
        evidence = study.evidence(codes=code)
        click.echo(_("Coded {code} at {start}–{end}:").format(code=code, start=coding.start, end=coding.end))
        for one in quotations(evidence, [coding.id]):
            print_quotation(one)


@click.command(
    cls=StudyCommand, help=_("Show the codebook with counts, one code in full, or the codings that wait for a place.")
)
@click.argument("key", required=False, metavar="[" + _("CODE") + "]")
@click.option("--unplaced", is_flag=True, help=_("Codings that could not be placed in a corrected transcript."))
@click.pass_context
def codebook(ctx: click.Context, key: str | None, unplaced: bool) -> None:
    """Show the codebook."""
    with opened(ctx) as study:
        if unplaced:
            _show_unplaced(study)
            return
        evidence = study.evidence()
        if key:
            _show_code(evidence, key)
            return
        counts: dict[str, int] = {}
        interviews: dict[str, set[str]] = {}
        for coding, interview in evidence.counted():
            counts[coding.code_id] = counts.get(coding.code_id, 0) + 1
            interviews.setdefault(coding.code_id, set()).add(interview.id)
        language = language_words.language()
        print_table(
            [_("Code"), _("Name"), _("Codings"), _("Interviews")],
            [
                ("  " * depth + one.key, one.label(language), counts.get(one.id, "") if one.codable else "",
                 len(interviews.get(one.id, ())) or "")
                for depth, one in evidence.codebook.tree()
            ],
            right=[2, 3],
        )  # fmt: skip


def _show_code(evidence: Any, key: str) -> None:
    code = evidence.code(key)
    rows = [
        (_("Name"), f"{code.label_ru} · {code.label_en}"),
        (_("Kind"), _(code.kind)),
        (_("Definition"), code.definition_ru),
        ("", code.definition_en),
        (_("Example"), code.example_ru),
        ("", code.example_en),
        (_("Above"), " › ".join(one.key for one in reversed(evidence.codebook.above(code)))),
        (_("Below"), ", ".join(one.key for one in evidence.codebook.children(code))),
        (_("Excludes"), ", ".join(c.key for c in evidence.codes if code.value_set and c.value_set == code.value_set and c.id != code.id)),
        (_("Possible from"), code.not_before or ""),
        (_("Possible until"), code.not_after or ""),
    ]  # fmt: skip
    print_table([code.key, ""], [(name, value) for name, value in rows if value])


#: kinds of codes, which come from below untranslated
KINDS = (
    N_("group"), N_("problem"), N_("motive"), N_("scale"), N_("indicator"), N_("demand"), N_("leadership"), N_("actor"),
    N_("resource"), N_("technique"), N_("relation_model"), N_("coalition"), N_("regime"), N_("outcome"),
    N_("business_model"), N_("intervention"), N_("institution"), N_("event"), N_("other"),
)  # fmt: skip


def _show_unplaced(study: Any) -> None:
    waiting = study.unplaced()
    if not waiting:
        click.echo(_("No coding waits for a place."))
        return
    evidence = study.evidence()
    codes = {one.id: one.key for one in evidence.codes}
    documents = {one.id: one.name for one in evidence.documents}
    texts = study.store.texts({one.text_id for one in waiting})
    print_table(
        [_("Interview"), _("Code"), _("Words in the old text")],
        [
            (
                documents.get(one.document_id, ""),
                codes.get(one.code_id, ""),
                texts[one.text_id].body[one.start : one.end],
            )
            for one in waiting
        ],
    )
    click.echo(_("Code the right passage anew with `veche code`; those that are out of place stay listed here."))
