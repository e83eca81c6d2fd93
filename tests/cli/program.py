"""The program under test, run as a user runs it. The scripts beside this one are called with PROGRAM SOURCE_FOLDER."""

import pathlib
import subprocess
import sys
import tempfile
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


class InAFolder(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def left_behind(self):
        return sorted(path.name for path in self.folder.iterdir())
