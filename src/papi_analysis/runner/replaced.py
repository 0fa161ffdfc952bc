"""What a new report takes the place of: told before it is made, with the files that go."""

from __future__ import annotations

from pathlib import Path

from papi_analysis.errors import PapiError
from papi_analysis.i18n import mark
from papi_analysis.runner import manifest, paper, progress, verification
from papi_analysis.runner.unit import REPORTS, Unit

_GONE = mark(
    "{name}: these files are not made again and go: {files} (--out with another folder keeps them)"
)
_CHANGED = mark(
    "{name}: these files were changed by hand, and the changes go: {files} (--out with another "
    "folder keeps them)"
)


def announce(asked: Unit, out: str | Path, tell: progress.Progress) -> None:
    """Tell which report stands where the one that is asked for goes, if it was made otherwise.

    Nothing is told of a report with the same parameters: it is made anew. Told are the command of
    another one, its pages that are not made again (of a language, or printed), and the files that
    somebody changed by hand.
    """
    folder = asked.folder(out)
    try:
        record = manifest.read(folder)
    except PapiError:
        return
    if record["parameters"] != asked.recorded():
        command = record.get("command", "papi run")
        tell.step(
            "{name}: takes the place of the report made by {command}",
            name=asked.name,
            command=command,
        )
    for sentence, files in ((_GONE, lost(asked, record)), (_CHANGED, edited(folder, record))):
        if files:
            tell.step(sentence, name=asked.name, files=", ".join(files))


def lost(asked: Unit, record: dict) -> list[str]:
    """The pages and prints of a report, by its manifest, that the one asked for does not have."""
    kept = {REPORTS[lang] for lang in asked.languages}
    kept |= {paper.twin(Path(page)).name for page in kept} if asked.pdf else set()
    pages = {*REPORTS.values(), *(paper.twin(Path(page)).name for page in REPORTS.values())}
    return sorted(set(record["files"]) & pages - kept)


def edited(folder: Path, record: dict) -> list[str]:
    """The files of a report that are there and not as they were made."""
    faults = {fault.file for fault in verification.intact(folder, record)}
    return sorted(name for name in faults & set(record["files"]) if (folder / name).is_file())
