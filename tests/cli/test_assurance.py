"""equipoise run of a scenario with an [assurance], run as a user runs it.

Usage: test_assurance.py PROGRAM SOURCE_FOLDER
"""

import csv
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

from program import PROGRAM, SECONDS, SOURCE, TWO_ARMS, InAFolder, equipoise

QUICK = ["--trials", "200", "--set", "run.truth_participants=1000", "--set", "assurance.truth_participants=1000",
         "--quiet"]
EFFECT = "therapy.treatment.effect.outcome"
LEVEL = "endpoint.outcome.level"
ASSURANCE = f"""
[assurance]
draws = 40
trials = 20
[assurance.prior]
"{EFFECT}" = {{ normal = [0.5, 0.25] }}
"cohort.participants" = {{ min = 100, max = 140 }}
"""
# Not what anybody measured: ten rows, the first of which the chain stood at three times.
POSTERIOR = f"""
"{EFFECT}" = [0.1, 0.1, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
"{LEVEL}" = [0.5, 0.5, 0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57]
"""
QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95]


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class AssuranceCase(InAFolder):
    def scenario(self, more, condition="textbook"):
        text = TWO_ARMS.read_text(encoding="utf-8").replace('"textbook"', f'"{condition}"')
        file = self.folder / "s.toml"
        file.write_text(text + more, encoding="utf-8")
        return file

    def run_it(self, more, *arguments):
        return equipoise("run", self.scenario(more), *QUICK, *arguments)

    def calibrated_condition(self):
        """A folder of its own with the textbook condition and a posterior."""
        folder = self.folder / "mine"
        folder.mkdir()
        shutil.copy(SOURCE / "models/textbook/parameters.toml", folder)
        (folder / "posterior.toml").write_text(POSTERIOR, encoding="utf-8")


class Answers(AssuranceCase):
    def test_json_has_its_members(self):
        result = self.run_it(ASSURANCE, "--format", "json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        answer = json.loads(result.stdout)
        self.assertEqual((answer["draws"], answer["effective_draws"], answer["trials_per_draw"], answer["complete"]),
                         (40, 40, 20, True))
        (hypothesis,) = answer["hypotheses"]
        self.assertLess(hypothesis["assurance"], hypothesis["power"])
        self.assertGreater(hypothesis["assurance_mcse"], 0)
        self.assertGreater(hypothesis["sd_of_power"], 0.1)
        self.assertEqual([q["probability"] for q in hypothesis["quantiles_of_power"]], QUANTILES)
        powers = [q["power"] for q in hypothesis["quantiles_of_power"]]
        self.assertEqual(powers, sorted(powers))
        effect, participants = hypothesis["drivers"]
        self.assertEqual((effect["key"], effect["from"]), (EFFECT, "{ normal = [0.5, 0.25] }"))
        self.assertEqual(participants["key"], "cohort.participants")
        self.assertGreater(effect["share"], 0.6)
        self.assertGreater(effect["change"], 0.1)
        self.assertLess(participants["share"], effect["share"])

    def test_the_planned_power_is_that_of_a_run_without_it(self):
        of = json.loads(self.run_it(ASSURANCE, "--format", "json").stdout)["hypotheses"][0]
        plain = equipoise("run", TWO_ARMS, "--trials", "200", "--set", "run.truth_participants=1000", "--quiet",
                          "--format", "json")
        (hypothesis,) = json.loads(plain.stdout)["hypotheses"]
        self.assertEqual((of["power"], of["power_mcse"]), (hypothesis["power"], hypothesis["power_mcse"]))

    def test_csv_has_a_line_a_hypothesis_and_key(self):
        lines = rows(self.run_it(ASSURANCE, "--format", "csv").stdout)
        of = json.loads(self.run_it(ASSURANCE, "--format", "json").stdout)["hypotheses"][0]
        self.assertEqual([line["key"] for line in lines], [EFFECT, "cohort.participants"])
        for line, driver in zip(lines, of["drivers"]):
            self.assertEqual(line["hypothesis"], of["name"])
            self.assertEqual(line["from"], driver["from"])
            for name in ("power", "power_mcse", "assurance", "assurance_mcse", "sd_of_power"):
                self.assertEqual(float(line[name]), of[name], name)
            for name in ("share", "share_by_chance", "change"):
                self.assertEqual(float(line[name]), driver[name], name)
            self.assertEqual([float(line[f"power_{round(100 * q)}"]) for q in QUANTILES],
                             [q["power"] for q in of["quantiles_of_power"]])

    def test_the_table_tells_what_drives_it(self):
        text = self.run_it(ASSURANCE).stdout
        self.assertIn("Assurance: 40 draws of 2 keys, 20 trials each", text)
        self.assertRegex(text, re.compile(rf"^{re.escape(EFFECT)} +\d+\.\d % +\+\d+\.\d points", re.MULTILINE))
        self.assertIn("What one other key explains is not told from chance.", text)
        self.assertNotIn("repeats", text)

    def test_one_trial_a_draw_tells_no_spread(self):
        once = ASSURANCE.replace("trials = 20", "trials = 1")
        (hypothesis,) = json.loads(self.run_it(once, "--format", "json").stdout)["hypotheses"]
        self.assertIsNone(hypothesis["sd_of_power"])
        self.assertIsNone(hypothesis["drivers"][0]["share"])
        self.assertIsNone(hypothesis["quantiles_of_power"][2]["power"])
        self.assertGreater(hypothesis["assurance"], 0)
        self.assertIn("No key explains more than chance may.", self.run_it(once).stdout)

    def test_any_number_of_threads_prints_the_same(self):
        one, two = (self.run_it(ASSURANCE, "--format", "csv", "--threads", n).stdout for n in "12")
        self.assertTrue(one)
        self.assertEqual(one, two)

    def test_a_posterior_is_drawn_and_its_repeats_are_counted(self):
        self.calibrated_condition()
        file = self.scenario("\n[assurance]\ndraws = 10\ntrials = 20\n", "mine")
        answer = json.loads(equipoise("run", file, *QUICK, "--format", "json").stdout)
        self.assertEqual([d["key"] for d in answer["hypotheses"][0]["drivers"]], [EFFECT, LEVEL])
        self.assertEqual(answer["hypotheses"][0]["drivers"][0]["from"], "posterior")
        self.assertAlmostEqual(answer["effective_draws"], 100 / 16, places=12)
        self.assertIn("tell as much as 6 independent ones", equipoise("run", file, *QUICK).stdout)
        fixed = equipoise("run", file, *QUICK, "--set", f"assurance.fixed=[\"{LEVEL}\"]", "--format", "json")
        self.assertEqual([d["key"] for d in json.loads(fixed.stdout)["hypotheses"][0]["drivers"]], [EFFECT])
        given = equipoise("run", file, *QUICK, "--set", f"{EFFECT}=0.4", "--format", "json")
        self.assertEqual([d["key"] for d in json.loads(given.stdout)["hypotheses"][0]["drivers"]], [LEVEL])


class Files(AssuranceCase):
    def test_it_is_in_the_file(self):
        answer = json.loads(self.run_it(ASSURANCE, "-o", self.folder / "r.h5", "--format", "json").stdout)
        (of,) = answer["hypotheses"]
        with h5py.File(self.folder / "r.h5") as file:
            group = file["assurance"]
            self.assertEqual(file.attrs["complete"], 1)
            self.assertNotIn("replicates", file)
            self.assertEqual([key.decode() for key in group["uncertain_key"][()]], [d["key"] for d in of["drivers"]])
            np.testing.assert_array_equal(group["probability"], QUANTILES)
            for name in ("assurance", "assurance_mcse", "power", "power_mcse", "sd_of_power", "sd_of_power_mcse"):
                self.assertEqual(group[name][0], of[name], name)
                self.assertEqual(self.dimensions(group[name]), ["hypothesis"])
            np.testing.assert_array_equal(group["quantile_of_power"][0], [q["power"] for q in of["quantiles_of_power"]])
            np.testing.assert_array_equal(group["quantile_of_power_mcse"][0],
                                          [q["power_mcse"] for q in of["quantiles_of_power"]])
            self.assertTrue((group["quantile_of_power_mcse"][0] > 0).all())
            for name in ("quantile_of_power", "quantile_of_power_mcse"):
                self.assertEqual(self.dimensions(group[name]), ["hypothesis", "probability"])
            self.assertEqual(group["effective_draws"][()], 40)
            for name in ("share", "share_by_chance", "change"):
                np.testing.assert_array_equal(group[f"driver_{name}"][0], [d[name] for d in of["drivers"]])
                self.assertEqual(self.dimensions(group[f"driver_{name}"]), ["hypothesis", "uncertain_key"])
            # A cell as planned, then a cell a draw.
            np.testing.assert_array_equal(file["cells/trials"], [200] + [20] * 40)
            np.testing.assert_array_equal(file["cells/first_replicate"], [0] + [200 + 20 * d for d in range(40)])
            self.assertEqual(file[f"cells/{EFFECT}"][0], 0.5)
            self.assertEqual(file["cells/cohort.participants"][0], 128)
            powers = file["characteristics/power"][:, 0]
            self.assertEqual(powers[0], of["power"])
            self.assertAlmostEqual(powers[1:].mean(), of["assurance"], places=12)
            self.assertAlmostEqual(powers[1:].std(ddof=1) / 40 ** 0.5, of["assurance_mcse"], places=12)
            noise = (powers[1:] * (1 - powers[1:])).mean() / 19
            self.assertAlmostEqual((powers[1:].var(ddof=1) - noise) ** 0.5, of["sd_of_power"], places=12)
        self.assertEqual(self.left_behind(), ["r.h5", "s.toml"])

    def dimensions(self, dataset):
        return [dataset.dims[d].keys()[0] or dataset.dims[d][0].name.rsplit("/", 1)[-1] for d in range(dataset.ndim)]


class Mistakes(AssuranceCase):
    def test_every_mistake_is_told_and_no_file_left(self):
        wrong = ('\n[assurance]\nfixed = ["endpoint.outcome.level"]\n[assurance.prior]\n"groups.icc" = { beta = [3] }\n'
                 '"cohort.participant" = { min = 100, max = 140 }\n')
        result = self.run_it(wrong, "-o", self.folder / "r.h5")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(len(result.stderr.splitlines()), 3, result.stderr)
        self.assertIn("the condition has no posterior.toml", result.stderr)
        self.assertIn("did you mean 'cohort.participants'?", result.stderr)
        self.assertEqual(self.left_behind(), ["s.toml"])
        for more, said in (("draws = 0", "it must be 1 to 9999"), ("draw = 100", "did you mean 'draws'?"),
                           ("draws = 100", "leaves nothing uncertain")):
            result = self.run_it(f"\n[assurance]\n{more}\n")
            self.assertEqual((result.returncode, result.stdout), (2, ""), more)
            self.assertIn(said, result.stderr)

    def test_a_draw_that_makes_no_trial_is_told(self):
        result = self.run_it('\n[assurance]\n[assurance.prior]\n"cohort.participants" = { normal = [128, 100] }\n',
                             "-o", self.folder / "r.h5")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("'cohort.participants' is -", result.stderr)
        self.assertEqual(self.left_behind(), ["s.toml"])

    def test_check_looks_at_the_draws(self):
        right = equipoise("check", self.scenario(ASSURANCE))
        self.assertEqual(right.returncode, 0, right.stderr)
        self.assertIn(", 40 draws of 2 keys in [assurance]", right.stdout)
        wrong = equipoise("check", self.scenario(ASSURANCE.replace("min = 100", "min = -100")))
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("'cohort.participants' is -", wrong.stderr)

    def test_check_looks_at_a_posterior(self):
        self.calibrated_condition()
        self.assertEqual(equipoise("check", self.folder / "mine").returncode, 0)
        (self.folder / "mine/posterior.toml").write_text(POSTERIOR.replace("outcome.level", "outcome.levle"),
                                                         encoding="utf-8")
        wrong = equipoise("check", self.folder / "mine")
        self.assertEqual(wrong.returncode, 2)
        self.assertRegex(wrong.stderr, r"posterior\.toml:3:1: 'endpoint\.outcome\.levle' .* did you mean")


class Interrupted(AssuranceCase):
    def test_the_draws_that_are_done_are_a_shorter_study(self):
        file = self.scenario(ASSURANCE.replace("draws = 40", "draws = 9000").replace("trials = 20", "trials = 50"))
        with subprocess.Popen([PROGRAM, "run", file, *QUICK, "-o", self.folder / "r.h5", "--format", "json"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + SECONDS
            while not (self.folder / "r.h5.partial").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(3)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1)
        if "before enough draws" in err:  # a machine that is very busy
            self.assertEqual((out, self.left_behind()), ("", ["s.toml"]))
            return
        self.assertRegex(err, r"interrupted after [\d,]+ of 9,000 draws")
        answer = json.loads(out)
        self.assertFalse(answer["complete"])
        with h5py.File(self.folder / "r.h5") as results:
            self.assertEqual(results.attrs["complete"], 0)
            self.assertEqual(int((results["cells/trials"][1:] > 0).sum()), answer["draws"])
            self.assertEqual(results["assurance/assurance"][0], answer["hypotheses"][0]["assurance"])
            self.assertEqual(results["assurance/effective_draws"][()], answer["effective_draws"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
