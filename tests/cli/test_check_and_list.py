"""equipoise check and equipoise list, run as a user runs them.

Usage: test_check_and_list.py PROGRAM SOURCE_FOLDER
"""

import os
import pathlib
import sys
import tempfile
import unittest

from program import SOURCE, equipoise

FILES = pathlib.Path(__file__).resolve().parent / "files"


class Check(unittest.TestCase):
    def test_tells_every_mistake_at_its_place(self):
        result = equipoise("check", "six_mistakes.toml", folder=FILES)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, "")
        expected = [
            "six_mistakes.toml:5:16: 'low_bak' is no profile of opioid_treated_pain; did you mean 'low_back'?",
            "six_mistakes.toml:7:1: unknown key 'cohort.particpants'; did you mean 'participants'?",
            "six_mistakes.toml:8:16: 'cohort.sites' is 0 sites (it must be 1 to 65535)",
            "six_mistakes.toml:23:12: 'pain_severty' is no endpoint of opioid_treated_pain; "
            "did you mean 'pain_severity'?",
            "six_mistakes.toml:24:12: no visit is scheduled at month 9; the nearest is at month 6",
            "six_mistakes.toml:25:20: no arm is named 'Usual car'; did you mean 'Usual care'?",
        ]
        self.assertEqual(result.stderr.splitlines(), expected)

    def test_tells_mistakes_of_every_study_beside_those_of_the_trial(self):
        scenario = (SOURCE / "scenarios/opioid_treated_pain/more_2022.toml").read_text(encoding="utf-8")
        self.assertIn('profile ', scenario)
        studies = """
[sweep]
"groups.icc" = [0.1, 1.5]
"groups.icx" = []

[sensitivity]
"dropout.retention" = { normal = [0.8, 0.5] }

[assurance]
draws = 0

[assurance.prior]
"groups.icc" = { normal = [0.1, -1] }

[size]
between = [300, 200]
for = "Nobody"
"""
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "s.toml").write_text(scenario.replace("profile ", "profle ") + studies, encoding="utf-8")
            result = equipoise("check", "s.toml", folder=name)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        lines = result.stderr.splitlines()
        for part in ["unknown key 'cohort.profle'", "'cohort.profile' is missing", "'groups.icc' is 1.5", "'groups.icx' in [sweep] lists no value",
                     "draws values of 'dropout.retention' that cannot be", "there is a [sweep] and a [sensitivity]",
                     "'assurance.draws' is 0", "the SD of a normal distribution must be above 0", "goes from 300 to 200",
                     "no hypothesis is named 'Nobody'"]:
            self.assertEqual(sum(part in line for line in lines), 1, part + " in\n" + result.stderr)

    def test_every_scenario_that_ships_is_right(self):
        scenarios = sorted((SOURCE / "scenarios").rglob("*.toml"))
        self.assertTrue(scenarios)
        for scenario in scenarios:
            with self.subTest(scenario=scenario.name):
                result = equipoise("check", scenario)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertEqual(len(result.stdout.splitlines()), 1)
                self.assertTrue(result.stdout.startswith(f"{scenario} is right: "))

    def test_takes_overrides_of_the_scenario_and_of_the_condition(self):
        scenario = SOURCE / "scenarios/opioid_treated_pain/four_arms.toml"
        result = equipoise("check", scenario, "--set", "cohort.participants=801", "--set", "therapy.cbt.sessions=6")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("801 participants", result.stdout)
        wrong = equipoise("check", scenario, "--set", "therapy.cbt.sesions=6", "--set", "run.trials")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("did you mean 'therapy.cbt.sessions'?", wrong.stderr)
        self.assertIn("--set: 'run.trials' does not say what to set", wrong.stderr)

    def test_a_condition_is_a_folder(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "mine").mkdir()
            parameters = (SOURCE / "models/textbook/parameters.toml").read_text(encoding="utf-8")
            (folder / "mine/parameters.toml").write_text(parameters, encoding="utf-8")
            scenario = (SOURCE / "scenarios/validation/two_normal_arms.toml").read_text(encoding="utf-8")
            scenario = scenario.replace('"textbook"', '"mine"')
            self.assertIn('"mine"', scenario)
            (folder / "trial.toml").write_text(scenario, encoding="utf-8")
            self.assertEqual(equipoise("check", folder / "trial.toml").returncode, 0)
            (folder / "mine/parameters.toml").unlink()
            gone = equipoise("check", "trial.toml", folder=folder)
            self.assertEqual(gone.returncode, 2)
            self.assertRegex(gone.stderr, r"^trial\.toml:\d+:\d+: there is no condition 'mine'")

    def test_a_file_that_is_not_there_or_not_toml(self):
        missing = equipoise("check", "nowhere.toml")
        self.assertEqual((missing.returncode, missing.stdout), (2, ""))
        self.assertEqual(missing.stderr, "nowhere.toml: there is no such file\n")
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "s.toml").write_text('title = "x\n', encoding="utf-8")
            broken = equipoise("check", "s.toml", folder=name)
            self.assertEqual(broken.returncode, 2)
            self.assertRegex(broken.stderr, r"^s\.toml:\d+:\d+: not valid TOML \(.*\); close the text with \"\n$")
            self.assertEqual(equipoise("check", name).returncode, 2)
            folder = equipoise("run", name)
            self.assertEqual((folder.returncode, folder.stderr), (2, f"{name}: it is a folder; name the file\n"))
            pipe = pathlib.Path(name) / "pipe"
            os.mkfifo(pipe)
            for command in ("check", "run", "sweep", "size", "simulate"):
                waiting = equipoise(command, pipe)
                self.assertEqual(waiting.returncode, 2)
                self.assertEqual(waiting.stderr, f"{pipe}: it is a pipe or a device (it would be waited for, and could be read "
                                 "once only); write it to a file first\n")
            (pathlib.Path(name) / "empty.toml").touch()
            self.assertEqual(equipoise("check", "empty.toml", folder=name).stderr, "empty.toml: it is empty\n")

    def test_odd_input_is_told_and_never_crashes(self):
        odd = [
            "", "arm = 5", "arm = []", "arm = [1, 2]", "cohort = []", "hypothesis = {}", "override = 3",
            "[override]\narm = 1", "[override]\n'arm.1.name' = 2", "[override]\n'' = 1", "[override]\n'..' = 1",
            "seed = 99999999999999999999", "seed = -1", "title = 1979-05-27", "[[arm]]\n[[arm]]\n[[hypothesis]]",
            "[schedule]\nvisits = [nan, inf]", "[run]\nprecision = nan", "[cohort]\nparticipants = 1e300",
            "[sweep]\n'groups.icc' = [0, 1]", "\ufeff", "title = 'é'", "condition = ''", "condition = '/'",
        ]
        with tempfile.TemporaryDirectory() as name:
            file = pathlib.Path(name) / "s.toml"
            for text in odd:
                with self.subTest(text=text):
                    file.write_text(text + "\n", encoding="utf-8")
                    result = equipoise("check", "s.toml", folder=name)
                    self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                    for line in result.stderr.splitlines():
                        self.assertTrue(line.startswith("s.toml:"), line)
            file.write_bytes(bytes(range(256)))
            self.assertEqual(equipoise("check", "s.toml", folder=name).returncode, 2)


class List(unittest.TestCase):
    def test_prints_what_there_is(self):
        for what, word in [("conditions", "textbook"), ("therapies", "usual_care"), ("endpoints", "opioid_misuse"),
                           ("methods", "ancova"), ("keys", "cohort.participants")]:
            with self.subTest(what=what):
                result = equipoise("list", what)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn(word, result.stdout)
        self.assertEqual(equipoise("list").stdout, equipoise("list", "conditions").stdout)
        only = equipoise("list", "endpoints", "--condition", "textbook").stdout
        self.assertNotIn("opioid", only)
        self.assertEqual(equipoise("list", "endpoints", "--condition", "texbook").returncode, 2)

    def test_the_keys_say_all_that_they_take(self):
        row = next(line for line in equipoise("list", "keys").stdout.splitlines() if line.startswith("testing.alpha "))
        for part in ["number", "above 0, below 1", "0.05", "significance level"]:
            self.assertIn(part, row)


class Usage(unittest.TestCase):
    def test_help_and_version_are_answers(self):
        for arguments in [("--help",), ("check", "--help"), ("list", "--help"), ("--version",)]:
            result = equipoise(*arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
            self.assertTrue(result.stdout)

    def test_a_wrong_command_is_wrong_input(self):
        for arguments in [(), ("chekc",), ("check",), ("check", "a", "b"), ("list", "kyes"), ("--nothing",)]:
            result = equipoise(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertTrue(result.stderr)

    def test_the_nearest_right_word_is_named(self):
        for expected, arguments in [
                ("command line: there is no command 'rnu'; did you mean 'run'?", ["rnu", "s.toml", "--trials", "5"]),
                ("command line: it names no command; one of: adjust, analyze, ", []),
                ("--trails: there is no such option; did you mean '--trials'?", ["run", "s.toml", "--trails", "500"]),
                ("--xyzzy: there is no such option; 'equipoise check --help' lists what there is", ["check", "s.toml", "--xyzzy"]),
                ("command line: 'b' is a word too many", ["check", "a", "b"]),
                ("SCENARIO: it is missing (The scenario file)", ["check"]),
                ("--seed: it has no value", ["run", "s.toml", "--seed"]),
                ("--trials: '1.5' is no whole number", ["run", "s.toml", "--trials", "1.5"]),
                ("--trials: 0 is out of range (it must be 1 to ", ["run", "s.toml", "--trials", "0"]),
                ("--precision: 'fine' is no number", ["run", "s.toml", "--precision", "fine"]),
                ("--seed: it is given 2 values (it takes 1); give it once", ["run", "s.toml", "--seed", "1", "--seed", "2"]),
                ("--between: it is given 1 value (it takes 2); write --between LOW,HIGH", ["size", "s.toml", "--between", "3"]),
                ("WHAT: 'kyes' is not known; did you mean 'keys'?", ["list", "kyes"])]:
            with self.subTest(arguments=arguments):
                result = equipoise(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                (line,) = result.stderr.splitlines()
                self.assertTrue(line.startswith(expected), line)

    def test_every_wrong_word_is_told(self):
        result = equipoise("run", "--trials", "many", "--threads=-1", "--fromat=json", "--format", "cvs", "--quit")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertEqual(result.stderr.splitlines(), [
            "--format: 'cvs' is not known; did you mean 'csv'?",
            "--fromat: there is no such option; did you mean '--format'?",
            "--quit: there is no such option; did you mean '--quiet'?",
            "--threads: -1 is out of range (it must be 0 to 4096)",
            "--trials: 'many' is no whole number",
            "SCENARIO: it is missing (The scenario file)"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
