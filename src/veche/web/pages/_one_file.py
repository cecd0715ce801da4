"""One file sent to a page, kept on disk without holding it in memory."""

from __future__ import annotations

import shutil

from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Sent

from veche.study import InputProblem
from veche.study.errors import N_
from veche.web.uploads import Upload

#: the largest project or study taken, in bytes
LARGEST_PROJECT = 2 << 30


def keep_one(upload: Upload, form: FormData, field: str) -> bool:
    """Keep the file of a field of a form; returns whether there was one.

    Raises
    ------
    InputProblem
        If it is too large, or its name cannot be that of a file.
    """
    sent = form.get(field)
    if not isinstance(sent, Sent) or not sent.filename:
        return False
    if (sent.size or 0) > LARGEST_PROJECT:
        raise InputProblem(
            N_("{name} is larger than {limit} MB. Give it on the command line: `veche import`, `veche merge`."),
            name=sent.filename, limit=LARGEST_PROJECT >> 20,
        )  # fmt: skip
    path = upload.keep(sent.filename, b"")
    with path.open("wb") as file:
        shutil.copyfileobj(sent.file, file, 1 << 20)
    upload.files.append(path)
    return True
