"""Word documents written by hand, byte for byte as word processors write them, for the tests of the importers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Pack parts into a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def document(body: str, spaces: str = W, **more: str) -> bytes:
    """Pack a document of this body; `more` holds further parts (styles, numbering, footnotes, comments ...) by name."""
    kinds = "".join(f'<Override PartName="/word/{n}.xml" ContentType="{TYPES}.{n}+xml"/>' for n in more)
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{n}" Target="{n}.xml"/>'
        for i, n in enumerate(name.replace("1", "") for name in more)
    )
    targets = relations
    for name in more:
        targets = targets.replace(f'Target="{name.replace("1", "")}.xml"', f'Target="{name}.xml"')
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>'
        + kinds.replace("header1+xml", "header+xml") + "</Types>",
        "_rels/.rels": f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships '
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}</Relationships>',
        "word/document.xml": f"{HEAD}<w:document {spaces} {R}><w:body>{body}</w:body></w:document>",
    }  # fmt: skip
    return archive(parts | {f"word/{name}.xml": f"{HEAD}{xml}" for name, xml in more.items()})


def p(*runs: str, properties: str = "") -> str:
    """Make a paragraph of runs; plain strings without a tag become runs."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Make a run."""
    own = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{own}<w:t xml:space="preserve">{text}</w:t></w:r>'


def b(text: str) -> str:
    """Make a bold run."""
    return r(text, "<w:b/>")


def table(*rows: tuple[str, ...]) -> str:
    """Make a table of rows of cells, each a string of paragraphs."""
    width = max(map(len, rows))
    grid = "".join('<w:gridCol w:w="4000"/>' for _ in range(width))
    cells = "".join(
        "<w:tr>"
        + "".join(f'<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr>{c}</w:tc>' for c in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{cells}</w:tbl>"


FOOTNOTES = (
    f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Комбинат в Рудовце.</w:t></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="–"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
_CHANGE = 'w:id="7" w:author="К" w:date="2014-05-01T10:00:00Z"'


def hard() -> bytes:
    """Make a transcript with everything in it that is easily lost."""
    ordered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>'
    body = (
        p("Интервью № 3, Рудовец")
        + p(b("Интервьюер:"), " Расскажите, кто решает?")
        + p(b("Респондент:"), " Ну, 5\u00a0лет назад реша\u00adл за\u0301вод\u2011гигант",
            "<w:r><w:footnoteReference w:id='1'/></w:r>", ", е\u0308лки.")
        + p("Вторая строка", "<w:r><w:br/></w:r>", "Интервьюер: А депутаты?")
        + p(b("Респондент:"), " Депутаты ", f"<w:ins {_CHANGE}>{r('всегда')}</w:ins>",
            f'<w:del {_CHANGE}><w:r><w:delText xml:space="preserve">никогда</w:delText></w:r></w:del>', " молчат.")
        + p("первое дело", properties=ordered) + p("второе дело", properties=ordered)
        + table((p("Интервьюер"), p("Что было потом?")), (p("Респондент"), p("Потом завод") + p("уехал.")))
        + p(b("Интервьюер:"), " Спасибо?")
        + '<w:sectPr><w:headerReference w:type="default" r:id="r2"/><w:pgSz w:w="11906" w:h="16838"/>'
          '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    )  # fmt: skip
    header = f"<w:hdr {W}>{p('Архив проекта')}</w:hdr>"
    return document(body, footnotes=FOOTNOTES, numbering=NUMBERING, header1=header)
