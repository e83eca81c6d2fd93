"""equipoise calibrate, run as a user runs it, on a small condition of its own.

Usage: test_calibrate.py PROGRAM SOURCE_FOLDER
"""

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import unittest

import h5py
import numpy as np

from program import PROGRAM, SECONDS, SOURCE, TWO_ARMS, InAFolder, equipoise, opened_by, wait_until

FEW = ("--participants", "1000", "--draws", "20", "--starts", "1")

TARGET = """
[[target]]
id = "{id}"
trial = "two"
role = "{role}"
{lines}
value = {value}
se = 0.05
status = "reported"
citation = "nobody"
"""


def target(name, lines, value, role="fit"):
    return TARGET.format(id=name, role=role, lines=lines, value=value)


MEAN = 'arm = "all"\nendpoint = "outcome"\nvisit_months = 0\nstatistic = "mean"'
DIFFERENCE = 'contrast = ["treatment", "control"]\nendpoint = "outcome"\nvisit_months = 12\nstatistic = "mean_difference"'
TRIAL = '[trial.two]\ntitle = "Two arms"\nscenario = "two.toml"\ncitation = "nobody"\n'


class Calibrate(InAFolder):
    def setUp(self):
        super().setUp()
        self.condition = self.folder / "mine"
        self.condition.mkdir()
        text = (SOURCE / "models/textbook/parameters.toml").read_text(encoding="utf-8")
        for heading, line, prior in [
                ("profile.standard.baseline.outcome", "mean = { value = 0.0", "{ normal = [0.0, 0.5] }"),
                ("therapy.treatment.effect", "outcome = { value = 0.5", "{ normal = [0.5, 0.3] }")]:
            start = text.index(f"[{heading}]")
            at = text.index(line, start) + len(line)
            text = text[:at] + f", prior = {prior}" + text[at:]
        self.parameters = text
        (self.condition / "parameters.toml").write_text(text, encoding="utf-8")
        (self.condition / "two.toml").write_text(TWO_ARMS.read_text(encoding="utf-8"), encoding="utf-8")
        self.give(target("baseline", MEAN, 0.3) + target("difference", DIFFERENCE, 0.7)
                  + target("kept_apart", MEAN.replace("= 0\n", "= 12\n"), 0.6, role="check"))

    def give(self, targets):
        (self.condition / "evidence.toml").write_text(TRIAL + targets, encoding="utf-8")

    def calibrate(self, *arguments):
        return equipoise("calibrate", "./mine", *FEW, *arguments, folder=self.folder)

    def test_prints_reported_beside_simulated(self):
        result = self.calibrate()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for word in ["baseline", "difference", "kept_apart", "therapy.treatment.effect.outcome", "Conflicts"]:
            self.assertIn(word, result.stdout)
        self.assertEqual(self.left_behind(), ["mine"])

    def test_json_has_targets_and_parameters(self):
        result = self.calibrate("--format", "json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        answer = json.loads(result.stdout)
        targets = {one["id"]: one for one in answer["targets"]}
        self.assertEqual({name: one["role"] for name, one in targets.items()},
                         {"baseline": "fit", "difference": "fit", "kept_apart": "check"})
        # Two parameters for two numbers, with priors ten times as wide as the errors.
        for name, reported in [("baseline", 0.3), ("difference", 0.7)]:
            self.assertEqual(targets[name]["reported"], reported)
            self.assertLess(abs(targets[name]["z"]), 0.5)
        parameters = {one["key"]: one for one in answer["parameters"]}
        self.assertEqual(len(parameters), 2)
        effect = parameters["therapy.treatment.effect.outcome"]
        self.assertGreater(effect["learned"], 0.9)
        self.assertLess(effect["posterior_5"], effect["posterior_95"])

    def test_writes_a_folder_that_loads_again(self):
        result = self.calibrate("-o", "fitted", "--quiet")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        fitted = self.folder / "fitted"
        self.assertEqual(sorted(path.name for path in fitted.iterdir()),
                         ["calibration.h5", "calibration.json", "parameters.toml", "posterior.toml"])
        before = self.parameters.splitlines()
        after = (fitted / "parameters.toml").read_text(encoding="utf-8").splitlines()
        self.assertIn("Written by `equipoise calibrate`", after.pop(0))
        self.assertEqual(len(before), len(after))
        changed = [(old, new) for old, new in zip(before, after) if old != new]
        self.assertEqual(len(changed), 2)
        for old, new in changed:
            self.assertIn("prior", old)
            self.assertIn('status = "calibrated"', new)
        posterior = tomllib.loads((fitted / "posterior.toml").read_text(encoding="utf-8"))
        self.assertEqual([len(draws) for draws in posterior.values()], [20, 20])
        json.loads((fitted / "calibration.json").read_text(encoding="utf-8"))
        scenario = TWO_ARMS.read_text(encoding="utf-8").replace('"textbook"', '"fitted"')
        (self.folder / "trial.toml").write_text(scenario, encoding="utf-8")
        check = equipoise("check", "trial.toml", folder=self.folder)
        self.assertEqual((check.returncode, check.stderr), (0, ""))

    def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(self):
        for name, threads in [("one", "1"), ("two", "2")]:
            self.assertEqual(self.calibrate("-o", name, "--threads", threads).returncode, 0)
        for file in ["parameters.toml", "posterior.toml", "calibration.json", "calibration.h5"]:
            self.assertEqual((self.folder / "one" / file).read_bytes(), (self.folder / "two" / file).read_bytes(), file)
        self.assertEqual(self.calibrate("-o", "other", "--seed", "2").returncode, 0)
        self.assertNotEqual((self.folder / "one/posterior.toml").read_bytes(),
                            (self.folder / "other/posterior.toml").read_bytes())

    def test_hdf5_has_what_json_has_and_every_draw(self):
        self.assertEqual(self.calibrate("-o", "fitted", "--quiet").returncode, 0)
        answer = json.loads((self.folder / "fitted/calibration.json").read_text(encoding="utf-8"))
        posterior = tomllib.loads((self.folder / "fitted/posterior.toml").read_text(encoding="utf-8"))
        with h5py.File(self.folder / "fitted/calibration.h5") as file:
            self.assertEqual(file.attrs["format"], "equipoise-calibration")
            self.assertEqual((file.attrs["format_version"], file.attrs["seed"], file.attrs["converged"]), (1, 1, 1))
            self.assertEqual(list(file["target"].asstr()), [one["id"] for one in answer["targets"]])
            self.assertEqual(list(file["parameter"].asstr()), [one["key"] for one in answer["parameters"]])
            for name in ("reported", "error", "simulated", "simulated_sd", "z", "z_left_out"):
                self.assertEqual(list(file["targets"][name]), [one[name] for one in answer["targets"]], name)
            for name in ("value", "posterior_mean", "posterior_sd", "posterior_5", "posterior_95", "learned"):
                self.assertEqual(list(file["parameters"][name]), [one[name] for one in answer["parameters"]], name)
            for name in ("trial", "role", "status", "se_status", "citation"):
                self.assertEqual(list(file["targets"][name].asstr()), [one[name] for one in answer["targets"]], name)
            draws = file["parameters/draws"][:]
            self.assertEqual(draws.shape, (2, 20))
            np.testing.assert_allclose(draws, list(posterior.values()), rtol=1e-5)
            np.testing.assert_allclose(draws.mean(axis=1), file["parameters/posterior_mean"][:], rtol=1e-12)
            np.testing.assert_allclose(file["parameters/correlation"][:], np.corrcoef(draws), atol=1e-12)
            np.testing.assert_allclose(file["targets/draws"][:].std(axis=1, ddof=1), file["targets/simulated_sd"][:],
                                       rtol=1e-10)
            self.assertEqual(file["chain/effective_draws"][()], answer["effective_draws"])
            self.assertEqual(file["chain/acceptance"][()], answer["acceptance"])
            search = file["searches"]
            self.assertEqual(list(search["misfit"]), answer["starts"] + [answer["misfit"]])
            self.assertEqual(list(search["converged"]), [1, 1])
            steps = search["step_search"][:]
            for number, of_it in enumerate(answer["search"]["starts"] + [answer["search"]]):
                self.assertEqual((steps == number).sum(), of_it["gradients"])
                self.assertEqual(search["step_left"][number], of_it["step_left"])
            # The mode is the best of the points that its search looked at.
            self.assertEqual(search["step_misfit"][:][steps == 1].min(), answer["misfit"])

    def test_it_says_whether_the_search_converged(self):
        table = self.calibrate()
        self.assertIn("The search converged after", table.stdout)
        self.assertTrue(json.loads(self.calibrate("--format", "json").stdout)["converged"])
        # A share of so few people moves in steps; nothing is found between them by a search that must hit 0.3 to
        # seven digits.
        share = 'arm = "treatment"\nendpoint = "outcome"\nvisit_months = 12\nstatistic = "share"\nat_least = 1.0'
        self.give(target("steps", share, 0.3).replace("se = 0.05", "se = 1e-7"))
        rough = self.calibrate()
        self.assertEqual(rough.returncode, 0)
        self.assertIn("THE SEARCH HAS NOT CONVERGED", rough.stdout)
        self.assertIn("(stopped early)", rough.stdout)
        self.assertIn("the search has not converged", rough.stderr)
        answer = json.loads(self.calibrate("--format", "json", "-o", "fitted", "--quiet").stdout)
        self.assertFalse(answer["converged"])
        self.assertFalse(answer["search"]["starts"][0]["converged"])
        with h5py.File(self.folder / "fitted/calibration.h5") as file:
            self.assertEqual(file.attrs["converged"], 0)
            self.assertEqual(list(file["searches/converged"]), [0, 0])

    def test_what_has_an_assumed_error_is_left_out_of_reported_only(self):
        assumed = target("difference", DIFFERENCE, 0.7).replace("se = 0.05", 'se = 0.05\nse_status = "assumed"')
        self.give(target("baseline", MEAN, 0.3) + assumed)
        for arguments, role in [((), "fit"), (("--reported-only",), "check")]:
            answer = json.loads(self.calibrate("--format", "json", *arguments).stdout)
            roles = {one["id"]: (one["role"], one["se_status"]) for one in answer["targets"]}
            self.assertEqual(roles, {"baseline": ("fit", "derived"), "difference": (role, "assumed")})
        self.assertIn("difference (error assumed)", self.calibrate().stdout)

    def test_no_folder_is_left_behind_by_what_is_refused(self):
        self.give(target("a", MEAN.replace("outcome", "outcom"), 0.3))
        self.assertEqual(self.calibrate("-o", "new/a/b").returncode, 2)
        self.assertEqual(self.left_behind(), ["mine"])
        # Nobody is at 100 or more at the visit, so that nothing can be counted: told after the work.
        share = 'arm = "all"\nendpoint = "outcome"\nvisit_months = 12\nstatistic = "odds_ratio"\nat_least = 100'
        share = share.replace('arm = "all"', 'contrast = ["treatment", "control"]')
        self.give(target("b", share, 0.3))
        late = self.calibrate("-o", "new/a/b")
        self.assertEqual((late.returncode, late.stdout), (2, ""))
        self.assertEqual(self.left_behind(), ["mine"])
        (self.folder / "file").write_text("", encoding="utf-8")
        under_a_file = self.calibrate("-o", "file/a/b")
        self.assertEqual(under_a_file.returncode, 2)
        self.assertIn("cannot make the folder 'file/a/b'", under_a_file.stderr)

    def test_no_folder_is_left_behind_by_an_interruption(self):
        for end in (signal.SIGINT, signal.SIGKILL):
            with subprocess.Popen([PROGRAM, "calibrate", "./mine", "--participants", "10000000", "-o", "new/a/b"],
                                  cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                time.sleep(1.0)
                self.assertEqual(self.left_behind(), ["mine"])
                process.send_signal(end)
                process.wait(SECONDS)
                self.assertNotEqual(process.returncode, 0)
            self.assertEqual(self.left_behind(), ["mine"])

    def test_an_empty_folder_that_was_there_stays(self):
        (self.folder / "there").mkdir()
        self.give(target("a", MEAN.replace("outcome", "outcom"), 0.3))
        self.assertEqual(self.calibrate("-o", "there").returncode, 2)
        self.assertEqual(self.left_behind(), ["mine", "there"])

    FILES = ["calibration.h5", "calibration.json", "parameters.toml", "posterior.toml"]

    def texts(self, folder="fitted"):
        """What each of a calibration's files in the folder holds, of those that are there."""
        files = [self.folder / folder / name for name in self.FILES]
        return {file.name: file.read_bytes() for file in files if file.exists()}

    def test_replaces_its_own_files_and_leaves_others_alone(self):
        self.assertEqual(self.calibrate("-o", "fitted").returncode, 0)
        (self.folder / "fitted/notes.txt").write_text("mine", encoding="utf-8")
        first = self.texts()
        self.assertEqual(self.calibrate("-o", "fitted", "--seed", "2").returncode, 0)
        self.assertTrue(all(first[name] != text for name, text in self.texts().items()))
        self.assertEqual(sorted(path.name for path in (self.folder / "fitted").iterdir()), [*self.FILES[:2], "notes.txt",
                                                                                           *self.FILES[2:]])
        # What was calibrated can be calibrated again, and is marked once.
        for name in ("evidence.toml", "two.toml"):
            shutil.copy(self.condition / name, self.folder / "fitted" / name)
        self.assertEqual(equipoise("calibrate", "./fitted", *FEW, "-o", "again", folder=self.folder).returncode, 0)
        self.assertEqual(self.texts("again")["parameters.toml"].count(b"Written by `equipoise calibrate`"), 1)
        self.assertEqual(equipoise("calibrate", "./mine", *FEW, "-o", "again", folder=self.folder).returncode, 0)

    def test_keeps_files_that_it_did_not_write_or_that_were_edited(self):
        for name in self.FILES:
            with self.subTest(name):
                theirs = self.folder / f"theirs_{name}"
                theirs.mkdir()
                (theirs / name).write_text('title = "my own"\n', encoding="utf-8")
                result = self.calibrate("-o", theirs)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(f"has its own {name}", result.stderr)
                self.assertIn("--force", result.stderr)
                self.assertEqual((theirs / name).read_text(encoding="utf-8"), 'title = "my own"\n')
                self.assertEqual([path.name for path in theirs.iterdir()], [name])
        self.assertEqual(self.calibrate("-o", "fitted").returncode, 0)
        for name in ("parameters.toml", "posterior.toml"):
            with self.subTest(name):
                file = self.folder / "fitted" / name
                text = file.read_text(encoding="utf-8")
                file.write_text(text.replace("0", "1", 1) if name == "posterior.toml" else text + "# looked at\n",
                                encoding="utf-8")
                result = self.calibrate("-o", "fitted")
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(f"has its own {name}", result.stderr)
                file.write_text(text, encoding="utf-8")
        (self.folder / "fitted/parameters.toml").write_text("mine", encoding="utf-8")
        self.assertEqual(self.calibrate("-o", "fitted", "--force").returncode, 0)
        self.assertNotEqual((self.folder / "fitted/parameters.toml").read_text(encoding="utf-8"), "mine")

    @unittest.skipUnless(shutil.which("strace"), "needs strace to kill between two renamings")
    def test_a_kill_while_the_files_are_exchanged_leaves_no_mixture(self):
        self.assertEqual(self.calibrate("-o", "fitted").returncode, 0)
        old = self.texts()
        killed = 0
        for seed in range(2, 40):
            when = seed - 1
            shutil.rmtree(self.folder / "fitted")
            (self.folder / "fitted").mkdir()
            for name, text in old.items():
                (self.folder / "fitted" / name).write_bytes(text)
            (self.folder / "fitted/notes.txt").write_text("mine", encoding="utf-8")
            result = subprocess.run(
                ["strace", "-f", "-o", "/dev/null", "-e", "trace=rename", "-e", f"inject=rename:signal=KILL:when={when}",
                 PROGRAM, "calibrate", "./mine", *FEW, "--seed", "2", "-o", "fitted"], cwd=self.folder,
                capture_output=True, timeout=SECONDS, check=False)
            there = self.texts()
            if result.returncode == 0:
                break
            killed += 1
            self.assertNotEqual(result.returncode, 1, result.stderr)
            news = {name for name, text in there.items() if text != old[name]}
            self.assertIn(news, (set(), set(there)), when)  # all old or all new
            if "parameters.toml" in there:
                self.assertEqual(len(there), 4, when)
            self.assertEqual((self.folder / "fitted/notes.txt").read_text(encoding="utf-8"), "mine")
            left = self.folder / "fitted/calibration.partial"
            if left.exists():  # the next calibration keeps what is there, and says where
                inside = sorted(path.name for path in left.rglob("*"))
                again = self.calibrate("-o", "fitted", "--force")
                self.assertEqual(again.returncode, 0, again.stderr)
                if inside:
                    self.assertIn("calibration.partial.1", again.stderr)
                    aside = self.folder / "fitted/calibration.partial.1"
                    self.assertEqual(sorted(path.name for path in aside.rglob("*")), inside)
                self.assertFalse(left.exists())
                self.assertEqual(len(self.texts()), 4)
        # Each of four files is renamed within the unfinished folder, away from the folder, and into it.
        self.assertGreaterEqual(killed, 12)
        self.assertTrue(all(text != old[name] for name, text in self.texts().items()))

    def test_a_full_disk_keeps_the_files_that_are_there_and_the_answer_is_printed(self):
        self.assertEqual(self.calibrate("-o", "fitted").returncode, 0)
        old = self.texts()
        result = subprocess.run([PROGRAM, "calibrate", "./mine", *FEW, "--seed", "2", "-o", "fitted"], cwd=self.folder,
                                capture_output=True, text=True, timeout=SECONDS, check=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)))
        self.assertEqual(result.returncode, 1)
        self.assertIn("File too large", result.stderr)
        self.assertIn("Conflicts", result.stdout)
        self.assertEqual(self.texts(), old)
        self.assertEqual(sorted(path.name for path in (self.folder / "fitted").iterdir()), self.FILES)

    def test_two_calibrations_do_not_write_to_one_folder(self):
        (self.folder / "fitted").mkdir()
        with subprocess.Popen([PROGRAM, "calibrate", "./mine", "--participants", "10000000", "-o", "fitted"],
                              cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            wait_until(lambda: self.folder / "fitted" in opened_by(process))
            second = self.calibrate("-o", "fitted")
            self.assertEqual((second.returncode, second.stdout), (2, ""))
            self.assertIn("another calibration is writing to it", second.stderr)
            process.kill()
            process.wait(SECONDS)
        self.assertEqual(self.calibrate("-o", "fitted").returncode, 0)

    def test_bad_evidence_is_told_at_once_and_nothing_is_written(self):
        self.give(target("a", MEAN.replace("outcome", "outcom"), 0.3) + target("b", DIFFERENCE.replace("12", "9"), 0.3)
                  + target("c", MEAN.replace('"all"', '"treatmnt"'), 0.3))
        result = self.calibrate("-o", "fitted")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), 3, result.stderr)
        for line, words in zip(lines, ["did you mean 'outcome'?", "no visit at month 9", "did you mean 'treatment'?"]):
            self.assertRegex(line, r"evidence\.toml:\d+:\d+: ")
            self.assertIn(words, line)
        self.assertEqual(self.left_behind(), ["mine"])

    def test_a_condition_that_is_not_there(self):
        result = equipoise("calibrate", "opioid_treated_pian", folder=self.folder)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("did you mean 'opioid_treated_pain'?", result.stderr)

    def test_a_trial_that_is_left_out_is_compared_with(self):
        wrong = self.calibrate("--leave-out", "tow", "-o", "fitted")
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertIn("--leave-out: there is no simulated trial 'tow'; did you mean 'two'?", wrong.stderr)
        self.assertEqual(self.left_behind(), ["mine"])
        left = self.calibrate("--leave-out", "two", "--format", "json")
        self.assertEqual(left.returncode, 0)
        answer = json.loads(left.stdout)
        self.assertEqual({one["role"] for one in answer["targets"]}, {"check"})
        self.assertEqual({one["learned"] for one in answer["parameters"]}, {0.0})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
