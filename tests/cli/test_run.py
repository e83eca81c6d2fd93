"""equipoise run, run as a user runs it.

Usage: test_run.py PROGRAM SOURCE_FOLDER
"""

import csv
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from program import FOUR_ARMS, InAFolder, PROGRAM, TWO_ARMS, equipoise

try:
    import h5py
except ImportError:
    h5py = None

SMALL = ["--trials", "100", "--set", "run.truth_participants=1000"]

GROUPS = FOUR_ARMS.parent.parent / "lessons/what_groups_do.toml"

SIMULATED = ["power", "harm", "rejection_rate", "power_alone", "truth", "mean_estimate", "bias", "empirical_se", "model_se", "coverage"]


def run(*arguments, folder=None):
    return equipoise("run", *arguments, folder=folder)


def answer(*arguments, folder=None):
    result = run(*arguments, "--format", "json", folder=folder)
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return json.loads(result.stdout)


POWER = FOUR_ARMS.parent.parent / "lessons/what_power_is.toml"


class Harm(unittest.TestCase):
    """An effect with the wrong sign, or arms in the wrong order, is no power."""

    FEW = ["--trials", "400", "--set", "run.truth_participants=1000", "--quiet"]
    HARMFUL = ["--set", "therapy.treatment.effect.outcome=-0.5"]

    def test_is_told_beside_a_power_near_zero(self):
        told = answer(POWER, *self.FEW, *self.HARMFUL)
        for hypothesis in told["hypotheses"]:
            self.assertTrue(hypothesis["wrong_side"])
            self.assertFalse(hypothesis["null_is_true"])
            self.assertLess(hypothesis["power"], 0.01)
            self.assertGreater(hypothesis["harm"], 0.5)
            self.assertEqual(hypothesis["rejection_rate"], hypothesis["power"] + hypothesis["harm"])
        self.assertLess(told["any"]["power"], 0.01)

    def test_is_seen_in_the_table_and_warned_of(self):
        result = run(POWER, *self.FEW, *self.HARMFUL)
        self.assertEqual(result.returncode, 0)
        self.assertIn("For harm", result.stdout)
        self.assertIn("Better outcome, t test ‡", result.stdout)
        self.assertIn("warning: 'Better outcome, t test': the true value of 'Treatment' minus 'Control', -0.5, lies on the worse side",
                      result.stderr)

    def test_swapped_arms_are_warned_of_by_every_command(self):
        text = POWER.read_text(encoding="utf-8")
        swapped = text.replace('compare  = ["Treatment", "Control"]', 'compare  = ["Control", "Treatment"]')
        self.assertNotEqual(text, swapped)
        draws = '\n[assurance]\ndraws = 20\ntrials = 5\n[assurance.prior]\n"therapy.treatment.effect.outcome" = { normal = [0.5, 0.1] }\n'
        cells = '\n[sweep]\n"cohort.participants" = [60, 100]\n'
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for file, more in (("run", ""), ("draws", draws), ("cells", cells)):
                (folder / f"{file}.toml").write_text(swapped + more, encoding="utf-8")
            few = ["--trials", "100", "--quiet"]
            for command in (["run", "run.toml", *few], ["check", "run.toml"], ["size", "run.toml", "--trials", "2000", "--quiet"],
                            ["run", "draws.toml", *few], ["sweep", "cells.toml", *few]):
                told = equipoise(*command, folder=name)
                self.assertIn("lies on the worse side: 'Treatment' does better (higher is better)", told.stderr, command)
        self.assertNotIn("warning", run(POWER, *self.FEW).stderr)

    def test_counts_where_either_direction_is_asked_for(self):
        both = answer(POWER, *self.FEW, *self.HARMFUL, "--set", "hypothesis.1.power_counts=either")
        self.assertEqual(both["hypotheses"][0]["power"], both["hypotheses"][0]["rejection_rate"])
        self.assertLess(both["hypotheses"][1]["power"], 0.01)
        one_sided = run(POWER, *self.FEW, "--set", "testing.sides=1", "--set", "hypothesis.1.power_counts=either")
        self.assertEqual(one_sided.returncode, 2)
        self.assertIn("'either' does not apply to a test in one direction", one_sided.stderr)

    def test_of_no_effect_both_directions_are_the_type_one_error(self):
        told = answer(POWER, "--trials", "4000", "--quiet", "--set", "therapy.treatment.effect.outcome=0")
        for hypothesis in told["hypotheses"]:
            self.assertTrue(hypothesis["null_is_true"])
            self.assertAlmostEqual(hypothesis["rejection_rate"], 0.05, delta=0.02)
            self.assertAlmostEqual(hypothesis["power"], 0.025, delta=0.015)


class Idle(unittest.TestCase):
    def test_a_value_that_changes_nothing_is_warned_of(self):
        few = ["--trials", "50", "--quiet", "--set", "run.truth_participants=1000"]
        told = run(POWER, *few, "--set", "therapy.treatment.effect.score=5", "--set", "therapy.group_treatment.effect.outcome=1")
        self.assertEqual(told.returncode, 0)
        self.assertIn("'therapy.treatment.effect.score' changes nothing in this trial ('score' is not measured)", told.stderr)
        self.assertIn("'therapy.group_treatment.effect.outcome' changes nothing in this trial (no arm has the therapy "
                      "'group_treatment')", told.stderr)
        self.assertNotIn("changes nothing", run(POWER, *few, "--set", "therapy.treatment.effect.outcome=0.4").stderr)
        # Where the arm's therapy is varied, its parameters matter in some cells.
        with tempfile.TemporaryDirectory() as name:
            cells = '\n[override]\n"therapy.group_treatment.effect.outcome" = 1\n[sweep]\n"arm.Treatment.therapy" = ["treatment", "group_treatment"]\n'
            (pathlib.Path(name) / "s.toml").write_text(POWER.read_text(encoding="utf-8") + cells, encoding="utf-8")
            self.assertNotIn("changes nothing", equipoise("sweep", "s.toml", *few, folder=name).stderr)


class Answers(unittest.TestCase):
    def test_json_has_the_documented_members(self):
        told = answer(FOUR_ARMS, *SMALL)
        self.assertEqual(told["title"], "Which therapy first? Four arms, twelve months")
        self.assertEqual((told["seed"], told["trials"], told["complete"]), (20251108, 100, True))
        self.assertGreater(told["seconds"], 0)
        self.assertAlmostEqual(told["trials_per_second"], 100 / told["seconds"])
        self.assertEqual(len(told["hypotheses"]), 3)
        for hypothesis in told["hypotheses"]:
            for name in SIMULATED:
                self.assertIsInstance(hypothesis[name], float, name)
                self.assertGreaterEqual(hypothesis[f"{name}_mcse"], 0, name)
            self.assertEqual(sum(hypothesis["status"].values()), 100)
            self.assertFalse(hypothesis["null_is_true"])
        self.assertGreaterEqual(told["any"]["power"], told["all"]["power"])
        self.assertIn("power_mcse", told["any"])
        self.assertEqual([arm["name"] for arm in told["arms"]], ["CBT", "Mindfulness", "MORE", "Usual care"])
        for arm in told["arms"]:
            self.assertAlmostEqual(arm["enrolled"], 160, delta=1)
            self.assertTrue(0.5 < arm["retention"] < 0.9)
            self.assertEqual(list(arm["endpoints"]), ["pain_severity", "function", "opioid_dose", "opioid_misuse"])
            for endpoint in arm["endpoints"].values():
                self.assertEqual(endpoint["visits"], [0, 3, 6, 9, 12])
                for name in ("mean", "sd", "observed"):
                    self.assertEqual(len(endpoint[name]), 5)
                self.assertEqual(endpoint["observed"][0], 1)
                self.assertEqual(endpoint["observed"][-1], arm["retention"])
            self.assertTrue(all(0 <= share <= 1 for share in arm["endpoints"]["opioid_misuse"]["mean"]))
        usual_care = told["arms"][3]
        self.assertEqual((usual_care["groups"], usual_care["sessions_mean"]), (0, 0))
        self.assertGreater(told["arms"][0]["groups"], 10)
        self.assertIn("therapy.cbt.effect.function", told["assumed_parameters"])

    def test_what_cannot_be_known_is_null_in_json(self):
        result = run(TWO_ARMS, "--trials", "20", "--set", "run.truth_participants=1000", "--set",
                     "dropout.retention=0.001", "--set", "cohort.participants=8", "--format", "json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("gave an estimate in 20 trials (20 too_few): there is no power to tell", result.stderr)
        hypothesis = json.loads(result.stdout)["hypotheses"][0]
        self.assertEqual(hypothesis["status"], {"too_few": 20})
        for name in ("power", "rejection_rate", "harm", "bias"):
            self.assertIsNone(hypothesis[name], name)

    def test_csv_has_a_row_an_analysis(self):
        result = run(GROUPS, *SMALL, "--format", "csv", "--quiet")
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        (told,) = answer(GROUPS, *SMALL)["hypotheses"]
        self.assertEqual([row["analysis"] for row in rows], [told["analysis"], *(a["name"] for a in told["alternatives"])])
        self.assertGreater(len(rows), 1)
        self.assertEqual((rows[1]["power"], rows[0]["power_difference"]), ("NA", "NA"))
        for row, alternative in zip(rows[1:], told["alternatives"]):
            self.assertEqual(float(row["power_alone"]), alternative["power"])
            self.assertEqual(float(row["power_difference_mcse"]), alternative["difference"]["power_mcse"])

    def test_csv_of_single_analyses_has_a_row_a_hypothesis(self):
        result = run(FOUR_ARMS, *SMALL, "--format", "csv", "--quiet")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        told = answer(FOUR_ARMS, *SMALL)
        self.assertEqual([row["hypothesis"] for row in rows], [h["name"] for h in told["hypotheses"]])
        for row, hypothesis in zip(rows, told["hypotheses"]):
            self.assertEqual(float(row["power"]), hypothesis["power"])
            self.assertEqual(float(row["bias_mcse"]), hypothesis["bias_mcse"])
            self.assertEqual((row["trials"], row["ok"]), ("100", "100"))

    def test_the_table_names_everything(self):
        result = run(FOUR_ARMS, *SMALL)
        self.assertEqual(result.returncode, 0)
        for words in ("Which therapy first?", "CBT lowers pain at 12 months", "Power", "Bias", "Coverage", "Usual care",
                      "any of them", "opioid_misuse", "assumptions"):
            self.assertIn(words, result.stdout)

    def test_standard_error_has_no_bar_where_there_is_no_terminal(self):
        self.assertEqual(run(TWO_ARMS, *SMALL).stderr, "")


HYPOTHESIS = """
[[hypothesis]]
name = "{name}"
endpoint = "{endpoint}"
visit = 12
compare = ["Treatment", "Control"]
{more}
"""


def hypothesis(name, endpoint, more):
    return HYPOTHESIS.format(name=name, endpoint=endpoint, more=more)


ODDS = hypothesis("Odds", "response", 'analysis = { method = "logistic", measure = "odds_ratio" }')
ODDS_BY_OTHERS = ODDS + """
[[hypothesis.alternative]]
name = "Risks"
method = "logistic"
measure = "risk_ratio"

[[hypothesis.alternative]]
name = "Odds, adjusted"
method = "logistic"
measure = "odds_ratio"
adjust = ["baseline"]
"""
MEANS = 'analysis = { method = "ancova", adjust = ["baseline"] }'
NOT_WORSE = hypothesis("Not worse", "score", f'test = "noninferiority"\nmargin = 3\n{MEANS}')
THE_SAME = hypothesis("The same", "score", f'test = "equivalence"\nmargin = 30\n{MEANS}')
LOWER = hypothesis("Lower", "score", MEANS)


class Tables(InAFolder):
    """What a reader of the table must not take for something else."""

    def printed(self, hypotheses, *arguments):
        trial, _ = TWO_ARMS.read_text(encoding="utf-8").split("[[hypothesis]]")
        (self.folder / "s.toml").write_text(trial + hypotheses, encoding="utf-8")
        few = SMALL if "--trials" not in arguments else SMALL[2:]
        result = run("s.toml", *few, "--set", "cohort.participants=200", *arguments, folder=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def row(self, text, name):
        (found,) = re.findall(rf"^{name}  .*\n(?:  .*\n)?", text, flags=re.MULTILINE)
        return found

    def test_an_odds_ratio_stands_beside_its_logarithm(self):
        row = self.row(self.printed(ODDS + LOWER), "Odds")
        # 0.45 and 0.30: 81/77 over 3/7, that is 1.909.
        self.assertRegex(row, r"  0\.6\d+ \(0\.0\d+\)  ")
        self.assertIn("bias and SEs of the log odds ratio; odds ratio: true 1.9", row)

    def test_where_scales_are_mixed_every_row_tells_its_own(self):
        text = self.printed(ODDS + LOWER)
        self.assertIn("\n  difference of means\n", self.row(text, "Lower"))
        self.assertNotIn("difference of means", self.printed(LOWER))

    def test_what_is_tested_one_sided_says_so(self):
        text = self.printed(NOT_WORSE + THE_SAME + LOWER)
        self.assertIn("\n  noninferiority (margin 3), one-sided at alpha / 2 = 0.025\n", self.row(text, "Not worse"))
        self.assertIn("\n  equivalence (margin 30), two one-sided tests, each at alpha / 2 = 0.025\n",
                      self.row(text, "The same"))
        self.assertNotIn("sided", self.row(text, "Lower"))
        one = self.printed(NOT_WORSE, "--set", "testing.sides=1", "--set", "testing.alpha=0.025")
        self.assertIn("one-sided at alpha = 0.025", one)
        shared = self.printed(NOT_WORSE + LOWER, "--set", "testing.method=holm")
        self.assertIn("one-sided at half of the hypothesis' part of alpha", shared)

    def test_alternatives_show_their_own_values_and_the_differences(self):
        text = self.printed(ODDS_BY_OTHERS)
        own, differences = text[text.index("Analyses of the same"):].split("Minus the protocol's")
        protocol, risks = self.row(own, r"logistic \(protocol\)"), self.row(own, "Risks")
        told = answer("s.toml", *SMALL, "--set", "cohort.participants=200", folder=self.folder)["hypotheses"][0]
        self.assertIn(f"{100 * told['alternatives'][0]['power']:.0f}.", risks)
        self.assertIn("risk ratio: true 1.5", risks)
        self.assertIn("given covariates", self.row(own, "Odds, adjusted"))
        self.assertNotIn("covariates", protocol)
        self.assertRegex(self.row(differences, "Risks"), r"  -  +-  +- ")  # no difference of two scales

    def test_nothing_is_shown_as_0(self):
        groups = run(GROUPS, *SMALL, "--set", "groups.icc=0", "--set", "therapy.group_treatment.effect.score=0").stdout
        for text in (groups, self.printed(ODDS_BY_OTHERS), self.printed(LOWER, "--set", "therapy.treatment.effect.score=0")):
            self.assertNotRegex(text, r"[+-]?0\.0+ \(0\.0+\)")
            self.assertNotRegex(text, r"-0(\.0+)?\b(?!\.)(?! \()")

    def test_one_is_singular(self):
        text = self.printed(LOWER, "--trials", "1")
        self.assertIn("1 simulated trial of 200 participants, 2 arms, 1 site;", text)
        self.assertRegex(text, r"(?m)^1 trial in ")
        self.assertNotRegex(text, r"\b1 (trials|sites|arms|participants|fits|times)\b")

    def test_a_condition_that_describes_nobody_has_no_assumptions(self):
        self.assertNotIn("assumption", self.printed(LOWER))
        self.assertEqual(answer("s.toml", *SMALL, folder=self.folder)["assumed_parameters"], [])


class Options(unittest.TestCase):
    def test_trials_seed_and_set(self):
        told = answer(TWO_ARMS, *SMALL, "--seed", "9", "--set", "therapy.treatment.effect.outcome=5")
        self.assertEqual((told["seed"], told["trials"]), (9, 100))
        self.assertEqual(told["hypotheses"][0]["power"], 1)
        self.assertAlmostEqual(told["hypotheses"][0]["truth"], 5)

    def test_an_option_wins_over_set(self):
        told = answer(TWO_ARMS, *SMALL, "--set", "run.trials=60", "--set", "seed=4", "--seed", "5")
        self.assertEqual((told["seed"], told["trials"]), (5, 100))

    def test_another_seed_gives_other_numbers_and_the_same_seed_the_same(self):
        one, again, other = (answer(TWO_ARMS, *SMALL, "--seed", seed)["hypotheses"] for seed in ("1", "1", "2"))
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)

    def test_precision_stops_when_it_is_reached(self):
        told = answer(TWO_ARMS, "--precision", "0.012", "--set", "run.truth_participants=1000")
        self.assertTrue(told["complete"])
        self.assertLessEqual(told["hypotheses"][0]["power_mcse"], 0.012)
        self.assertTrue(1000 <= told["trials"] < 2000)

    def test_help_is_an_answer(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("--precision", result.stdout)


class WrongInput(InAFolder):
    def refused(self, *arguments, says):
        result = run(*arguments, "-o", "out.h5", folder=self.folder)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        for words in says:
            self.assertIn(words, result.stderr)
        self.assertEqual(self.left_behind(), [])
        for internal in ("terminate", "what():", "std::", "Assertion"):
            self.assertNotIn(internal, result.stderr)

    def test_a_scenario_that_is_not_there(self):
        self.refused("nowhere.toml", says=["nowhere.toml"])

    def test_wrong_overrides_are_told_together(self):
        self.refused(FOUR_ARMS, "--set", "cohort.participant=5", "--set", "seed=x", "--set", "dropout.retention=7",
                     says=["cohort.participants", "seed", "dropout.retention"])

    def test_numbers_out_of_range(self):
        self.refused(TWO_ARMS, "--trials", "0", says=["--trials"])
        self.refused(TWO_ARMS, "--trials", "-5", says=["--trials"])
        self.refused(TWO_ARMS, "--precision", "0", says=["--precision"])
        self.refused(TWO_ARMS, "--precision", "nan", says=["precision"])
        self.refused(TWO_ARMS, "--threads", "-1", says=["--threads"])
        self.refused(TWO_ARMS, "--trials", "many", says=["--trials"])
        self.refused(TWO_ARMS, "--seed", "1.5", says=["--seed"])

    def test_an_unknown_option_or_format(self):
        self.refused(TWO_ARMS, "--trails", "5", says=["--trails"])
        self.refused(TWO_ARMS, "--format", "xml", says=["--format"])

    def test_no_scenario_at_all(self):
        self.refused(says=["SCENARIO"])

    def test_a_results_file_in_a_folder_that_is_not_there(self):
        result = run(TWO_ARMS, *SMALL, "-o", "missing/out.h5", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("missing/out.h5", result.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_a_results_file_that_is_a_folder(self):
        (self.folder / "out.h5").mkdir()
        result = run(TWO_ARMS, *SMALL, "-o", "out.h5", folder=self.folder)
        self.assertIn(result.returncode, (1, 2))
        self.assertNotEqual(result.stderr, "")
        self.assertEqual(self.left_behind(), ["out.h5"])

    def test_a_results_file_that_is_the_scenario(self):
        scenario = self.folder / "trial.toml"
        shutil.copy(TWO_ARMS, scenario)
        result = run("trial.toml", *SMALL, "-o", "trial.toml", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(scenario.read_bytes(), TWO_ARMS.read_bytes())

    def test_a_results_file_that_is_a_pipe(self):
        os.mkfifo(self.folder / "out.h5")
        result = run(TWO_ARMS, *SMALL, "-o", "out.h5", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertTrue((self.folder / "out.h5").is_fifo())

    def test_a_seed_that_no_number_holds(self):
        self.refused(TWO_ARMS, "--seed", "18446744073709551615", says=["--seed"])

    def test_shares_that_leave_participants_nothing(self):
        # Together with the share of therapists that the condition has.
        self.refused(FOUR_ARMS, "--set", "groups.icc=0.895", says=["groups.icc"])

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs a device that is always full")
    def test_an_answer_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "run", TWO_ARMS, *SMALL], stdout=full, stderr=subprocess.PIPE, text=True,
                                    timeout=60, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("standard output", result.stderr)

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_results_file_where_nobody_may_write(self):
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        result = run(TWO_ARMS, *SMALL, "-o", "out.h5", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("out.h5", result.stderr)


class Precision(unittest.TestCase):
    def test_goes_beyond_the_trials_of_the_scenario(self):
        # 100,000 trials in the file; at a power of 0.8 this precision takes 1.6 times as many.
        told = answer(TWO_ARMS, "--precision", "0.001", "--set", "run.truth_participants=1000")
        self.assertGreater(told["trials"], 100_000)
        self.assertLessEqual(told["hypotheses"][0]["power_mcse"], 0.001)

    def test_that_the_trials_do_not_reach_is_said(self):
        result = run(TWO_ARMS, *SMALL, "--precision", "0.001")
        self.assertEqual(result.returncode, 0)
        self.assertIn("precision", result.stderr)


class ResultsFile(InAFolder):
    def test_is_there_under_its_name_alone(self):
        result = run(TWO_ARMS, *SMALL, "-o", "out.h5", folder=self.folder)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(self.left_behind(), ["out.h5"])
        self.assertIn("out.h5", result.stderr)

    def test_replaces_an_older_one(self):
        for seed in ("1", "2"):
            result = run(TWO_ARMS, *SMALL, "--seed", seed, "-o", "out.h5", folder=self.folder)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.left_behind(), ["out.h5"])

    @unittest.skipUnless(h5py, "h5py is not installed")
    def test_holds_what_was_printed(self):
        result = run(FOUR_ARMS, *SMALL, "-o", "out.h5", "--format", "json", folder=self.folder)
        told = json.loads(result.stdout)
        with h5py.File(self.folder / "out.h5") as file:
            self.assertEqual(file["replicates/estimate"].shape[:3], (1, 100, 3))
            for h, hypothesis in enumerate(told["hypotheses"]):
                self.assertEqual(file["characteristics/power"][0, h], hypothesis["power"])
                self.assertEqual(file["characteristics/power_mcse"][0, h], hypothesis["power_mcse"])
                self.assertAlmostEqual(file["replicates/estimate"][0, :, h].mean(), hypothesis["mean_estimate"])


class Interrupted(InAFolder):
    def interrupt(self, sent):
        """Starts a run that would take hours, interrupts it while its trials run, and waits for its end."""
        arguments = [PROGRAM, "run", TWO_ARMS, "--trials", "2000000000", "--set", "run.truth_participants=1000", "-o",
                     "out.h5"]
        with subprocess.Popen(arguments, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            deadline = time.monotonic() + 60
            partial = self.folder / "out.h5.partial"
            # The file grows once a chunk of trials was written.
            size = None
            while time.monotonic() < deadline:
                now = partial.stat().st_size if partial.exists() else None
                if size is not None and now is not None and now > size:
                    break
                size = now if size is None else size
                time.sleep(0.05)
            process.send_signal(sent)
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def check_shorter_run(self, sent):
        code, out, err = self.interrupt(sent)
        self.assertEqual(code, 1)
        self.assertIn("interrupted after", err)
        self.assertIn("run it again with: equipoise run", err)
        self.assertIn("--trials 2000000000", err)
        self.assertIn("Power", out)  # what is done stands as a shorter run
        self.assertEqual(self.left_behind(), ["out.h5"])

    def test_ctrl_c_leaves_a_valid_file(self):
        self.check_shorter_run(signal.SIGINT)
        if h5py:
            with h5py.File(self.folder / "out.h5") as file:
                trials = file["replicates/estimate"].shape[1]
                self.assertGreater(trials, 0)
                self.assertEqual(list(file["replicate"][:3]), [0, 1, 2])
                self.assertTrue(0.7 < file["characteristics/power"][0, 0] < 0.9)
        if shutil.which("h5dump"):
            result = subprocess.run(["h5dump", "-H", "out.h5"], cwd=self.folder, capture_output=True, timeout=60,
                                    check=False)
            self.assertEqual(result.returncode, 0)

    def test_so_does_a_polite_kill(self):
        self.check_shorter_run(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
