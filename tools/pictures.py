"""Draw the pictures of the README from the fictional study: ``python tools/pictures.py``."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from rich.console import Console
from rich.text import Text

import veche
from veche import figures, words
from veche.cli.main import main as command_line

DOCS = Path(__file__).resolve().parents[1] / "docs"
COMMANDS = (
    ("status", "{study}"),
    ("search", "{study}", "tax* NEAR/6 region", "--limit", "6", "--width", "44"),
    ("quotes", "{study}", "--code", "TECH.SELECT", "--town", "A", "--limit", "2"),
)


def terminal(study: Path) -> None:
    """Draw what a few commands print."""
    import vl_convert

    console = Console(record=True, width=124, file=io.StringIO(), force_terminal=True)
    for command in COMMANDS:
        shown = " ".join(f'"{part}"' if " " in part else part for part in command if part != "{study}")
        console.print(Text(f"$ veche {shown}", style="bold"))
        output = io.StringIO()
        with redirect_stdout(output):
            command_line(["--lang", "en", *(part.format(study=study) for part in command)])
        console.print(Text(output.getvalue().replace(str(study), "demo-en.veche").rstrip() + "\n"))
    svg = console.export_svg(title="veche")
    svg = re.sub(r"@font-face \{[^}]*\}", "", svg).replace("Fira Code", "DejaVu Sans Mono")
    (DOCS / "command-line.png").write_bytes(vl_convert.svg_to_png(svg, scale=1.2))


def main() -> int:
    """Draw all pictures."""
    DOCS.mkdir(exist_ok=True)
    words.use("en")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo-en.veche"
        with veche.open_demo(path, language="en") as study:
            figures.save(study.problem_field().figure, DOCS / "problem-field.png", scale=1.6)
        terminal(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
