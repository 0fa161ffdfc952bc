"""The commands that a page of documentation tells its reader, taken out of its code blocks."""

import re
import shlex

from papi_analysis import cli


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, as they stand in a Markdown text."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def lines(text: str) -> list[str]:
    """Every command line of the shell blocks, without comments, parts of `&&` apart."""
    found = []
    for block in blocks(text, "sh"):
        for line in block.splitlines():
            code = re.sub(r"\s+#.*$|^#.*$", "", line)
            found += [part.strip() for part in code.split("&&") if part.strip()]
    return found


def arguments(line: str) -> list[str]:
    """The arguments of a call of papi; empty for another command."""
    words = shlex.split(line)
    name = words[0].rpartition("/")[2]
    return words[1:] if name == "papi" else []


def understood(words: list[str]) -> bool:
    """Whether papi takes these arguments; nothing is run."""
    command = cli.papi.commands[words[0]]
    command.make_context(words[0], words[1:])
    return True
