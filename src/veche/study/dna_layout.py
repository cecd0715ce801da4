"""How a study is laid out in a file of the Discourse Network Analyzer, so that what is written there can be read again whole.

Each pair of a source and a target of a relation statement is one statement of the type `LABEL`; its variable ``record`` holds the id of the relation
statement. The setting `SETTING` of the file holds, as JSON, the records that the file's own tables have no place for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from veche.study.actors import Actor, Office, Tenure
from veche.study.codebook import Code
from veche.study.codings import Coder
from veche.study.documents import ConsentMark, Document, Text
from veche.study.interviews import Interview, Respondent, Role
from veche.study.places import Region, Town, Wave
from veche.study.plain import to_plain, turns_to_plain
from veche.study.record import Record
from veche.study.statements import Statement, StatementKind

#: label of our type of statements
LABEL = "relation statement"
#: name of the setting with the records
SETTING = "veche"
#: what the notes of a document of ours begin with, before its id
NOTE = "veche "
#: what we say there of every actor and office
WRITTEN = ("Type", "Branch", "Key")
#: version of this layout
VERSION = 1
#: variables of our type with their kinds of values, as that program names them
VARIABLES: Mapping[str, str] = {
    "source": "short text", "target": "short text", "relation": "short text", "issue": "short text", "agreement": "boolean",
    "reporter": "short text", "tone": "integer", "certainty": "short text", "record": "long text",
}  # fmt: skip
#: kinds of records that travel in the setting
CARRIED: tuple[type[Record], ...] = (
    Region, Town, Wave, Role, Respondent, Interview, Actor, Office, Tenure, StatementKind, Code, Coder, Document, ConsentMark,
    Statement,
)  # fmt: skip


def pack(records: Iterable[Record], texts: Iterable[Text]) -> str:
    """Return what goes into the setting: records, and for each text its digest, language and turns."""
    held: dict[str, Any] = {
        "version": VERSION,
        "records": [to_plain(one) for one in records],
        "texts": {one.id: [one.sha256, one.language, turns_to_plain(one)] for one in texts},
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
