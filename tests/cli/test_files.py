"""The files that -o names: what is replaced and what is not, who may write, and what stands where after a failure.

Usage: test_files.py PROGRAM SOURCE_FOLDER
"""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import unittest

import h5py

from program import PROGRAM, SECONDS, SOURCE, TWO_ARMS, InAFolder, equipoise, wait_until

W1 = SOURCE / "scenarios/validation/w1.toml"
HOW_MANY = SOURCE / "scenarios/lessons/how_many.toml"
FEW = ["--trials", "60", "--set", "run.truth_participants=1000"]
HOURS = ["--trials", "2000000000", "--set", "run.truth_participants=1000"]


class FilesCase(InAFolder):
    def run_it(self, *arguments, few=FEW, **options):
        return equipoise("run", TWO_ARMS, *few, *arguments, folder=self.folder, **options)

    def simulate(self, *arguments):
        return equipoise("simulate", TWO_ARMS, *arguments, folder=self.folder)

    def assert_refused(self, result, *words):
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def assert_done(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)

    def trials_in(self, name):
        with h5py.File(self.folder / name) as file:
            return int(file.attrs["trials"])

    def started(self, *arguments, wait_for="out.h5.partial"):
        """A run that takes hours and has begun."""
        process = subprocess.Popen([PROGRAM, "run", TWO_ARMS, *HOURS, *arguments], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        file = self.folder / wait_for
        # Some chunks of trials.
        wait_until(lambda: process.poll() is not None or (file.exists() and file.stat().st_size > 500_000))
        return process


class Replacing(FilesCase):
    def test_an_hdf5_file_of_somebody_else_stays(self):
        with h5py.File(self.folder / "out.h5", "w") as file:
            file["my_measurements"] = [1, 2, 3]
        before = (self.folder / "out.h5").read_bytes()
        for command in ("run", "size", "sweep"):
            scenario = TWO_ARMS if command == "run" else HOW_MANY
            if command == "sweep":
                scenario = self.folder / "s.toml"
                scenario.write_text(TWO_ARMS.read_text(encoding="utf-8") +
                                    '\n[sweep]\n"cohort.participants" = [40, 60]\n', encoding="utf-8")
            result = equipoise(command, scenario, "-o", "out.h5", folder=self.folder)
            self.assert_refused(result, "no results file", "--force")
            self.assertEqual((self.folder / "out.h5").read_bytes(), before)
        self.assertEqual(self.left_behind(), ["out.h5", "s.toml"])
        self.assert_done(self.run_it("-o", "out.h5", "--force"))
        self.assertEqual(self.trials_in("out.h5"), 60)

    def test_so_does_one_whose_format_is_another(self):
        for value in ("equipoise-calibration", "anything", 5, ["equipoise-results"] * 2):
            with h5py.File(self.folder / "out.h5", "w") as file:
                file.attrs["format"] = value
            self.assert_refused(self.run_it("-o", "out.h5"), "no results file")

    def test_so_does_a_text_and_half_a_results_file(self):
        (self.folder / "out.h5").write_text("notes", encoding="utf-8")
        self.assert_refused(self.run_it("-o", "out.h5"), "no results file")
        self.assert_done(self.run_it("-o", "whole.h5"))
        (self.folder / "out.h5").write_bytes((self.folder / "whole.h5").read_bytes()[:3000])
        self.assert_refused(self.run_it("-o", "out.h5"), "no results file")

    def test_a_results_file_and_an_empty_one_are_replaced(self):
        (self.folder / "out.h5").touch()
        self.assert_done(self.run_it("-o", "out.h5"))
        self.assert_done(self.run_it("-o", "out.h5", "--seed", "2"))
        self.assertEqual(self.left_behind(), ["out.h5"])

    def test_a_write_protected_one_is_not(self):
        self.assert_done(self.run_it("-o", "out.h5"))
        (self.folder / "out.h5").chmod(0o444)
        self.assert_refused(self.run_it("-o", "out.h5"), "write-protected", "--force")
        self.assert_done(self.run_it("-o", "out.h5", "--force"))

    def test_simulate_replaces_only_what_it_wrote(self):
        table = self.folder / "trial.csv"
        self.assert_done(self.simulate("-o", "trial.csv"))
        if "user.equipoise.checksum" not in os.listxattr(table):
            self.skipTest("this file system keeps no marks")
        written = table.read_text(encoding="utf-8")
        self.assert_done(self.simulate("-o", "trial.csv", "--seed", "2"))
        self.assertNotEqual(table.read_text(encoding="utf-8"), written)
        header = written.splitlines()[0]
        for text in ['source("my_analysis")\n', header + "\n", written, written.replace(",1,", ",2,", 1)]:
            with self.subTest(text[:40]):
                table.unlink()
                table.write_text(text, encoding="utf-8")
                self.assert_refused(self.simulate("-o", "trial.csv"), "--force")
                self.assertEqual(table.read_text(encoding="utf-8"), text)
        # Edited in its place, the mark still on it.
        self.assert_done(self.simulate("-o", "trial.csv", "--force"))
        with open(table, "a", encoding="utf-8") as file:
            file.write("one more line\n")
        self.assert_refused(self.simulate("-o", "trial.csv"), "--force")
        self.assert_done(self.simulate("-o", "trial.csv", "--force"))
        self.assertEqual(self.left_behind(), ["trial.csv"])

    def test_endings_that_promise_something_else_are_refused(self):
        for name, remedy in [("x.csv", "--format csv > x.csv"), ("x.json", "--format json > x.json"), ("x.R", "x.h5"),
                             ("x.toml", "x.h5"), ("x.XLSX", "x.h5"), ("x.txt", "x.h5")]:
            self.assert_refused(self.run_it("-o", name), "HDF5", remedy)
            self.assert_refused(self.run_it("-o", name, "--force"), "HDF5")
        for name in ("x.h5", "x.R", "x.json", "x.nc"):
            self.assert_refused(self.simulate("-o", name), "CSV", "name it x.csv")
        self.assertEqual(self.left_behind(), [])
        for name in ("x.hdf5", "x.nc", "x", "run of 2025.11.08"):
            self.assert_done(self.run_it("-o", name))
            self.assertEqual(self.trials_in(name), 60)

    def test_what_changed_while_the_run_went_on_stays(self):
        self.assert_done(self.run_it("-o", "out.h5"))
        process = self.started("-o", "out.h5")
        with h5py.File(self.folder / "out.h5", "r+") as file:
            file["my_remarks"] = [1]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
        with h5py.File(self.folder / "out.h5") as file:
            self.assertIn("my_remarks", file)
        (self.folder / "out.h5.partial").unlink()
        # A run that ends as planned finds another file under its name.
        scenario = SOURCE / "scenarios/validation/w1.toml"
        with subprocess.Popen([PROGRAM, "run", scenario, "--trials", "3000", "-o", "new.h5"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            wait_until((self.folder / "new.h5.partial").exists)
            (self.folder / "new.h5").write_text("mine", encoding="utf-8")
            out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1, err)
        self.assertIn("Power", out)
        self.assertIn("another file has taken it meanwhile; they are in 'new.h5.partial'", err)
        self.assertEqual((self.folder / "new.h5").read_text(encoding="utf-8"), "mine")
        self.assertEqual(self.trials_in("new.h5.partial"), 3000)


class Names(FilesCase):
    def test_a_link_is_written_through(self):
        (self.folder / "deep").mkdir()
        (self.folder / "link.h5").symlink_to("deep/real.h5")
        for _ in range(2):  # where nothing is there yet, and over it
            self.assert_done(self.run_it("-o", "link.h5"))
            self.assertTrue((self.folder / "link.h5").is_symlink())
            self.assertFalse((self.folder / "deep/real.h5").is_symlink())
            self.assertEqual(self.trials_in("deep/real.h5"), 60)
        self.assertEqual(sorted(path.name for path in (self.folder / "deep").iterdir()), ["real.h5"])
        (self.folder / "round.h5").symlink_to("round.h5")
        self.assert_refused(self.run_it("-o", "round.h5"), "circle")

    def test_no_link_is_followed_to_what_is_made_on_the_way(self):
        victim = self.folder / "victim.txt"
        victim.write_text("precious", encoding="utf-8")
        for name in ("k.h5.partial", "k.h5.partial.new"):
            (self.folder / name).symlink_to("victim.txt")
            result = self.run_it("-o", "k.h5")
            if name == "k.h5.partial":
                self.assert_refused(result, "k.h5.partial")
                (self.folder / name).unlink()
            else:
                self.assert_done(result)
        self.assertEqual(victim.read_text(encoding="utf-8"), "precious")

    def test_what_is_called_partial_and_is_not_ours_stays(self):
        partial = self.folder / "k.h5.partial"
        partial.write_text("notes", encoding="utf-8")
        self.assert_refused(self.run_it("-o", "k.h5"), "no results file")
        self.assertEqual(partial.read_text(encoding="utf-8"), "notes")
        partial.unlink()
        partial.mkdir()
        self.assert_refused(self.run_it("-o", "k.h5"), "k.h5.partial")
        partial.rmdir()
        os.mkfifo(partial)
        self.assert_refused(self.run_it("-o", "k.h5"), "k.h5.partial")
        self.assertEqual(self.left_behind(), ["k.h5.partial"])

    def test_devices_and_pipes(self):
        for name in ("/dev/null",):
            self.assert_done(self.run_it("-o", name))
            result = self.simulate("-o", name)
            self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assert_refused(self.run_it("-o", "/dev/stdout"), "/dev/stdout")
        self.assert_refused(self.run_it("-o", "-"))
        self.assert_refused(self.simulate("-o", "-"), "standard output")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        self.assertEqual(self.left_behind(), [])

    def test_strange_and_long_names(self):
        for name in ("with space.h5", "with\nnewline.h5", "ü.h5", "n" * 244 + ".h5"):
            self.assert_done(self.run_it("-o", name))
            self.assertEqual(self.left_behind(), [name])
            (self.folder / name).unlink()
        self.assert_refused(self.run_it("-o", "n" * 250 + ".h5"), "File name too long")
        self.assert_done(self.simulate("-o", "n" * 250 + ".csv"))

    def test_permissions_are_those_of_umask(self):
        for mask, mode in [(0o022, 0o644), (0o077, 0o600)]:
            for arguments, name in [(("run", TWO_ARMS, *FEW), "p.h5"), (("simulate", TWO_ARMS), "p.csv")]:
                result = subprocess.run([PROGRAM, *arguments, "-o", name], cwd=self.folder, umask=mask,
                                        capture_output=True, timeout=SECONDS, check=False)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), mode)
                (self.folder / name).unlink()


class TwoRuns(FilesCase):
    def test_the_second_is_refused_while_the_first_lives(self):
        first = self.started("-o", "out.h5")
        self.assert_refused(self.run_it("-o", "out.h5"), "another run is writing it")
        self.assert_refused(self.run_it("-o", "out.h5", "--force"), "another run is writing it")
        environment = dict(os.environ, HDF5_USE_FILE_LOCKING="FALSE")
        result = subprocess.run([PROGRAM, "run", TWO_ARMS, *FEW, "-o", "out.h5"], cwd=self.folder, env=environment,
                                capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assert_refused(result, "another run is writing it")
        first.send_signal(signal.SIGSTOP)
        self.assert_refused(self.run_it("-o", "out.h5"), "another run is writing it")
        first.send_signal(signal.SIGCONT)
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=SECONDS)
        self.assertGreater(self.trials_in("out.h5"), 60)
        self.assertEqual(self.left_behind(), ["out.h5"])

    def test_also_without_the_locks_of_hdf5(self):
        for locking in ("FALSE", "TRUE", "BEST_EFFORT"):
            os.environ["HDF5_USE_FILE_LOCKING"] = locking
            try:
                first = self.started("-o", "out.h5")
                self.assertIsNone(first.poll())
            finally:
                del os.environ["HDF5_USE_FILE_LOCKING"]
            self.assert_refused(self.run_it("-o", "out.h5"), "another run is writing it")
            first.kill()
            first.wait()
            (self.folder / "out.h5.partial").unlink()

    def test_of_many_that_begin_together_one_writes(self):
        processes = [subprocess.Popen([PROGRAM, "run", TWO_ARMS, "--trials", "4000", "--set",
                                       "run.truth_participants=1000", "--seed", str(seed), "-o", "out.h5"],
                                      cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                     for seed in range(8)]
        outputs = [process.communicate(timeout=SECONDS) for process in processes]
        codes = [process.returncode for process in processes]
        self.assertIn(0, codes)
        self.assertLessEqual(set(codes), {0, 2}, outputs)
        for code, (out, err) in zip(codes, outputs):
            self.assertTrue("Power" in out if code == 0 else out == "" and "out.h5" in err, (out, err))
        with h5py.File(self.folder / "out.h5") as file:
            self.assertEqual((int(file.attrs["complete"]), int(file.attrs["trials"])), (1, 4000))
            self.assertEqual(codes[int(file.attrs["seed"])], 0)
        self.assertEqual(self.left_behind(), ["out.h5"])

    def test_a_search_keeps_its_name_to_the_end(self):
        with subprocess.Popen([PROGRAM, "size", SOURCE / "scenarios/opioid_treated_pain/four_arms.toml", "--precision",
                               "0.5", "-o", "out.h5"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            wait_until((self.folder / "out.h5.partial").exists)
            self.assert_refused(self.run_it("-o", "out.h5"), "another run is writing it")
            process.kill()
            process.communicate(timeout=SECONDS)

    def test_a_dead_run_holds_nothing_and_what_it_left_is_kept(self):
        for number in (1, 2):
            first = self.started("-o", "out.h5", "--seed", str(number))
            first.kill()
            first.wait()
            kept = self.trials_in("out.h5.partial")
            self.assertGreater(kept, 0)
            result = self.run_it("-o", "out.h5")
            self.assert_done(result)
            self.assertIn(f"out.h5.partial.{number}", result.stderr)
            self.assertEqual(self.trials_in(f"out.h5.partial.{number}"), kept)
        self.assertEqual(self.left_behind(), ["out.h5", "out.h5.partial.1", "out.h5.partial.2"])
        with h5py.File(self.folder / "out.h5.partial.2") as file:
            self.assertEqual((int(file.attrs["complete"]), int(file.attrs["planned_trials"])), (0, 2_000_000_000))

    def test_a_reader_keeps_the_file_that_it_opened(self):
        self.assert_done(self.run_it("-o", "out.h5"))
        with h5py.File(self.folder / "out.h5") as reader:
            self.assert_done(self.run_it("-o", "out.h5", few=["--trials", "70", "--set", "run.truth_participants=1000"]))
            self.assertEqual(reader["replicates/p"].shape[1], 60)
        self.assertEqual(self.trials_in("out.h5"), 70)


class FullDisk(FilesCase):
    def with_limit(self, size, *arguments):
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=SECONDS,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)), check=False)

    def test_the_answer_is_printed_and_the_earlier_file_stays(self):
        self.assert_done(self.run_it("-o", "out.h5"))
        result = self.with_limit(500_000, "run", TWO_ARMS, "--trials", "30000", "--set", "run.truth_participants=1000",
                                 "-o", "out.h5")
        self.assertEqual(result.returncode, 1)
        self.assertIn("30,000 simulated trials", result.stdout)
        self.assertRegex(result.stderr, r"File too large; out.h5.partial has [\d,]+ bytes, [\d,]+ trials")
        self.assertNotIn("The results are in", result.stderr)
        self.assertEqual(self.trials_in("out.h5"), 60)
        self.assertGreaterEqual(self.trials_in("out.h5.partial"), 4096)
        self.assertEqual(self.left_behind(), ["out.h5", "out.h5.partial"])

    def test_no_room_for_the_beginning_ends_the_run_before_its_work(self):
        result = self.with_limit(2000, "run", TWO_ARMS, *HOURS, "-o", "out.h5")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("File too large", result.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_a_sweep_an_assurance_and_a_search_print_theirs_too(self):
        scenario = self.folder / "s.toml"
        text = TWO_ARMS.read_text(encoding="utf-8")
        scenario.write_text(text + '\n[sweep]\n"cohort.participants" = [40, 60]\n', encoding="utf-8")
        result = self.with_limit(150_000, "sweep", scenario, "--trials", "9000", "--set", "run.truth_participants=1000",
                                 "-o", "out.h5")
        self.assertEqual(result.returncode, 1)
        self.assertIn("File too large", result.stderr)
        self.assertIn("60", result.stdout)
        (self.folder / "out.h5.partial").unlink(missing_ok=True)
        # The search is made before its file has begun.
        result = self.with_limit(2000, "size", HOW_MANY, "--precision", "20", "--verify", "1000", "--set",
                                 "run.truth_participants=1000", "-o", "out.h5")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("File too large", result.stderr)
        self.assertIn("At least", result.stdout)
        self.assertFalse((self.folder / "out.h5").exists())

    def test_a_table_says_how_much_was_written(self):
        self.assert_done(self.simulate("-o", "trial.csv"))
        before = (self.folder / "trial.csv").read_bytes()
        result = self.with_limit(5000, "simulate", TWO_ARMS, "-o", "trial.csv", "--force")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertRegex(result.stderr, r"cannot write 'trial.csv': .*5000 of \d+ bytes: File too large")
        self.assertEqual((self.folder / "trial.csv").read_bytes(), before)
        self.assertEqual(self.left_behind(), ["trial.csv"])

    def test_a_folder_that_is_removed_meanwhile(self):
        (self.folder / "gone").mkdir()
        with subprocess.Popen([PROGRAM, "run", W1, "--trials", "3000", "-o", "gone/out.h5"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            wait_until((self.folder / "gone/out.h5.partial").exists)
            shutil.rmtree(self.folder / "gone")
            out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1)
        self.assertIn("Power", out)
        self.assertIn("gone/out.h5", err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
