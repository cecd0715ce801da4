"""``python -m veche`` is the same as ``veche``."""

from veche.cli.main import main

main()
