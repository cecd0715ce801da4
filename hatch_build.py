"""Compile the catalogues of words when veche is built or installed (``python hatch_build.py`` does it by hand)."""

from __future__ import annotations

from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # compiled by hand, without the build tool
    BuildHookInterface = object

LOCALE = Path(__file__).parent / "src" / "veche" / "words" / "locale"


def compile_catalogues() -> list[Path]:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        compile_catalogues()


if __name__ == "__main__":
    for path in compile_catalogues():
        print(path)
