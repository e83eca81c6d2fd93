"""equipoise sweep, run as a user runs it.

Usage: test_sweep.py PROGRAM SOURCE_FOLDER
"""

import csv
import io
import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

from program import PROGRAM, SECONDS, SOURCE, TWO_ARMS, InAFolder, equipoise

QUICK = ["--trials", "100", "--set", "run.truth_participants=1000", "--quiet"]
SWEEP = """
[sweep]
"cohort.participants" = [40, 80]
"therapy.treatment.effect.outcome" = [0.2, 0.5]
"""
SENSITIVITY = """
[sensitivity]
points = 16
trials = 50
truth_participants = 1000
"cohort.participants" = { min = 40, max = 80 }
"therapy.treatment.effect.outcome" = { normal = [0.5, 0.1] }
"""


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class SweepCase(InAFolder):
    def scenario(self, more):
        file = self.folder / "s.toml"
        file.write_text(TWO_ARMS.read_text(encoding="utf-8") + more, encoding="utf-8")
        return file

    def sweep(self, more, *arguments):
        return equipoise("sweep", self.scenario(more), *QUICK, *arguments)


class Answers(SweepCase):
    def test_a_cell_prints_what_run_prints_of_the_same_values(self):
        result = self.sweep(SWEEP, "--format", "csv")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        cells = rows(result.stdout)
        self.assertEqual(len(cells), 4)
        self.assertEqual([(c["cell"], c["cohort.participants"], c["therapy.treatment.effect.outcome"]) for c in cells],
                         [("0", "40", "0.2"), ("1", "40", "0.5"), ("2", "80", "0.2"), ("3", "80", "0.5")])
        for cell in cells:
            changes = [word for key in ("cohort.participants", "therapy.treatment.effect.outcome")
                       for word in ("--set", f"{key}={cell[key]}")]
            alone = equipoise("run", self.folder / "s.toml", *QUICK, *changes, "--format", "csv")
            (expected,) = rows(alone.stdout)
            for name in ("power", "power_mcse", "truth", "truth_mcse", "bias", "bias_mcse", "model_se", "coverage", "ok"):
                self.assertEqual(cell[name], expected[name], name)

    def test_run_passes_over_the_sweep(self):
        with_sweep = equipoise("run", self.scenario(SWEEP), *QUICK, "--format", "csv")
        without = equipoise("run", TWO_ARMS, *QUICK, "--format", "csv")
        self.assertEqual(with_sweep.stdout, without.stdout)

    def test_json_holds_the_values_and_the_differences(self):
        answer = json.loads(self.sweep(SWEEP + "reference = 3\n", "--format", "json").stdout)
        self.assertEqual((answer["reference"], answer["common_random_numbers"], answer["complete"]), (3, True, True))
        self.assertEqual(answer["factors"], ["cohort.participants", "therapy.treatment.effect.outcome"])
        powers = [cell["hypotheses"][0]["power"] for cell in answer["cells"]]
        for cell, power in zip(answer["cells"], powers):
            self.assertAlmostEqual(cell["hypotheses"][0]["power_difference"], power - powers[3], places=12)
        self.assertEqual(answer["cells"][2]["values"],
                         {"cohort.participants": 80, "therapy.treatment.effect.outcome": 0.2})

    def test_the_table_has_a_row_a_cell(self):
        result = self.sweep(SWEEP)
        self.assertIn("4 of 4 cells, 100 simulated trials each", result.stdout)
        self.assertEqual(len(re.findall(r"^[0-3] +[48]0 +0\.[25] ", result.stdout, re.MULTILINE)), 4)

    def test_common_random_numbers_make_differences_sharper(self):
        def error(more):
            answer = json.loads(self.sweep(SWEEP + more, "--format", "json").stdout)
            return answer["cells"][1]["hypotheses"][0]["power_difference_mcse"]

        self.assertLess(error(""), error("common_random_numbers = false\n"))

    def test_any_number_of_threads_prints_the_same(self):
        for more in (SWEEP, SENSITIVITY):
            one, two, eight = (self.sweep(more, "--format", "csv", "--threads", n).stdout for n in "128")
            self.assertTrue(one)
            self.assertEqual(one, two)
            self.assertEqual(one, eight)

    def test_a_precision_is_reached_in_every_cell(self):
        result = equipoise("sweep", self.scenario(SWEEP), "--precision", "0.014", "--trials", "5000", "--set",
                           "run.truth_participants=1000", "--format", "json")
        answer = json.loads(result.stdout)
        trials = [cell["trials"] for cell in answer["cells"]]
        self.assertTrue(all(1000 <= n < 5000 for n in trials), trials)
        # The stopping rule counts two successes and two failures more.
        self.assertTrue(all(cell["hypotheses"][0]["power_mcse"] <= 0.0141 for cell in answer["cells"]))

    def test_sensitivity_tells_what_matters(self):
        result = self.sweep(SENSITIVITY, "--format", "json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        answer = json.loads(result.stdout)
        self.assertEqual([f["key"] for f in answer["factors"]], ["cohort.participants", "therapy.treatment.effect.outcome"])
        self.assertEqual(answer["factors"][0]["median"], 60)
        (hypothesis,) = answer["hypotheses"]
        for factor in hypothesis["factors"]:
            self.assertAlmostEqual(factor["power_difference"], factor["power_high"] - factor["power_low"], places=12)
            self.assertGreater(factor["power_difference"], 0)
            self.assertLessEqual(factor["total"]["low"], factor["total"]["high"])
        self.assertEqual(len(rows(self.sweep(SENSITIVITY, "--format", "csv").stdout)), 2)
        self.assertIn("Sensitivity of the power to 2 factors", self.sweep(SENSITIVITY).stdout)

    def test_too_few_points_share_nothing_out(self):
        few = SENSITIVITY.replace("points = 16", "points = 8")
        answer = json.loads(self.sweep(few, "--format", "json").stdout)
        for factor in answer["hypotheses"][0]["factors"]:
            self.assertIsNone(factor["first_order"]["value"])
            self.assertIsNone(factor["total"]["high"])
            self.assertGreater(factor["power_difference"], 0)
        self.assertIn("8 rows are not enough points to tell shares of the variance: 16 are the fewest", self.sweep(few).stdout)

    def test_a_sensitivity_says_that_it_is_not_asked_for_a_precision(self):
        loud = [word for word in QUICK if word != "--quiet"]
        result = equipoise("sweep", self.scenario(SENSITIVITY), *loud, "--precision", "0.2")
        self.assertIn("the precision 0.2 is not asked of a [sensitivity]: its points have 50 trials each", result.stderr)


class Files(SweepCase):
    def test_a_sweep_keeps_every_replicate_unless_told_otherwise(self):
        self.sweep(SWEEP, "-o", self.folder / "s.h5")
        with h5py.File(self.folder / "s.h5") as file:
            np.testing.assert_array_equal(file["cells/cohort.participants"], [40, 40, 80, 80])
            rejected = file["replicates/rejected"][:, :, 0]
            np.testing.assert_allclose(rejected.mean(axis=1), file["characteristics/rejection_rate"][:, 0], rtol=1e-12)
            np.testing.assert_allclose((rejected - rejected[0].astype(int)).mean(axis=1),
                                       file["characteristics/rejection_rate_difference"][:, 0], atol=1e-12)
            rejected = rejected & (1 - file["replicates/rejected_for_harm"][:, :, 0])
            np.testing.assert_allclose(rejected.mean(axis=1), file["characteristics/power"][:, 0], rtol=1e-12)
            difference = rejected - rejected[0].astype(int)
            np.testing.assert_allclose(difference.mean(axis=1), file["characteristics/power_difference"][:, 0], atol=1e-12)
            np.testing.assert_allclose(difference.std(axis=1) / 10, file["characteristics/power_difference_mcse"][:, 0],
                                       atol=1e-9)
            self.assertIn("[sweep]", file["scenario/text"][()].decode())
        self.sweep(SWEEP + "replicates = false\n", "-o", self.folder / "s.h5")
        with h5py.File(self.folder / "s.h5") as file:
            self.assertNotIn("replicates", file)
            self.assertEqual(file["characteristics/power"].shape, (4, 1))
        self.assertEqual(self.left_behind(), ["s.h5", "s.toml"])

    def test_a_cell_of_the_file_has_the_replicates_of_its_own_run(self):
        self.sweep(SWEEP, "-o", self.folder / "s.h5")
        equipoise("run", self.folder / "s.toml", *QUICK, "--set", "cohort.participants=80", "--set",
                  "therapy.treatment.effect.outcome=0.2", "-o", self.folder / "r.h5")
        with h5py.File(self.folder / "s.h5") as cells, h5py.File(self.folder / "r.h5") as run:
            for name in ("estimate", "se", "df", "p", "rejected", "status"):
                np.testing.assert_array_equal(cells[f"replicates/{name}"][2], run[f"replicates/{name}"][0])

    def test_sensitivity_is_in_the_file(self):
        answer = json.loads(self.sweep(SENSITIVITY, "-o", self.folder / "s.h5", "--format", "json").stdout)
        with h5py.File(self.folder / "s.h5") as file:
            self.assertEqual(file["characteristics/power"].shape, (5 + 16 * 4, 1))
            factor = answer["hypotheses"][0]["factors"][1]
            self.assertEqual(file["sensitivity/total"][0, 1], factor["total"]["value"])
            self.assertEqual(file["sensitivity/power_high"][0, 1], factor["power_high"])
            self.assertEqual(file["cells/cohort.participants"][0], 60)


class Mistakes(SweepCase):
    def test_every_mistake_is_told_and_no_file_left(self):
        result = self.sweep('\n[sweep]\n"groups.icc" = [0.1, 1.5]\n"cohort.participant" = [40]\ncombine = "zipp"\n',
                            "-o", self.folder / "s.h5")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(len(result.stderr.splitlines()), 3, result.stderr)
        result = self.sweep('\n[sweep]\n"groups.icc" = [0.1, 1.5]\n"cohort.participant" = [40]\n',
                            "-o", self.folder / "s.h5")
        self.assertEqual(len(result.stderr.splitlines()), 2, result.stderr)
        self.assertIn("'groups.icc' is 1.5 (it must be at least 0, below 1)", result.stderr)
        self.assertIn("did you mean 'cohort.participants'?", result.stderr)
        self.assertEqual(self.left_behind(), ["s.toml"])

    def test_check_looks_at_the_cells_too(self):
        right = equipoise("check", self.scenario(SWEEP))
        self.assertEqual(right.returncode, 0)
        self.assertIn(", 4 cells in [sweep]", right.stdout)
        wrong = equipoise("check", self.scenario('\n[sweep]\n"groups.icc" = [0.1, 1.5]\n'))
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("'groups.icc' is 1.5", wrong.stderr)

    def test_a_scenario_without_a_sweep(self):
        result = equipoise("sweep", TWO_ARMS)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("there is no [sweep] and no [sensitivity]", result.stderr)


class Interrupted(SweepCase):
    def test_the_cells_that_are_done_stand_in_a_valid_file(self):
        # The first cells are done at once; the last, of 100,000 participants, would take hours.
        file = self.scenario('\n[sweep]\n"cohort.participants" = [40, 60, 100_000]\n')
        with subprocess.Popen([PROGRAM, "sweep", file, "--trials", "5000", "--set", "run.truth_participants=1000",
                               "-o", self.folder / "s.h5", "--threads", "2"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            self.wait_until_nothing_is_written()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted after 2 of 3 cells, which stand in", err)
        self.assertIn("run it again with: equipoise sweep", err)
        self.assertIn("2 of 3 cells", out)
        with h5py.File(self.folder / "s.h5") as results:
            self.assertEqual(results.attrs["complete"], 0)
            np.testing.assert_array_equal(results["cells/trials"], [5000, 5000, 0])
            self.assertTrue(np.isnan(results["characteristics/power"][2, 0]))
        self.assertEqual(self.left_behind(), ["s.h5", "s.toml"])

    def wait_until_nothing_is_written(self):
        """Until the partial file is larger than the replicates of the first two cells, and grows no more."""
        partial = self.folder / "s.h5.partial"
        size, since, deadline = 0, time.monotonic(), time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            now = partial.stat().st_size if partial.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            if size > 200_000 and time.monotonic() - since > 2:
                return
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
