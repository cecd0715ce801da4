"""Making studies: a new one from a design and a codebook, and the fictional one that ships with the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal

from veche.importers.design import Batch, read_codebook, read_design, with_windows
from veche.store import Store
from veche.store.database import remove
from veche.study import Code, InputProblem, Record, StudyInfo
from veche.study.errors import N_
from veche.workbench.ingest import Progress
from veche.workbench.study import Study


def starter(name: Literal["codebook", "design"]) -> str:
    """Return the starter codebook or design that ships with the package, as YAML to edit."""
    return (resources.files("veche.demo") / f"{name}.yaml").read_text(encoding="utf-8")


def new(
    target: str | Path,
    *,
    name: str | None = None,
    language: Literal["ru", "en"] = "ru",
    design: str | Path | None = None,
    codebook: str | Path | None = None,
    who: str | None = None,
) -> Study:
    """Make a new study.

    Parameters
    ----------
    target
        Path of the .veche file to make, or the address of an empty PostgreSQL database.
    name
        What the study is called; by default the name of the file.
    design
        YAML file with regions, towns, waves, roles, guide topics and kinds of statements; by default the starter design.
    codebook
        YAML file with the codes; by default the starter codebook.

    Raises
    ------
    InputProblem
        If the design or the codebook cannot be used; nothing is made then.
    StudyFileProblem
        If the target exists or cannot be written.
    """
    made = _design(design, language)
    records: list[Record] = [*made.records, *with_windows(_codebook(codebook), made.windows)]
    info = StudyInfo(name=name or Path(str(target)).stem, language=language)
    study = Study(Store.create(target, info, who=who or "veche"), who=who)
    try:
        with study.store.edit(study.who, "design and codebook") as edit:
            edit.add(*records)
    except BaseException:
        study.close()
        remove(target)
        raise
    return study


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputProblem(N_("{name} is not text in UTF-8. Save it as UTF-8."), name=path) from error
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be read: {reason}. Check the path."), name=path, reason=error.strerror or error
        ) from error


def _design(path: str | Path | None, language: Literal["ru", "en"]) -> Batch:
    text, name = (starter("design"), "design.yaml") if path is None else (_read(path), str(path))
    return read_design(text, name, language=language)


def _codebook(path: str | Path | None) -> list[Code]:
    text, name = (starter("codebook"), "codebook.yaml") if path is None else (_read(path), str(path))
    return read_codebook(text, name)


def open_demo(
    target: str | Path | None = None,
    *,
    language: Literal["ru", "en"] = "ru",
    null: bool = False,
    seed: int | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Study:
    """Make the fictional study and open it.

    Parameters
    ----------
    target
        Path of the file to make; by default ``veche-demo-ru.veche`` (or ``-en``) in the present folder, made anew if
        it is there. The planted truth is written beside it as JSON.
    language
        ru or en: the same study in either language.
    null
        Make the study in which nothing changes between the waves.
    fresh
        Make it anew where `target` is there already.

    Raises
    ------
    InputProblem, StudyFileProblem
        If `target` is there already (and not `fresh`), or cannot be written; nothing half made stays.
    """
    import json

    from veche.demo import make_demo

    path = Path(target) if target is not None else Path(f"veche-demo-{language}.veche")
    made = (
        make_demo(language=language, null=null) if seed is None else make_demo(language=language, seed=seed, null=null)
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if target is None or fresh:
            remove(path)
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights."), name=path, reason=error.strerror
        ) from error
    info = next(record for record in made.records if isinstance(record, StudyInfo))
    store = Store.create(path, info, who="veche")
    try:
        with store.edit("veche", "fictional study") as edit:
            total = len(made.texts)
            for start in range(0, total, 20):
                if progress is not None:
                    progress(start, total, "")
                edit.add_texts(made.texts[start : start + 20])
            edit.add(*(record for record in made.records if record is not info))
            if progress is not None:
                progress(total, total, "")
    except BaseException:  # a study without its interviews would be opened as if it were whole
        store.close()
        remove(path)
        raise
    truth = path.with_name(path.stem + ".truth.json")
    truth.write_text(json.dumps(made.truth, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return Study(store)
