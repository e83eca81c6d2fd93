"""equipoise simulate, run as a user runs it.

Usage: test_simulate.py PROGRAM SOURCE_FOLDER
"""

import csv
import io
import pathlib
import sys
import tempfile
import unittest

from program import FOUR_ARMS, InAFolder, SOURCE, TWO_ARMS, equipoise

try:
    import h5py
except ImportError:
    h5py = None

STAMP = SOURCE / "scenarios/opioid_treated_pain/stamp_2025.toml"


def simulated(*arguments):
    result = equipoise("simulate", *arguments)
    if result.returncode != 0 or result.stderr:
        raise AssertionError(result.stderr)
    return list(csv.DictReader(io.StringIO(result.stdout)))


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = simulated(STAMP)
        cls.endpoints = ["pain_severity", "function", "physical_health", "mental_health", "opioid_dose"]

    def test_has_the_columns_that_are_documented(self):
        self.assertEqual(list(self.rows[0]),
                         ["participant", "site", "arm", "group", "enrolled", "sessions", "visit", "month", "attended",
                          *self.endpoints, *(f"true_{endpoint}" for endpoint in self.endpoints)])

    def test_has_a_row_for_each_participant_and_visit(self):
        places = [(int(row["participant"]), int(row["visit"])) for row in self.rows]
        self.assertEqual(places, [(participant, visit) for participant in range(1, 771) for visit in range(5)])
        months = ["0", "3", "6", "9", "12"]
        self.assertTrue(all(row["month"] == months[int(row["visit"])] for row in self.rows))

    def test_is_na_exactly_where_nobody_attended(self):
        missing = 0
        for row in self.rows:
            self.assertIn(row["attended"], ("0", "1"))
            for endpoint in self.endpoints:
                if row["attended"] == "0":
                    self.assertEqual(row[endpoint], "NA")
                    missing += 1
                else:
                    self.assertEqual(float(row[endpoint]), float(row[f"true_{endpoint}"]))
                self.assertNotEqual(row[f"true_{endpoint}"], "NA")
        self.assertGreater(missing, 0)

    def test_everybody_attends_baseline(self):
        self.assertTrue(all(row["attended"] == "1" for row in self.rows if row["visit"] == "0"))

    def test_what_stays_the_same_stays_the_same(self):
        of = {}
        for row in self.rows:
            who = tuple(row[name] for name in ("site", "arm", "group", "enrolled", "sessions"))
            self.assertEqual(of.setdefault(row["participant"], who), who)
        self.assertEqual({who[1] for who in of.values()}, {"Mindfulness", "CBT"})
        self.assertEqual({who[0] for who in of.values()}, {"1", "2", "3"})

    def test_usual_care_is_in_no_group(self):
        for row in simulated(FOUR_ARMS):
            self.assertEqual(row["group"] == "NA", row["arm"] == "Usual care")


class Replicates(unittest.TestCase):
    SET = ("--set", "dropout.retention=0.8")

    def difference(self, *arguments):
        """The two arms' means at the visit, as a t test would see them."""
        values = {"Treatment": [], "Control": []}
        for row in simulated(TWO_ARMS, *self.SET, *arguments):
            if row["month"] == "12" and row["attended"] == "1":
                values[row["arm"]].append(float(row["outcome"]))
        means = {arm: sum(of) / len(of) for arm, of in values.items()}
        return means["Treatment"] - means["Control"]

    @unittest.skipUnless(h5py, "h5py is not installed")
    def test_is_the_trial_of_this_number_in_a_run(self):
        with tempfile.TemporaryDirectory() as folder:
            result = equipoise("run", TWO_ARMS, *self.SET, "--trials", "60", "--set", "run.truth_participants=1000",
                               "-o", "out.h5", folder=folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            with h5py.File(pathlib.Path(folder) / "out.h5") as file:
                estimates = file["replicates/estimate"][0, :, 0].tolist()
        self.assertAlmostEqual(self.difference(), estimates[0], places=10)
        for replicate in (1, 57):
            self.assertAlmostEqual(self.difference("--replicate", str(replicate)), estimates[replicate], places=10)

    def test_the_seed_and_the_replicate_matter(self):
        usual = self.difference()
        self.assertEqual(usual, self.difference("--seed", "1"))  # the scenario's own
        self.assertNotEqual(usual, self.difference("--seed", "2"))
        self.assertNotEqual(usual, self.difference("--replicate", "1"))


class Output(InAFolder):
    def test_a_file_has_what_would_have_been_printed(self):
        result = equipoise("simulate", TWO_ARMS, "-o", "trial.csv", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertEqual(self.left_behind(), ["trial.csv"])
        printed = equipoise("simulate", TWO_ARMS).stdout
        self.assertEqual((self.folder / "trial.csv").read_text(encoding="utf-8"), printed)

    def test_a_folder_that_is_not_there_is_wrong_input(self):
        result = equipoise("simulate", TWO_ARMS, "-o", "missing/trial.csv", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("missing/trial.csv", result.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_wrong_input_leaves_nothing(self):
        for wrong in (["nowhere.toml"], [TWO_ARMS, "--set", "cohort.participants=-4"], [TWO_ARMS, "--replicate", "-1"],
                      [TWO_ARMS, "--trials", "5"], []):
            result = equipoise("simulate", *wrong, "-o", "trial.csv", folder=self.folder)
            self.assertEqual((result.returncode, result.stdout), (2, ""), wrong)
            self.assertNotEqual(result.stderr, "")
            self.assertEqual(self.left_behind(), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
