"""The program under test, run as a user runs it. The scripts beside this one are called with PROGRAM SOURCE_FOLDER."""

import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(sys.argv[2]).resolve()
FOUR_ARMS = SOURCE / "scenarios/opioid_treated_pain/four_arms.toml"
TWO_ARMS = SOURCE / "scenarios/validation/two_normal_arms.toml"

# Longer than any command here takes on a machine that is busy.
SECONDS = 120


def equipoise(*arguments, folder=None):
    return subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, timeout=SECONDS,
                          check=False)


def wait_until(condition):
    """Until it holds; an error where it does not in the time that any command here takes."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


def opened_by(process):
    """The files and folders that a running process has open."""
    paths = []
    for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            paths.append(link.readlink())
        except FileNotFoundError:
            pass  # closed again meanwhile
    return paths


class InAFolder(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def left_behind(self):
        return sorted(path.name for path in self.folder.iterdir())
