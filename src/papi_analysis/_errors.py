"""The errors of the package: what was asked or found, what was expected, and what to do next."""

from __future__ import annotations

from dataclasses import asdict, dataclass


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
        record["message"] = self.message.format(**values)
        record["expected"] = self.expected.format(**values)
        record["mend"] = self.mend.format(**values)
        return {"code": self.code, "severity": self.severity, **record}


class PapiError(Exception):
    """Base of all errors that a user can act on; `status` is the exit status of the command.

    `message` is a sentence of the catalogue and `values` fills its braces; `diagnostics` lists
    the findings behind it.
    """

    status = 1

    def __init__(
        self, message: str, *, diagnostics: tuple[Diagnostic, ...] = (), **values: object
    ) -> None:
        self.message, self.values, self.diagnostics = message, values, diagnostics
        super().__init__(message.format(**values))


class ParameterError(PapiError):
    """A parameter or setting is not one of the valid ones."""

    status = 2


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
