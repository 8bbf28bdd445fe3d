"""Reads the code blocks of a Markdown document, and the comments that say how each is run.

A comment stands before its block, and readers don't see it:
  <!-- not run: REASON -->        the block is compiled if it is Swift, and not run
  <!-- declares: CODE -->         Swift declarations that the block needs
  <!-- before: CODE -->           runs before the block
  <!-- after: CODE -->            runs after it: calls its declarations, or checks its values
  <!-- answers PATH: BODY -->     what the engine answers there
  <!-- file: PATH -->             the block is the content of a file that the other blocks read
  <!-- endless -->                the block is ended once it has printed what it must
  <!-- prints: LINES -->          its output, where it is not shown to readers

What a block prints is stated in comments `// → TEXT` or `# → TEXT` in it, in a ```text block right after it, or in
`prints`. `…` stands for any text in a line, and alone in a line for any number of lines.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

COMMENT = re.compile(r"<!--\s*(not run|declares|before|after|answers|file|endless|prints)\b:?(.*?)-->", re.S)
DECLARATION = re.compile(r"(?:struct|actor|extension|func|final|class|enum|private)\b|@|#if")


@dataclass
class Block:
    document: Path
    number: int
    line: int
    language: str
    code: str
    comments: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    output: list[str] | None = None

    @property
    def place(self):
        return f"{self.document}:{self.line}"

    @property
    def target(self):
        name = re.sub(r"\W", "", self.document.stem)
        folder = self.document.parent.name if self.document.parts[0] == "Examples" else ""
        return re.sub(r"\W", "", folder) + name + "Document"

    @property
    def function(self):
        return f"block{self.number}"

    @property
    def is_declaration(self):
        code = re.sub(r"^import .*\n", "", self.code, flags=re.M)
        return bool(DECLARATION.match(code.lstrip()))

    @property
    def is_run(self):
        """Whether it is run by itself; declarations without `after` are run by other blocks."""
        if self.text("not run"):
            return False
        if self.language == "swift":
            return not self.is_declaration or bool(self.tests or self.text("after"))
        return self.language == "sh"

    @property
    def tests(self):
        return re.findall(r"@Test\s+func\s+(\w+)", self.code)

    def text(self, key):
        return self.comments.get(key, "")

    @property
    def sockets(self):
        """The sockets that the block names: an engine listens at each."""
        names = self.text("declares") + self.text("before") + self.code + self.text("after")
        return sorted(set(re.findall(r'"(/[^"\n]+\.sock)"', names)))

    @property
    def expected(self):
        shown = re.findall(r"(?://|#)\s*→ ?(.*)", self.code)
        if self.output is not None:
            return self.output
        if "prints" in self.comments:
            return [line.strip() for line in self.comments["prints"].strip().splitlines()]
        return [line.rstrip() for line in shown]


def read(document: Path) -> list[Block]:
    blocks: list[Block] = []
    comments = ""
    fence = None
    shows_output = False
    lines = document.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        start = re.match(r"```(\S*)\s*$", line)
        if fence is not None and start:
            block = Block(document, len(blocks) + 1, fence, language, "\n".join(code) + "\n")
            for key, text in COMMENT.findall(comments):
                if key == "answers":
                    path, body = text.strip().split(":", 1)
                    block.answers[path.strip()] = body.strip()
                else:
                    block.comments[key] = text.strip()
            if language == "text" and shows_output:
                blocks[-1].output = code
            else:
                blocks.append(block)
            fence, comments, shows_output = None, "", language in ("swift", "sh")
        elif start:
            fence, language, code = number, start.group(1), []
        elif fence is not None:
            code.append(line)
        elif line.startswith("<!--") or (comments and not comments.rstrip().endswith("-->")):
            comments += line + "\n"
            shows_output = False
        elif line.strip():
            comments, shows_output = "", False
    return blocks


def problems(blocks: list[Block]) -> list[str]:
    """Blocks that nothing runs, and whose document does not say why."""
    found = []
    for block in blocks:
        if block.language == "text" or block.text("not run"):
            continue
        if block.language == "swift":
            # Declarations can be used by another block of the document.
            names = re.findall(r"(?:struct|class|actor|func|enum|let)\s+(\w+)", block.code)
            others = [other.code for other in blocks if other.is_run and other is not block]
            if block.is_run or any(re.search(rf"\b{name}\b", code)
                                   for name in names for code in others):
                continue
            found.append(f"{block.place}: nothing calls these declarations: say `after: …`")
        elif block.language in ("json", "yaml"):
            if not block.text("file"):
                found.append(f"{block.place}: nothing reads this: say `file: …` or `not run: …`")
        elif block.language != "sh":
            found.append(f"{block.place}: this is not run: say `not run: …`, or `text` if it is no code")
    return found
