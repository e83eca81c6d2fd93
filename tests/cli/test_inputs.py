"""What passes into a scenario, and what the program says of slips: run as a user runs it.

Usage: test_inputs.py PROGRAM SOURCE_FOLDER
"""

import json
import sys
import time
import unittest

from program import FOUR_ARMS, InAFolder, SOURCE, TWO_ARMS, equipoise

MORE = SOURCE / "scenarios/opioid_treated_pain/more_2022.toml"
SMALL = ["--trials", "20", "--set", "run.truth_participants=1000", "--quiet"]


def checked(*arguments, folder=None):
    return equipoise("check", *arguments, folder=folder)


class Margin(InAFolder):
    def test_superiority_has_none(self):
        margin = ["--set", "hypothesis.1.margin=0.3"]
        result = checked(TWO_ARMS, *margin)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("superiority has no margin", result.stderr)
        self.assertIn('test = "superiority_by_margin"', result.stderr)
        by_margin = checked(TWO_ARMS, *margin, "--set", "hypothesis.1.test=superiority_by_margin")
        self.assertEqual((by_margin.returncode, by_margin.stderr), (0, ""))

    def test_analyze_asks_for_the_word_too(self):
        data = self.folder / "d.csv"
        rows = [f"{arm}{i},{arm},{(i % 3) + (arm == 'b')}" for arm in "ab" for i in range(9)]
        data.write_text("id,arm,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
        words = ["analyze", data, "--method", "mean_difference", "--value", "y", "--participant", "id", "--arm", "arm",
                 "--compare", "b,a", "--better", "higher", "--margin", "0.2"]
        refused = equipoise(*words)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("superiority has no margin", refused.stderr)
        self.assertEqual(equipoise(*words, "--test", "superiority_by_margin").returncode, 0)


class Weeks(unittest.TestCase):
    # 52 weeks are 364 days.
    WEEKS = ["--set", "schedule.unit=weeks", "--set", "schedule.visits=[26,52]", "--set", "hypothesis.1.visit=52"]

    def test_the_tables_and_the_data_speak_of_weeks(self):
        table = equipoise("run", TWO_ARMS, *SMALL, *self.WEEKS)
        self.assertEqual((table.returncode, table.stderr), (0, ""))
        header = [line.split() for line in table.stdout.splitlines() if line.startswith("Week")]
        self.assertEqual(header, [["Week", "0", "26", "52"]])
        told = json.loads(equipoise("run", TWO_ARMS, *SMALL, *self.WEEKS, "--format", "json").stdout)
        self.assertEqual(told["visit_unit"], "weeks")
        self.assertEqual(told["arms"][0]["endpoints"]["outcome"]["visits"], [0, 26, 52])
        data = equipoise("simulate", TWO_ARMS, *self.WEEKS).stdout.splitlines()
        self.assertIn(",week,", data[0])
        self.assertEqual(data[3].split(",")[7], "52")
        self.assertIn("seen at baseline and week 26 and 52", checked(TWO_ARMS, *self.WEEKS).stdout)

    def test_they_are_months_of_365_25_days_by_twelve(self):
        month = 7 / (365.25 / 12)
        months = ["--set", f"schedule.visits=[{26 * month!r},{52 * month!r}]", "--set", f"hypothesis.1.visit={52 * month!r}"]
        weeks, same = (json.loads(equipoise("run", TWO_ARMS, *SMALL, *words, "--format", "json").stdout)["hypotheses"][0]
                       for words in (self.WEEKS, months))
        self.assertAlmostEqual(weeks["mean_estimate"], same["mean_estimate"], places=12)
        self.assertEqual(weeks["power"], same["power"])

    def test_months_that_look_like_weeks_are_told_and_run(self):
        looks = ["--set", "schedule.visits=[4,8,12,24,52]", "--set", "hypothesis.1.visit=52"]
        for words in (["check", TWO_ARMS], ["run", TWO_ARMS, *SMALL], ["simulate", TWO_ARMS]):
            result = equipoise(*words, *looks)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("equipoise: warning: --set schedule.visits: the last visit is at month 52, 4.3 years on", result.stderr)
            self.assertIn('unit = "weeks"', result.stderr)
        told = json.loads(equipoise("run", TWO_ARMS, *SMALL, *looks, "--format", "json").stdout)
        self.assertEqual(len(told["warnings"]), 1)


class Fits(unittest.TestCase):
    NOBODY_MISUSES = ["--set", "profile.misusing.course.opioid_misuse.change=1e6"]

    def test_a_run_that_rests_on_fallbacks_alone_is_told(self):
        result = equipoise("run", MORE, *SMALL, *self.NOBODY_MISUSES)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"warning: 100\.0 % of the fits of '.*misuse.*' failed \(20 separated\) and 0 trials have no estimate")
        # Proportions of all and all have a difference, and no error.
        self.assertIn("has the standard error 0: its endpoint does not vary", result.stderr)

    def test_a_run_without_a_usable_fit_has_no_power(self):
        alone = 'hypothesis.1.analysis={method="logistic", measure="odds_ratio", se="model"}'
        result = equipoise("run", MORE, *SMALL, *self.NOBODY_MISUSES, "--set", alone)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"no fit of '.*misuse.*' gave an estimate in 20 trials \(20 \w+\): there is no power to tell")
        row = [line for line in result.stdout.splitlines() if line.startswith("Fewer misuse")][0]
        self.assertRegex(row, r"^Fewer misuse opioids at 9 months +- ")

    def test_many_failed_fits_are_told(self):
        words = ["run", SOURCE / "scenarios/validation/two_proportions.toml", "--trials", "200", "--set", "run.truth_participants=1000",
                 "--quiet", "--set", "cohort.participants=12", "--set",
                 'hypothesis.1.analysis={method="logistic", measure="odds_ratio", se="model"}']
        result = equipoise(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"warning: [\d.]+ % of the fits of '.*' failed \(\d+ separated")


class Enrolment(unittest.TestCase):
    def test_a_rate_beyond_any_trial_is_refused_and_no_nan_is_shown(self):
        refused = checked(FOUR_ARMS, "--set", "cohort.enrolment_rate=1e-308")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("it must be 0.01 to 1000000", refused.stderr)
        slow = equipoise("run", FOUR_ARMS, *SMALL, "--set", "cohort.enrolment_rate=0.01")
        self.assertEqual(slow.returncode, 0, slow.stderr)
        self.assertIn("years to enrol", slow.stderr)
        self.assertNotIn("nan", slow.stdout.replace("dominance", ""))


class Adjust(unittest.TestCase):
    def test_extremes_are_answered_in_seconds(self):
        for words in (["--p", "0.01,0.02,0.03", "--df", "1e308"], ["--p", "0.01,0.02,0.03", "--df", "1e50"],
                      ["--p", "0,1,1e-320"], ["--p", "0,1,1e-320", "--df", "3"], ["--p", "0.01,0.02", "--correlation", "1"],
                      ["--p", "0.01,0.02", "--correlation=-1"], ["--p", "0.01,0.02,0.5", "--df", "1e-300"],
                      ["--p", ",".join(["0.01"] * 64), "--df", "20"]):
            for method in ("dunnett", "dunnett_step_down"):
                started = time.monotonic()
                result = equipoise("adjust", "--method", method, *words)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertNotIn("nan", result.stdout)
                self.assertLess(time.monotonic() - started, 60, words)

    def test_what_would_take_minutes_is_refused(self):
        rows = [["1" if i == j else "0.5" if (i + j) % 3 else "0.4" for j in range(16)] for i in range(16)]
        result = equipoise("adjust", "--method", "dunnett", "--p", ",".join(["0.01"] * 16), "--df", "20", "--correlation",
                           ";".join(",".join(row) for row in rows))
        self.assertEqual(result.returncode, 2)
        self.assertIn("more than 10 t statistics takes minutes", result.stderr)


class Slips(InAFolder):
    def test_a_command_of_another_name_is_told_its_own(self):
        for word, remedy in (("power", "equipoise run SCENARIO"), ("samplesize", "equipoise size SCENARIO"),
                             ("help", "equipoise --help"), ("validate", "equipoise check SCENARIO"), ("x.toml", "equipoise run x.toml")):
            result = equipoise(word, "s.toml")
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(remedy, result.stderr)

    def test_an_option_that_is_a_key_is_told_as_one(self):
        for words, remedy in ((["simulate", TWO_ARMS, "--n", "10"], "--set cohort.participants=…"),
                              (["run", TWO_ARMS, "--alpha", "0.05"], "--set testing.alpha=…"),
                              (["run", TWO_ARMS, "--icc", "0.05"], "--set groups.icc=…"),
                              (["run", TWO_ARMS, "--nsim", "5"], "--set run.trials=…")):
            result = equipoise(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn(remedy, result.stderr)

    def test_per_cent_is_told_as_a_share(self):
        result = equipoise("size", TWO_ARMS, "--power", "80")
        self.assertEqual(result.returncode, 2)
        self.assertIn("write 0.8 for 80 %", result.stderr)

    def test_nothing_is_nested_without_end(self):
        deep = self.folder / "s.toml"
        for text in ("a." * 8000 + "a = 1", "a = " + "[" * 8000, "a = " + "{a=" * 8000, "[" + "a." * 8000 + "a]"):
            deep.write_text(text + "\n", encoding="utf-8")
            result = checked("s.toml", folder=self.folder)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertRegex(result.stderr, r"^s\.toml:1:\d+: .* more than 32 ")
        for key in ("a." * 8000 + "a=1", "seed=" + "[" * 8000):
            self.assertEqual(checked(TWO_ARMS, "--set", key).returncode, 2)

    def test_no_escape_sequence_reaches_the_terminal(self):
        result = checked(TWO_ARMS, "--set", "title=a\x1b[31mb", "--set", "cohort.\x1b[31m=1")
        self.assertEqual(result.returncode, 2)
        self.assertNotIn("\x1b", result.stderr)
        self.assertIn("U+001B", result.stderr)


class Sweeps(InAFolder):
    def test_a_loss_that_looks_at_values_may_begin_at_none(self):
        scenario = (SOURCE / "scenarios/opioid_treated_pain/more_2022.toml").read_text(encoding="utf-8")
        (self.folder / "s.toml").write_text(scenario + '\n[sweep]\n"dropout.unseen" = [0.0, 0.5]\n"dropout.last_seen" = [0.0]\n',
                                            encoding="utf-8")
        result = checked("s.toml", folder=self.folder)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("2 cells in [sweep]", result.stdout)


class Folders(InAFolder):
    def test_draws_that_are_impossible_together_are_told(self):
        folder = self.folder / "mine"
        folder.mkdir()
        parameters = (SOURCE / "models/textbook/parameters.toml").read_text(encoding="utf-8")
        (folder / "parameters.toml").write_text(parameters, encoding="utf-8")
        (folder / "posterior.toml").write_text('"clusters.group" = [0.1, 0.6]\n"clusters.therapist" = [0.1, 0.6]\n', encoding="utf-8")
        result = checked(folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("the numbers in place 2 of all lists: group and therapist take 1.2 of the variance", result.stderr)
        self.assertNotIn("place 1 of", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
