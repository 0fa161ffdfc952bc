"""The command says what it did and why it did not, and ends with the status that is promised."""

import ast
import inspect
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import toys

from papi_analysis import cli, i18n, settings

SOURCE = Path(cli.__file__).parent
TOYS = [sys.executable, toys.__file__]


def call(capsys, *arguments):
    """Status, standard output and standard error of a call in this process."""
    code = cli.status(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


# --- help


def test_help_does_not_wait_for_the_libraries_of_the_analysis():
    code = (
        "import sys; from papi_analysis.cli import status; status(['--help']);"
        "print(sorted({'pandas', 'numpy', 'papermill', 'nbformat'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.stdout.endswith("[]\n")


@pytest.mark.parametrize("name", sorted(cli.papi.commands))
def test_every_command_explains_itself_with_an_example(name, capsys):
    code, out, _ = call(capsys, name, "--help")
    assert code == 0 and f"papi {name}" in out.partition("Example")[2]


def test_without_a_command_the_help_is_shown(capsys):
    code, out, _ = call(capsys)
    assert code == 2 and "Commands:" in out


def test_the_module_is_the_same_program():
    shown = subprocess.run(
        [sys.executable, "-m", "papi_analysis", "--version"], capture_output=True, text=True
    )
    first, second = shown.stdout.splitlines()
    assert shown.returncode == 0
    assert re.fullmatch(r"papi, version \d+\.\d+\.\d+(, commit \w+)?", first)
    scores = (settings.data_folder() / "papi" / "scores.csv").read_bytes()
    digest = sha256(scores).hexdigest()
    assert re.fullmatch(rf"PAPI 2011-\d{{4}}: scores.csv sha256 {digest}", second)


# --- mistakes of a user


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["run", "--provnce", "x"], 2, "--province"),
        (["rn"], 2, "run"),
        (["run", "--province", "tra-vin"], 2, "tra-vinh"),
        (["run", "--province", "zzzz"], 2, "data/papi/provinces.csv"),
        (["run", "--year", "abc"], 2, "--year"),
        (["run", "--lang", "fr"], 2, "vi, en"),
        (["run", "--seed", "-1"], 2, "4294967295"),
        (["run", "--notebooks", "nowhere"], 2, "06-report.ipynb"),
        (["run", "--province"], 2, "--province"),
        (["run", "--pdf=yes"], 2, "--pdf"),
        (["run", "tra-vinh"], 2, ": papi run --province tra-vinh"),
        (["run", "Trà Vinh", "2023"], 2, ": papi run --province 'Trà Vinh' --year 2023"),
        (["batch", "hue,can-tho", "2023"], 2, "papi batch --provinces hue,can-tho --years 2023"),
        (["verify", "a", "b"], 2, "papi verify --help"),
        (["verify"], 2, "DIR"),
        (["verify", "nowhere"], 2, "nowhere"),
        (["verify", "."], 3, "manifest.json"),
        (["run", "--year", "1999"], 3, "2011"),
        (["run", "--province", "quang-ninh", "--year", "2023"], 3, "Quảng Ninh"),
    ],
)
def test_a_mistake_is_said_in_both_languages_without_a_traceback(
    arguments, status, words, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    said = {}
    for lang, label in (("vi", "LỖI"), ("en", "ERROR")):
        extra = [] if "--lang" in arguments else ["--lang", lang]
        code, out, err = call(capsys, *arguments, *extra)
        said[lang] = err
        assert code == status and out == "" and words in err
        assert "Traceback" not in err and len(err.splitlines()) <= 12
        if extra:
            assert err.startswith(label)
    assert list(tmp_path.iterdir()) == []
    assert not re.search(r"\b(unexpected|argument|see|nearest)\b", said["vi"], re.IGNORECASE)


def test_a_fault_of_our_own_is_status_1_and_shows_its_traceback_only_when_asked(
    capsys, monkeypatch
):
    def broken(folder):
        raise KeyError("inner")

    monkeypatch.setattr("papi_analysis.runner.require_whole", broken)
    code, _, err = call(capsys, "verify", ".")
    assert code == 1 and "KeyError" in err and "Traceback" not in err
    code, _, err = call(capsys, "verify", ".", "--debug")
    assert code == 1 and "Traceback" in err


def test_a_file_of_a_report_stands_for_its_folder(capsys, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr("papi_analysis.runner.require_whole", asked.append)
    (tmp_path / "report.html").write_text("")
    code, out, _ = call(capsys, "verify", str(tmp_path / "report.html"), "--lang", "en")
    assert asked == [str(tmp_path)] and code == 3 and out == ""  # a stub, and no manifest there


def test_a_missing_package_is_a_fault_of_the_environment(capsys, monkeypatch):
    def missing(folder):
        raise ModuleNotFoundError("No module named 'papermill'")

    monkeypatch.setattr("papi_analysis.runner.require_whole", missing)
    code, _, err = call(capsys, "verify", ".")
    assert code == 5 and "requirements.lock" in err


# --- a run


def test_a_run_prints_the_path_of_the_report_and_tells_its_steps_in_plain_lines(tmp_path):
    nodes = toys.folder(tmp_path / "n")
    shown = subprocess.run(
        [*TOYS, "run", "--notebooks", nodes, "--out", tmp_path / "r"],
        capture_output=True,
        text=True,
    )
    path = tmp_path / "r" / "tra-vinh" / "2024" / "report.html"
    assert shown.returncode == 0 and shown.stdout == f"{path}\n" and path.exists()
    assert all(re.match(r"\[\d\d:\d\d\] ", line) for line in shown.stderr.splitlines())
    assert "\x1b" not in shown.stderr and "\r" not in shown.stderr


def test_an_output_that_cannot_be_written_is_status_5_and_changes_nothing(tmp_path):
    (tmp_path / "r").write_text("a file")
    nodes = toys.folder(tmp_path / "n")
    shown = subprocess.run(
        [*TOYS, "run", "--notebooks", nodes, "--out", tmp_path / "r"],
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 5 and "Traceback" not in shown.stderr
    assert (tmp_path / "r").read_text() == "a file"


def test_a_batch_with_a_cell_that_fails_is_status_4_and_names_the_unit(tmp_path):
    poison = "if province == 'can-tho': 1 / 0"
    nodes = toys.folder(tmp_path / "n", report=(poison,))
    options = ["--provinces", "can-tho,hue", "--years", "2024", "--lang", "en"]
    shown = subprocess.run(
        [*TOYS, "batch", *options, "--notebooks", nodes, "--out", tmp_path / "r"],
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 4 and "Traceback" not in shown.stderr
    assert "1 report made" in shown.stdout and "1 failed" in shown.stdout
    assert "can-tho/2024" in shown.stdout and "ZeroDivisionError" in shown.stdout
    assert (tmp_path / "r" / "thua-thien-hue" / "2024" / "report.html").exists()
    assert not (tmp_path / "r" / "can-tho").exists()


@pytest.mark.parametrize("jobs", ["0", "65"])
def test_a_number_out_of_range_is_told_with_the_range(jobs, capsys):
    assert cli.status(["batch", "--jobs", jobs, "--lang", "en"]) == 2
    assert "--jobs must be a whole number from 1 to 64" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["cp1258", "cp1252"])
def test_a_console_without_vietnamese_letters_shows_them_without_marks(encoding):
    shown = subprocess.run(
        [sys.executable, "-m", "papi_analysis", "run", "--province", "tra-vin"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    text = shown.stderr.decode(encoding)
    assert shown.returncode == 2 and "tra-vinh" in text and "\\u" not in text


# --- the catalogue

CALLS = """ParameterError DataError SourceError EnvironmentFault ExecutionError _fault step tick
say mark _say""".split()


def sentences(path):
    """The sentences that a module says or stores to be said."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for argument in node.args[:2] if name in CALLS else []:
                text = getattr(argument, "value", None)
                if isinstance(text, str) and (" " in text or text.isupper()):
                    yield text


SPOKEN = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", SPOKEN, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_every_sentence_has_a_vietnamese_one_with_the_same_values(path):
    known = i18n.catalogue("vi")
    for sentence in sentences(path):
        assert sentence in known, sentence
        fields = [set(re.findall(r"\{(\w+)", text)) for text in (sentence, known[sentence])]
        assert fields[0] == fields[1], sentence


# --- help in two languages


def words_of_help(command):
    """Every paragraph and option of a command, and of those below it."""
    for part in inspect.cleandoc(command.help).split("\n\n"):
        if not part.startswith("\b"):
            yield " ".join(part.split())
    yield from (option.help for option in command.params if getattr(option, "help", None))
    for other in getattr(command, "commands", {}).values():
        yield from words_of_help(other)


def test_every_word_of_help_has_its_vietnamese():
    known = i18n.catalogue("vi")
    assert [text for text in words_of_help(cli.papi) if text not in known] == []


@pytest.mark.parametrize("call", [["--lang", "vi", "--help"], ["run", "--lang", "vi", "--help"]])
def test_help_in_vietnamese_has_no_english_sentence_left(call, capsys):
    assert cli.status(call) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Cách dùng: papi" in told and "Tùy chọn" in told and "Lập báo cáo của một tỉnh" in told
    assert [text for text in words_of_help(cli.papi) if text in told] == []


def test_the_language_is_that_of_the_call_else_of_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("PAPI_LANG", "en")
    assert cli.status(["run", "--year", "1999"]) == 3
    assert "ERROR" in capsys.readouterr().err
    assert cli.status(["--lang", "vi", "run", "--year", "1999"]) == 3
    assert "LỖI" in capsys.readouterr().err
    monkeypatch.setenv("PAPI_LANG", "vi")
    assert cli.status(["--help"]) == 0
    assert "Cách dùng" in capsys.readouterr().out
