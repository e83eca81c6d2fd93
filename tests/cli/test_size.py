"""equipoise size, run as a user runs it.

Usage: test_size.py PROGRAM SOURCE_FOLDER
"""

import csv
import io
import json
import signal
import subprocess
import sys
import time
import unittest

from program import FOUR_ARMS, InAFolder, PROGRAM, TWO_ARMS, equipoise

try:
    import h5py
except ImportError:
    h5py = None

LESSONS = FOUR_ARMS.parent.parent / "lessons"
HOW_MANY = LESSONS / "how_many.toml"
HOW_SURE = LESSONS / "how_sure.toml"
POWER = LESSONS / "what_power_is.toml"

# Enough for an answer to within a tenth.
ROUGH = ["--precision", "15", "--verify", "1000"]


def size(*arguments, folder=None):
    return equipoise("size", *arguments, folder=folder)


def answer(*arguments):
    result = size(*arguments, "--format", "json")
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return json.loads(result.stdout)


class Answers(unittest.TestCase):
    def test_json_has_the_documented_members(self):
        told = answer(HOW_MANY, *ROUGH)
        self.assertEqual(told["title"], "Lesson 4: how many participants?")
        self.assertEqual(told["seed"], 14)
        self.assertEqual(told["question"], {"goal": "power", "target": 0.9, "for": "Lower score",
                                            "vary": "cohort.participants", "unit": "participants",
                                            "between": told["question"]["between"]})
        self.assertEqual(told["outcome"], "found")
        found = told["answer"]
        self.assertTrue(found["precise"] and found["more_is_better"])
        self.assertLess(found["lower"], found["value"])
        self.assertLess(found["value"], found["upper"])
        self.assertLessEqual(found["upper"] - found["lower"], 31)
        self.assertAlmostEqual(found["value"], 299, delta=40)
        self.assertEqual(found["value"], -(-found["exact"] // 1))
        rounded = told["rounded"]
        self.assertEqual(list(rounded), ["none", "allocation", "blocks", "groups"])
        self.assertEqual(rounded["none"], found["value"])
        self.assertEqual((rounded["allocation"] % 2, rounded["blocks"] % 4, rounded["groups"] % 16), (0, 0, 0))
        self.assertEqual(told["recommended"], rounded["groups"])
        check = told["verification"]
        self.assertEqual((check["value"], check["trials"]), (rounded["groups"], 1000))
        self.assertTrue(check["agrees"])
        self.assertAlmostEqual(check["power"], check["expected"], delta=6 * check["power_mcse"])
        self.assertEqual([arm["name"] for arm in told["arms"]], ["Groups", "Control"])
        for arm in told["arms"]:
            self.assertAlmostEqual(arm["enrolled"], rounded["groups"] / 2)
            self.assertAlmostEqual(arm["seen_at_last_visit"], arm["enrolled"] * arm["retention"])
            self.assertAlmostEqual(arm["retention"], 0.75, delta=0.02)
        self.assertEqual(told["arms"][0]["groups"], rounded["groups"] / 16)
        powers = [point["power"] for point in told["curve"]]
        self.assertEqual(powers, sorted(powers))
        for point in told["curve"]:
            self.assertTrue(0 < point["lower"] < point["power"] < point["upper"] < 1)
        self.assertEqual([check["trials"] for check in told["checks"]], [1000])
        self.assertEqual(told["trials"] + 1000, sum(tried["trials"] for tried in told["tried"]))
        self.assertGreaterEqual(check["together"], 0.9)
        self.assertGreater(told["seconds"], 0)

    def test_any_number_can_be_varied(self):
        effect = answer(HOW_MANY, "--vary", "therapy.group_treatment.effect.score", "--precision", "0.05",
                        "--verify", "1000")
        self.assertAlmostEqual(effect["answer"]["value"], 0.45, delta=0.1)
        self.assertEqual(effect["question"]["unit"], "baseline latent SDs")
        self.assertIsNone(effect["rounded"])
        icc = answer(HOW_MANY, "--vary", "groups.icc", "--between", "0,0.3", "--precision", "0.02", "--verify", "1000",
                     "--set", "cohort.participants=320")
        self.assertFalse(icc["answer"]["more_is_better"])
        self.assertAlmostEqual(icc["answer"]["value"], 0.064, delta=0.04)
        retention = answer(POWER, "--for", "Better outcome, ANCOVA", "--power", "0.7", "--vary", "dropout.retention",
                           "--between", "0.2,1", "--precision", "0.05", "--verify", "1000")
        self.assertAlmostEqual(retention["answer"]["value"], 0.65, delta=0.1)

    def test_a_half_width_is_a_goal_too(self):
        told = answer(POWER, "--for", "Better outcome, ANCOVA", "--half-width", "0.2", "--verify", "500")
        # 2 z 0.8 / sqrt(n) = 0.2
        self.assertAlmostEqual(told["answer"]["value"], 249, delta=4)
        self.assertAlmostEqual(told["verification"]["half_width"], 0.2, delta=0.004)
        self.assertEqual(told["question"]["goal"], "half_width")
        # An option takes the place of the goal that the scenario has.
        self.assertEqual(answer(HOW_MANY, "--half-width", "4", "--verify", "500")["question"]["goal"], "half_width")

    def test_any_and_all_of_several_hypotheses(self):
        one = answer(POWER, "--for", "any", *ROUGH)["answer"]["value"]
        both = answer(POWER, "--for", "all", *ROUGH)["answer"]["value"]
        unnamed = answer(POWER, *ROUGH)
        self.assertLess(one, both)
        self.assertEqual((unnamed["question"]["for"], unnamed["answer"]["value"]), ("all", both))

    def test_what_cannot_be_reached_is_an_answer(self):
        told = answer(POWER, "--for", "any", "--between", "10,40")
        self.assertEqual(told["outcome"], "unreachable")
        self.assertIsNone(told["answer"]["value"])
        self.assertIsNone(told["verification"])
        self.assertLess(told["best"]["power"], 0.9)
        result = size(POWER, "--for", "any", "--between", "10,40")
        self.assertEqual(result.returncode, 0)
        self.assertIn("Not reached by any value from 10 to 40\nThe best seen:", result.stdout)

    def test_what_is_reached_everywhere_is_an_answer(self):
        told = answer(POWER, "--for", "any", "--between", "300,400", "--verify", "500")
        self.assertEqual((told["outcome"], told["answer"]["value"]), ("everywhere", 300))
        self.assertGreater(told["verification"]["power"], 0.9)

    def test_the_seed_is_the_answer_on_any_number_of_threads(self):
        texts = set()
        for threads in ("1", "2", "8"):
            result = size(HOW_MANY, *ROUGH, "--threads", threads, "--seed", "5")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            texts.add(result.stdout)
        self.assertEqual(len(texts), 1)
        self.assertNotIn(size(HOW_MANY, *ROUGH, "--seed", "6").stdout, texts)

    def test_the_verification_is_the_run_that_anybody_can_repeat(self):
        check = answer(HOW_MANY, *ROUGH)["verification"]
        self.assertEqual(check["first_replicate"], 0)
        run = equipoise("run", HOW_MANY, "--trials", "1000", "--set", f"cohort.participants={check['value']:.0f}",
                        "--set", "run.truth_participants=1000", "--format", "json")
        self.assertEqual(json.loads(run.stdout)["hypotheses"][0]["power"], check["power"])

    def test_csv_has_a_line_for_everything(self):
        result = size(HOW_MANY, *ROUGH, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        self.assertEqual(list(rows[0]), ["row", "cohort.participants", "trials", "power", "power_mcse", "lower", "upper"])
        self.assertEqual([row["row"] for row in rows[:2]], ["answer", "verification"])
        self.assertEqual({row["row"] for row in rows}, {"answer", "verification", "curve", "tried"})

    def test_too_few_trials_are_said(self):
        result = size(HOW_MANY, "--precision", "1", "--trials", "3000", "--verify", "500")
        self.assertEqual(result.returncode, 0)
        self.assertIn("the answer is not yet as precise as asked", result.stderr)


class Assurances(InAFolder):
    FEW = ["--set", "assurance.draws=100", "--precision", "15", "--verify", "1000"]

    def test_the_draws_are_in_the_answer(self):
        told = answer(HOW_SURE, *self.FEW)
        self.assertEqual((told["question"]["goal"], told["question"]["target"]), ("assurance", 0.8))
        found, draws = told["answer"], told["draws"]
        # tests/reference/size: 183.4, and 100 draws leave about 40 open on either side.
        self.assertAlmostEqual(found["value"], 184, delta=100)
        self.assertLess(found["lower"], draws["trials_lower"])
        self.assertGreater(found["upper"], draws["trials_upper"])
        self.assertEqual((draws["draws"], draws["effective_draws"], draws["trials_per_draw"]), (100, 100, 10))
        self.assertEqual([driver["key"] for driver in draws["drivers"]], ["therapy.treatment.effect.outcome"])
        self.assertEqual(draws["assurance"], told["verification"]["assurance"])
        self.assertGreater(draws["assurance_mcse"], told["verification"]["assurance_mcse"])
        self.assertGreater(draws["power"], draws["assurance"])
        self.assertTrue(all(tried["trials"] % 100 == 0 for tried in told["tried"]))

    def test_what_is_known_takes_fewer(self):
        known = answer(HOW_SURE, "--power", "0.8", *self.FEW)
        self.assertIsNone(known["draws"])
        self.assertAlmostEqual(known["answer"]["value"], 128, delta=16)

    def test_more_than_there_is_to_be_had_is_out_of_reach(self):
        told = answer(HOW_SURE, "--assurance", "0.999", *self.FEW)
        self.assertEqual((told["outcome"], told["draws"]), ("unreachable", None))
        self.assertLess(told["best"]["assurance"], 0.999)

    def test_the_verification_is_the_run_that_anybody_can_repeat(self):
        told = answer(HOW_SURE, *self.FEW)
        run = equipoise("run", HOW_SURE, "--set", f"cohort.participants={told['recommended']:.0f}", "--trials", "1000",
                        "--set", "assurance.draws=100", "--set", "assurance.trials=10", "--format", "json", "--set",
                        "run.truth_participants=1000", "--set", "assurance.truth_participants=1000")
        self.assertEqual(run.returncode, 0, run.stderr)
        hypothesis = json.loads(run.stdout)["hypotheses"][0]
        for name in ("power", "assurance", "assurance_mcse", "sd_of_power"):
            self.assertEqual(hypothesis[name], told["draws"][name], name)

    def test_the_seed_is_the_answer_on_any_number_of_threads(self):
        texts = {size(HOW_SURE, *self.FEW, "--threads", threads).stdout for threads in ("1", "3")}
        self.assertEqual(len(texts), 1)

    def test_a_parameter_of_the_posterior_keeps_what_is_tried(self):
        uncertain = FOUR_ARMS.parent / "four_arms_assurance.toml"
        key = "therapy.more.effect.pain_severity"
        told = answer(uncertain, "--assurance", "0.5", "--for", "MORE lowers pain at 12 months", "--vary", key,
                      "--between", "0.1,1", "--precision", "0.2", "--verify", "200", "--set", "assurance.draws=20",
                      "--trials", "1000")
        self.assertNotIn(key, [driver["key"] for driver in told["draws"]["drivers"]])
        self.assertTrue(0.1 < told["answer"]["value"] < 1)

    def test_what_is_wrong_is_told_at_once(self):
        result = size(HOW_SURE, "--vary", "therapy.treatment.effect.outcome", "--trials", "1000", "--set",
                      "assurance.draws=500", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("'therapy.treatment.effect.outcome' is varied, and uncertain in [assurance.prior]", result.stderr)
        self.assertIn("1000 trials are too few for 500 draws", result.stderr)

    @unittest.skipIf(h5py is None, "h5py is not there")
    def test_the_file_holds_search_and_draws(self):
        path = self.folder / "size.h5"
        result = size(HOW_SURE, *self.FEW, "--set", "assurance.truth_participants=1000", "--format", "json", "-o", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        told = json.loads(result.stdout)
        self.assertEqual(self.left_behind(), ["size.h5"])
        with h5py.File(path) as file:
            self.assertEqual(file["size"].attrs["goal"], "assurance")
            for name in ("assurance", "assurance_mcse", "sd_of_power", "effective_draws", "trials_lower", "trials_upper"):
                self.assertEqual(file["size"][name][()], told["draws"][name], name)
            self.assertEqual(file["size/lower"][()], told["answer"]["lower"])
            self.assertEqual(file["assurance/assurance"][0], told["draws"]["assurance"])
            self.assertEqual(len(file["cell"]), 101)

    def test_those_lost_beyond_the_scenario_make_it_larger(self):
        told = answer(HOW_SURE, "--power", "0.8", "--lost", "0.2", *self.FEW)
        self.assertEqual(told["lost"], 0.2)
        self.assertEqual(told["inflated"]["none"], -(-told["rounded"]["none"] * 5 // 4))
        self.assertIsNone(answer(HOW_SURE, "--power", "0.8", *self.FEW)["inflated"])


class Mistakes(InAFolder):
    def refused(self, expected, *arguments):
        result = size(*arguments, folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
        self.assertIn(expected, result.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_each_is_told_with_the_nearest_right_thing(self):
        for expected, arguments in [
                ("--for: no hypothesis is named 'Lower scor'; did you mean 'Lower score'?", ["--for", "Lower scor"]),
                ("--power: 'size.power' is 1.5 (it must be above 0, below 1)", ["--power", "1.5"]),
                ("--power: 'size.power' is 0 (it must be above 0, below 1)", ["--power", "0"]),
                ("--half-width: 'size.half_width' is -1 (it must be above 0)", ["--half-width=-1"]),
                ("both size.power and size.half_width are asked for", ["--half-width", "3", "--power", "0.8"]),
                ("--assurance: an assurance is asked for and there is no [assurance]", ["--assurance", "0.8"]),
                ("--lost: 'groups.icc' is varied (only a number of participants is made larger",
                 ["--vary", "groups.icc", "--lost", "0.1"]),
                ("--lost: 'size.lost' is 1 (it must be 0 to 0.9)", ["--lost", "1"]),
                ("--between: the range goes from 100 to 50", ["--between", "100,50"]),
                ("--between: 'cohort.participants' cannot be 10.5 (it must be a whole number)", ["--between", "10.5,20"]),
                ("--between: 'cohort.participants' cannot be 1 (it must be 2 to 1000000)", ["--between", "1,50"]),
                ("2 participants do not fill one block of 4", ["--between", "2,50"]),
                ("'schedule.visits' is no number (it is: list: number)", ["--vary", "schedule.visits"]),
                ("'cohort' is no number (it is a section)", ["--vary", "cohort"]),
                ("'run.trials' is no part of the trial", ["--vary", "run.trials"]),
                ("'endpoint.score.kind' is no number (it is a string)", ["--vary", "endpoint.score.kind"]),
                ("did you mean 'cohort.participants'?", ["--vary", "cohort.particpants"]),
                ("did you mean 'therapy.treatment.effect.score'?", ["--vary", "therapy.treatment.efect.score"]),
                ("did you mean 'arm.Groups.allocation'?", ["--vary", "arm.Group.allocation"]),
                ("it is not known between which values to vary 'dropout.unseen'", ["--vary", "dropout.unseen"]),
                ("--precision: 'size.precision' is 0 (it must be above 0)", ["--precision", "0"]),
                ("--trials: 'size.trials' is 5 trials", ["--trials", "5"]),
                ("--verify: 'size.verify' is 5 trials", ["--verify", "5"]),
                ("--round: 'size.round' is 'block', which is not known; did you mean 'blocks'?", ["--round", "block"]),
                ("that names no file", ["-o", ""]),
        ]:
            with self.subTest(arguments=arguments):
                self.refused(expected, HOW_MANY, *arguments)

    def test_a_half_width_is_that_of_one_hypothesis(self):
        self.refused("a half-width is that of one hypothesis' estimate (the scenario has 2 hypotheses)", POWER,
                     "--half-width", "3")
        self.refused("a half-width is that of one hypothesis' estimate", POWER, "--half-width", "3", "--for", "any")

    def test_all_are_told_at_once_and_by_check_too(self):
        text = HOW_MANY.read_text(encoding="utf-8")
        wrong = self.folder / "wrong.toml"
        wrong.write_text(text.replace('for   = "Lower score"', 'for   = "Lower scores"').replace(
            '"cohort.participants" ', '"cohort.sits" ').replace("power = 0.9", "pwer = 0.9"), encoding="utf-8")
        for command in ("size", "check"):
            result = equipoise(command, wrong)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(len(result.stderr.splitlines()), 3, result.stderr)
            self.assertIn("did you mean 'Lower score'?", result.stderr)
            self.assertIn("did you mean 'cohort.sites'?", result.stderr)
            self.assertIn("unknown key 'size.pwer'", result.stderr)


@unittest.skipIf(h5py is None, "h5py is not there")
class File(InAFolder):
    def test_holds_the_search_and_the_verification(self):
        path = self.folder / "size.h5"
        result = size(HOW_MANY, *ROUGH, "--set", "run.truth_participants=2000", "--format", "json", "-o", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        told = json.loads(result.stdout)
        self.assertEqual(self.left_behind(), ["size.h5"])
        with h5py.File(path) as file:
            group = file["size"]
            self.assertEqual((group.attrs["vary"], group.attrs["goal"], group.attrs["for"], group.attrs["outcome"]),
                             ("cohort.participants", "power", "Lower score", "found"))
            for name in ("value", "exact", "lower", "upper"):
                self.assertEqual(group["answer" if name == "value" else name][()], told["answer"][name])
            self.assertEqual(group["recommended"][()], told["recommended"])
            self.assertEqual(group["target"][()], 0.9)
            self.assertEqual(group["trials"][()].sum(), told["trials"] + sum(check["trials"] for check in told["checks"]))
            self.assertEqual(len(group["tried"]), told["batches"] + len(told["checks"]))
            self.assertGreaterEqual(group["first_replicate"][0], 2**62)
            self.assertEqual(group["first_replicate"][-1], 0)
            self.assertEqual(list(group["curve_at"]), [point["value"] for point in told["curve"]])
            self.assertEqual(list(group["fitted"]), [point["power"] for point in told["curve"]])
            self.assertEqual(file.attrs["trials"], 1000)
            self.assertEqual(file["characteristics/power"][0, 0], told["verification"]["power"])
            self.assertEqual(file["design"].attrs["participants"], told["recommended"])
            self.assertIn("bias", file["characteristics"])

    def test_where_nothing_is_enough_it_holds_the_largest(self):
        path = self.folder / "size.h5"
        result = size(POWER, "--for", "any", "--between", "10,40", "--verify", "500", "--set",
                      "run.truth_participants=2000", "-o", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        with h5py.File(path) as file:
            self.assertEqual(file["size"].attrs["outcome"], "unreachable")
            self.assertEqual(file["design"].attrs["participants"], 40)

    def test_an_interrupted_search_leaves_none(self):
        path = self.folder / "size.h5"
        with subprocess.Popen([PROGRAM, "size", FOUR_ARMS, "--precision", "0.5", "-o", path], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            time.sleep(3)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, output), (1, ""))
        self.assertIn("interrupted", errors)
        self.assertEqual(self.left_behind(), [])


class ThreeLines(unittest.TestCase):
    def test_no_verification_speaks_against_the_number(self):
        for seed in range(1, 4):
            told = answer(TWO_ARMS, "--power", "0.8", "--seed", str(seed))
            found, check = told["answer"], told["verification"]
            # The noncentral t needs 127.5: to 2 people either way, and no number whose own trials are too few.
            self.assertAlmostEqual(found["value"], 128, delta=4)
            self.assertLessEqual(found["precision"], 2)
            self.assertGreater(check["power"] + 1.96 * check["power_mcse"], 0.8)
            self.assertGreaterEqual(check["together"], 0.8)

    def test_a_scenario_needs_no_size_table(self):
        told = answer(TWO_ARMS, "--power", "0.8", *ROUGH)
        self.assertAlmostEqual(told["answer"]["value"], 128, delta=16)
        self.assertNotIn(told["question"]["for"], ("any", "all"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
