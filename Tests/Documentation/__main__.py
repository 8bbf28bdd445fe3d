"""Compiles and runs the examples in the documents. Usage, in the repository's folder:

  python3 Tests/Documentation package FOLDER           writes a Swift package with a test for each block
  python3 Tests/Documentation run TESTS ENGINECTL [DOCUMENT[:LINE]...]
                                                       runs the blocks; only from inside.sh

TESTS is the package's test program.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import documents
import package
import runner

FOLDER = Path(__file__).parent
DOCUMENTS = [Path("README.md"), *sorted(Path("Sources").glob("*/*.docc/*.md")),
             *sorted(Path("Examples").glob("*/README.md"))]
DEFAULT_SOCKET = Path("/var/ossec/queue/sockets/engine-api")


def run_all(tests: Path, enginectl: Path, chosen: list[str]) -> int:
    programs = f"{FOLDER.resolve() / 'programs'}:{enginectl.parent}:{os.environ['PATH']}"
    failures, not_run, count = 0, [], 0
    Path("/var/log").mkdir()
    pages = {document: documents.read(document) for document in DOCUMENTS}
    for block in sum(pages.values(), []):
        if block.text("file"):
            Path(block.text("file")).write_text(block.code)
    for document, blocks in pages.items():
        for problem in documents.problems(blocks):
            print(problem)
            failures += 1
        environment = dict(os.environ, PATH=programs, EXAMPLE=document.parent.name, NO_COLOR="1",
                           EXAMPLE_PROGRAMS=str(tests.parent))
        for block in blocks:
            if block.language != "text" and block.text("not run"):
                not_run.append(f"{block.place}: {block.text('not run')}")
            elif block.is_run:
                if chosen and not any(name in (str(document), block.place) for name in chosen):
                    continue
                count += 1
                failures += run_block(block, tests, enginectl, environment)
    print("\nNot run:")
    print("\n".join(not_run))
    print(f"\n{count} blocks were run, {failures} failures")
    return 1 if failures else 0


def run_block(block, tests, enginectl, environment) -> int:
    failures = 0
    for command in runner.commands(block, tests):
        start = time.monotonic()
        # Sockets of a block that was ended.
        for folder in (DEFAULT_SOCKET.parent, Path("/run")):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="document-") as folder:
            engine = start_engine(enginectl, folder) if block.language == "sh" else None
            failure = runner.run(command, block, Path(folder), environment)
            if engine:
                engine.terminate()
                engine.wait()
        if failure:
            print(f"{block.place}: {failure}")
            failures += 1
        else:
            print(f"{block.place}: {time.monotonic() - start:.2f} s")
    return failures


def start_engine(enginectl, folder):
    """An engine with content at the default socket, and the files of its examples."""
    engine = subprocess.Popen(
        [enginectl, "serve", "--socket", DEFAULT_SOCKET, "--sample", "--sample-files", "."],
        cwd=folder, stdout=subprocess.PIPE)
    engine.stdout.readline()
    return engine


def main() -> int:
    match sys.argv[1:]:
        case ["package", folder]:
            shutil.rmtree(folder, ignore_errors=True)
            package.write(Path(folder), [documents.read(each) for each in DOCUMENTS],
                          FOLDER / "Support.swift")
            return 0
        case ["run", tests, enginectl, *chosen] if os.environ.get("DOCUMENTS_INSIDE"):
            return run_all(Path(tests).resolve(), Path(enginectl).resolve(), chosen)
    print(__doc__)
    return 64


sys.exit(main())
