"""The errors of the package: what was asked or found, what was expected, and what to do next.

Errors and findings keep a sentence and its values apart, so that either language can say them;
`Filler` puts them together.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, fields
from functools import lru_cache
from string import Formatter


class Filler(Formatter):
    """`str.format` whose number patterns follow a language.

    A field may also hold the English for one and for more: `{n} {n:row|rows}`.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" in format_spec:
            one, more = format_spec.split("|")
            return one if str(value) == "1" else more
        if not isinstance(value, int | float) or not format_spec:
            return str(value)
        return number(self.lang, value, format_spec)


def number(lang: str, value: float, pattern: str = "0.00") -> str:
    """A number in the way of the language: `number("vi", 40.617)` is "40,62".

    A value that rounds to zero carries no sign.
    """
    decimals = len(pattern.partition(".")[2].partition(";")[0].rstrip(" %"))
    shift = 2 if "%" in pattern else 0
    rounded = round(value, decimals + shift) or 0
    return _decimal(lang, rounded, pattern)


@lru_cache(maxsize=4096, typed=True)
def _decimal(lang: str, value: float, pattern: str) -> str:
    """A rounded number as written; drawings for wide and narrow pages and tables ask again."""
    from babel.numbers import format_decimal  # a tenth of a second, and few errors have numbers

    return format_decimal(value, format=pattern, locale=lang)


class Phrase(str):
    """Words of our own inside a finding: translated where it is said, its braces filled."""


@dataclass(frozen=True)
class Issue:
    """One finding about an input, with its place in the file.

    `message`, `expected` and `mend` are English sentences of the catalogue; `values`
    fills their braces, so the same finding is shown in either language.
    """

    code: str
    message: str
    mend: str = ""
    file: str = ""
    sheet: str = ""
    row: str = ""
    column: str = ""
    value: str = ""
    expected: str = ""
    values: tuple[tuple[str, object], ...] = ()

    @property
    def severity(self) -> str:
        """`error` for codes that refuse (E-…), `warning` for those that accept (W-…)."""
        return "error" if self.code.startswith("E-") else "warning"

    def as_dict(self) -> dict[str, str]:
        """The finding as plain values, for JSON."""
        record = {field.name: getattr(self, field.name) for field in fields(self)}
        values, filler = dict(record.pop("values")), Filler()
        for name, value in values.items():
            if isinstance(value, Phrase):
                values[name] = filler.format(value, **values)
        for name in ("message", "expected", "mend"):
            record[name] = filler.format(record[name], **values)
        return {"code": self.code, "severity": self.severity, **record}

    def __str__(self) -> str:
        told = self.as_dict()
        names = ("sheet", "row", "column")
        place = ", ".join(f"{name} {told[name]}" for name in names if told[name])
        return f"{self.code}  {place}{': ' if place else ''}{told['message']}. {told['mend']}"


#: The codes of errors that are about what was asked for or where it is run, not about a file.
DIAGNOSES = (
    "E-PARAM",  # a value outside the valid ones
    "E-PARAM-NAME",  # an option, command or parameter that does not exist
    "E-PARAM-TYPE",  # a value of another type, such as a word for a number
    "E-PROVINCE-ENDED",  # a province that had become a part of another by that year
    "E-PROVINCE-UNKNOWN",  # a name or code that no province has
    "E-YEAR-NO-DATA",  # a year without published scores, of the country or of the province
    "E-OUT",  # a place where nothing can be written, or that holds other files
    "E-CONFIG",  # figures or packages that are not where they must be
    "E-TEMPLATE",  # a notebook that is missing, damaged or without its cell of parameters
)


#: Findings that an error writes out; the command tells all of them.
MOST = 10


class PapiError(Exception):
    """Base of all errors that a user can act on; `status` is the exit status of the command.

    `message` is a sentence of the catalogue and `values` fills its braces; `issues` lists
    the findings behind it. `diagnosis` is the code of an error that is about no file (see
    `DIAGNOSES`), "" otherwise.
    """

    status = 1
    diagnosis = ""

    def __init__(
        self,
        message: str,
        *,
        issues: tuple[Issue, ...] = (),
        diagnosis: str = "",
        **values: object,
    ) -> None:
        self.message, self.values, self.issues = message, values, issues
        self.diagnosis = diagnosis or self.diagnosis
        super().__init__(Filler().format(message, **values))

    def __str__(self) -> str:
        lines = [super().__str__(), *map(str, self.issues[:MOST])]
        return "\n  ".join(lines + ["…"] * (len(self.issues) > MOST))


class ParameterError(PapiError):
    """A parameter or setting is not one of the valid ones."""

    status = 2
    diagnosis = "E-PARAM"


class DataError(PapiError):
    """A request that the data cannot answer."""

    status = 3


class SourceError(PapiError):
    """A file is not what was expected; `issues` lists every finding."""

    status = 3


class EnvironmentFault(PapiError):
    """Disk, permission, lock or a missing program stands in the way; nothing was changed."""

    status = 5


class ExecutionError(PapiError):
    """A notebook failed, hung or died; nothing was published."""

    status = 6


#: What the operating system says when no more can be written.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def exhausted(error: BaseException) -> EnvironmentFault | None:
    """The fault behind an error of a machine that has nothing left to give; None for another."""
    number = getattr(error, "errno", None)
    if number in (errno.EMFILE, errno.ENFILE):
        return EnvironmentFault(
            "The system lets this program open no more files. Ask for fewer --jobs, or raise the "
            "limit: ulimit -n 4096"
        )
    if number in FULL:
        return EnvironmentFault("The disk is full. Free some space and run the command again.")
    threads = isinstance(error, RuntimeError) and "start new thread" in str(error)
    if threads or isinstance(error, MemoryError) or number in (errno.ENOMEM, errno.EAGAIN):
        return EnvironmentFault(
            "The machine is out of memory or processes. Close other programs or ask for fewer "
            "--jobs, and run the command again."
        )
    return None
