"""What must fail does: python3 -m unittest discover Tests/Documentation"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import documents
import runner


def blocks(text: str) -> list[documents.Block]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Page.md"
        path.write_text(text)
        return documents.read(path)


def outcome(text: str) -> str | None:
    block, = blocks(text)
    command, = runner.commands(block, Path("unused"))
    return runner.run(command, block, Path("/"), dict(os.environ))


class Documents(unittest.TestCase):
    def test_a_block_that_nothing_runs_is_a_problem(self):
        for text in ("```\nls\n```", "```c\nint a;\n```", "```json\n{}\n```",
                     "```swift\nfunc unused() {}\n```"):
            self.assertEqual(len(documents.problems(blocks(text))), 1, text)

    def test_a_block_that_is_run_or_says_why_not_is_none(self):
        for text in ("```sh\nls\n```", "```text\n┌─\n```", "<!-- not run: why -->\n\n```c\nint a;\n```",
                     "<!-- file: /etc/x -->\n```json\n{}\n```", "```swift\nprint(1)\n```",
                     "<!-- after: f() -->\n```swift\nfunc f() {}\n```",
                     "```swift\nfunc f() {}\n```\n\nSo:\n\n```swift\nf()\n```"):
            self.assertEqual(documents.problems(blocks(text)), [], text)

    def test_a_comment_belongs_to_the_next_block_alone(self):
        page = blocks("<!-- not run: why -->\n\n```c\n```\n\n```c\n```")
        self.assertEqual([block.text("not run") for block in page], ["why", ""])


class Running(unittest.TestCase):
    def test_output_is_compared(self):
        self.assertIsNone(outcome("```sh\necho one  # → one\n```"))
        self.assertIsNone(outcome("```sh\necho one two three\n```\n\n```text\none … three\n```"))
        self.assertIsNone(outcome("<!-- prints:\n1\n…\n9\n-->\n```sh\nseq 9\n```"))
        self.assertIn("instead of", outcome("```sh\necho one  # → two\n```"))
        self.assertIn("instead of", outcome("```sh\necho one\n```"))
        self.assertIn("instead of", outcome("```sh\ntrue  # → one\n```"))

    def test_a_failure_of_any_command_counts(self):
        self.assertIn("failed with 1", outcome("```sh\nfalse\ntrue\n```"))
        self.assertIn("failed with 1", outcome("```sh\nfalse | cat\n```"))

    def test_a_block_that_hangs_is_ended(self):
        limit, runner.TIME_LIMIT = runner.TIME_LIMIT, 0.2
        self.addCleanup(setattr, runner, "TIME_LIMIT", limit)
        self.assertIn("still running", outcome("```sh\nsleep 60\n```"))
        self.assertIn("still running", outcome("<!-- endless -->\n```sh\necho 1  # → 2\nsleep 60\n```"))

    def test_an_endless_block_ends_once_it_has_printed_what_it_must(self):
        self.assertIsNone(outcome("<!-- endless -->\n```sh\necho 1  # → 1\nsleep 60\n```"))
        self.assertIn("must say", outcome("<!-- endless -->\n```sh\ntrue\n```"))


if __name__ == "__main__":
    unittest.main()
