"""The steps of models/README.md for a paper's table, taken from the page and run: what it shows works as it stands there.

Usage: test_own_evidence.py PROGRAM SOURCE_FOLDER
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import unittest

from program import InAFolder, PROGRAM, SOURCE

# A calibration, small as it is, on a machine that is busy.
SECONDS = 280

HEADING = "## You have a paper's table"


def steps():
    """The page's blocks under the heading, as (language, text)."""
    page = (SOURCE / "models/README.md").read_text(encoding="utf-8")
    return re.findall(r"^```(\w+)\n(.*?)^```$", page.split(HEADING, 1)[1], flags=re.DOTALL | re.MULTILINE)


class OwnEvidence(InAFolder):
    def step(self, language, text):
        """What one block prints, run where models/ and scenarios/ are and `equipoise` is a command."""
        command = ["bash", "-e", "-c"] if language == "sh" else [sys.executable, "-c"]
        path = f"{PROGRAM.parent}:{os.environ.get('PATH', '')}"
        result = subprocess.run([*command, text], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
                                text=True, timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    @unittest.skipUnless(importlib.util.find_spec("tomllib"), "a Python before 3.11 reads no TOML")
    def test_every_step_of_the_page_works(self):
        for name in ("models", "scenarios"):
            (self.folder / name).symlink_to(SOURCE / name)
        told = [self.step(language, text) for language, text in steps()]
        self.assertEqual(len(told), 5)
        self.assertIn("my_back_pain/trials/example.toml is right: ", told[1])
        self.assertRegex(told[2], r"(?m)^example_bothersomeness_usual_care +0\.1 .*!$")
        self.assertIn("\nConflicts\n  example_bothersomeness_usual_care is not what the others say of it", told[2])
        self.assertIn("MBSR lowers disability", told[3])
        assurance = re.fullmatch(r"assurance ([01]\.\d\d), from ([01]\.\d\d) to ([01]\.\d\d)\n", told[4])
        self.assertIsNotNone(assurance, told[4])
        mean, lowest, highest = (float(word) for word in assurance.groups())
        self.assertTrue(0.0 < lowest < mean < highest <= 1.0, told[4])
        self.check_moved()

    def check_moved(self):
        """The new rows moved what they speak of: MBSR's effect up, against the condition that ships."""
        calibration = json.loads((self.folder / "calibrated/calibration.json").read_text(encoding="utf-8"))
        ids = {target["id"] for target in calibration["targets"]}
        self.assertLessEqual({"example_bothersomeness_usual_care", "example_bothersomeness_mbsr",
                              "example_disability_difference"}, ids)
        self.assertGreater(self.effect("my_back_pain"), self.effect("models/chronic_low_back_pain"))

    def effect(self, condition):
        import tomllib
        with open(self.folder / condition / "parameters.toml", "rb") as file:
            return tomllib.load(file)["therapy"]["mbsr"]["effect"]["bothersomeness"]["value"]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
