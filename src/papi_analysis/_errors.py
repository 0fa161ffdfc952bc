"""The errors of the package: what was asked or found, what was expected, and what to do next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Formatter


class Filler(Formatter):
    """`str.format` that also takes the word for one and for more: `{n} {n:row|rows}`."""

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" in format_spec:
            one, more = format_spec.split("|")
            return one if str(value) == "1" else more
        return super().format_field(value, format_spec)


@dataclass(frozen=True)
class Diagnostic:
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
        record = asdict(self)
        values = dict(record.pop("values"))
        for name in ("message", "expected", "mend"):
            record[name] = Filler().format(record[name], **values)
        return {"code": self.code, "severity": self.severity, **record}


#: The codes of errors that are about what was asked for or where it is run, not about a file.
DIAGNOSES = (
    "E-PARAM",  # a value outside the valid ones
    "E-PARAM-NAME",  # an option, command or parameter that does not exist
    "E-PARAM-TYPE",  # a value of another type, such as a word for a number
    "E-PROVINCE-UNKNOWN",  # a name or code that no province has
    "E-YEAR-NO-DATA",  # a year without published scores, of the country or of the province
    "E-OUT",  # a place where nothing can be written, or that holds other files
    "E-CONFIG",  # figures or packages that are not where they must be
    "E-TEMPLATE",  # a notebook that is missing, damaged or without its cell of parameters
)


class PapiError(Exception):
    """Base of all errors that a user can act on; `status` is the exit status of the command.

    `message` is a sentence of the catalogue and `values` fills its braces; `diagnostics` lists
    the findings behind it. `diagnosis` is the code of an error that is about no file (see
    `DIAGNOSES`), "" otherwise.
    """

    status = 1
    diagnosis = ""

    def __init__(
        self,
        message: str,
        *,
        diagnostics: tuple[Diagnostic, ...] = (),
        diagnosis: str = "",
        **values: object,
    ) -> None:
        self.message, self.values, self.diagnostics = message, values, diagnostics
        self.diagnosis = diagnosis or self.diagnosis
        super().__init__(Filler().format(message, **values))


class ParameterError(PapiError):
    """A parameter or setting is not one of the valid ones."""

    status = 2
    diagnosis = "E-PARAM"


class DataError(PapiError):
    """A request that the data cannot answer."""

    status = 3


class SourceError(PapiError):
    """A file is not what was expected; `diagnostics` lists every finding."""

    status = 3


class EnvironmentFault(PapiError):
    """Disk, permission, lock or a missing program stands in the way; nothing was changed."""

    status = 5


class ExecutionError(PapiError):
    """A notebook failed, hung or died; nothing was published."""

    status = 6
