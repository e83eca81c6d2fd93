"""`equipoise analyze` on real files, good and bad."""

import json
import os
import tempfile
import unittest
from pathlib import Path

from program import SOURCE, equipoise

DATA = SOURCE / "tests/reference/analyze"
MMRM = ["--method", "mmrm", "--value", "y", "--arm", "arm", "--visit", "visit", "--participant", "id",
        "--df", "kenward_roger"]


def analyze(file, *arguments):
    return equipoise("analyze", file, *arguments)


class Analyze(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, text):
        file = Path(self.folder.name, "data.csv")
        file.write_bytes(text.encode())
        return file

    def refused(self, file, *arguments):
        result = analyze(file, *arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_json_has_what_it_promises(self):
        result = analyze(DATA / "lossy.csv", *MMRM, "--adjust", "base*visit,site", "--compare", "b,a", "--at", "4",
                         "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        for key in ("estimate", "se", "df", "statistic", "p_value", "interval", "status", "log_likelihood", "covariance",
                    "coefficients", "iterations"):
            self.assertIn(key, answer)
        self.assertEqual(answer["covariance"][0]["visits"], ["1", "2", "3", "4"])
        terms = [coefficient["term"] for coefficient in answer["coefficients"]]
        self.assertIn("arm=b:visit=4", terms)
        self.assertIn("site=s2", terms)

    def test_json_has_coefficients_of_every_model(self):
        visits = ["--value", "y", "--visit", "visit", "--at", "4", "--adjust", "base"]
        for file, expected, *arguments in (
                ("lossy.csv", {"(Intercept):visit=4", "arm=b:visit=4", "base"}, "--method", "gee", *visits),
                ("lossy.csv", {"(Intercept)", "arm=b", "base"}, "--method", "ancova", *visits),
                ("binary.csv", {"(Intercept)", "arm=b", "x", "site=q"}, "--method", "logistic", "--value", "y", "--adjust", "x,site"),
                ("lossy.csv", {"(Intercept)", "arm=b"}, "--method", "mean_difference", *visits[:-2])):
            with self.subTest(arguments=arguments):
                result = analyze(DATA / file, *arguments, "--participant", "id", "--arm", "arm", "--compare", "b,a", "--format", "json")
                self.assertEqual(result.returncode, 0, result.stderr)
                answer = json.loads(result.stdout)
                coefficients = {of["term"]: of for of in answer["coefficients"]}
                self.assertLessEqual(expected, set(coefficients))
                self.assertTrue(all(of["se"] > 0 for of in coefficients.values()))
                if arguments[1] != "logistic":  # whose risk difference is none of its coefficients
                    self.assertAlmostEqual(coefficients.get("arm=b:visit=4", coefficients.get("arm=b"))["estimate"], answer["estimate"], places=12)

    def test_responders(self):
        rows = [("1", "a", 6, 5), ("2", "a", 4, 2), ("3", "a", 5, 5), ("4", "b", 8, 4), ("5", "b", 6, 4), ("6", "b", 5, 4), ("7", "a", 4, 4), ("8", "b", 9, 3)]
        text = "id,arm,visit,pain\n" + "".join(f"{i},{arm},0,{base}\n{i},{arm},3,{later}\n" for i, arm, base, later in rows)
        arguments = ["--value", "pain", "--participant", "id", "--arm", "arm", "--visit", "visit", "--compare", "b,a"]
        file = self.write(text)
        for method in ("proportions", "logistic"):
            result = analyze(file, *arguments, "--method", method, "--baseline", "0", "--transform", "responder(30%)", "--format", "json")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertAlmostEqual(json.loads(result.stdout)["estimate"], 3 / 4 - 1 / 4)
        self.assertIn("needs a baseline", self.refused(file, *arguments, "--method", "proportions", "--transform", "responder(30%)"))
        self.assertIn("is no --transform", self.refused(file, *arguments, "--method", "proportions", "--baseline", "0", "--transform", "responder(30%)x"))
        self.assertIn("responder(30%)", self.refused(file, *arguments, "--method", "proportions"))

    def test_a_covariate_that_changes_over_visits(self):
        rows = "id,arm,visit,x,y\n1,a,1,2,5\n1,a,2,{},4\n2,b,1,3,2\n2,b,2,3,1\n3,a,1,1,2\n3,a,2,1,3\n4,b,1,1,5\n4,b,2,1,5.5\n5,a,1,4,2\n6,b,1,2,2\n"
        arguments = [*MMRM[:-1], "residual", "--adjust", "x", "--compare", "b,a", "--at", "2"]
        self.assertIn("'x' of participant 1 changes from 2 to 2.5 (it must stay what it is in line 2)",
                      self.refused(self.write(rows.format("2.5")), *arguments))
        self.assertEqual(analyze(self.write(rows.format("2.0")), *arguments).returncode, 0)

    def test_the_form_of_the_file_does_not_matter(self):
        plain = "id,arm,y\n1,a,1\n2,a,2\n3,a,4\n4,b,3\n5,b,5\n6,b,NA\n7,b,7.5\n"
        other = "\ufeffy , \"arm\",id\r\n1,a,1\r\n2,a,2\r\n4, \"a\" ,3\r\n3,b,4\r\n5,b,5\r\n,b,6\r\n7.5,b,7\r\n"
        arguments = ["--method", "mean_difference", "--value", "y", "--arm", "arm", "--participant", "id", "--compare",
                     "b,a", "--format", "csv"]
        first = analyze(self.write(plain), *arguments)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(first.stdout, analyze(self.write(other), *arguments).stdout)

    def test_a_change_between_visits_of_one_arm_is_the_paired_t_test(self):
        rows = [(3.0, 4.5), (2.0, 2.5), (5.0, 5.5), (4.0, 6.0), (1.0, 1.5)]
        text = "id,visit,y\n" + "".join(f"{i},{v + 1},{pair[v]}\n" for i, pair in enumerate(rows) for v in (0, 1))
        result = analyze(self.write(text), "--method", "mmrm", "--value", "y", "--visit", "visit", "--participant", "id",
                         "--df", "kenward_roger", "--compare-visits", "2,1", "--format", "json")
        answer = json.loads(result.stdout)
        self.assertAlmostEqual(answer["estimate"], 1.0)
        self.assertAlmostEqual(answer["se"], (0.5 / 5) ** 0.5)  # changes 1.5, .5, .5, 2, .5: variance 0.5
        self.assertAlmostEqual(answer["df"], 4.0, places=6)

    def test_every_problem_at_once(self):
        text = self.refused(DATA / "lossy.csv", "--method", "mmrm", "--value", "yy", "--arm", "arm", "--visit", "visit",
                            "--participant", "id", "--adjust", "bse", "--variance", "welch", "--compare", "b,a")
        for part in ("no column 'yy'", "no column 'bse'", "did you mean 'base'", "--variance says nothing", "degrees of freedom"):
            self.assertIn(part, text)

    def test_options_data_and_labels_are_told_together(self):
        text = self.refused(DATA / "lossy.csv", "--method", "mmrm", "--value", "yy", "--arm", "arm", "--visit", "visit",
                            "--participant", "id", "--compare", "c,a", "--at", "5", "--test", "inferiority")
        for part in ("no column 'yy'", "no arm is 'c'", "no visit is '5'", "'inferiority' is no --test", "degrees of freedom"):
            self.assertIn(part, text)

    def test_every_wrong_word_is_told(self):
        text = self.refused(DATA / "lossy.csv", *MMRM, "--margin", "-1", "--alpha", "0.7", "--sides", "3", "--better", "lowre",
                            "--comapre", "b,a", "--format", "xml")
        self.assertEqual(text.splitlines(), [
            "--alpha: 0.7 is out of range (it must be above 0, at most 0.5)",
            "--better: 'lowre' is not known; did you mean 'lower'?",
            "--comapre: there is no such option; did you mean '--compare'?",
            "--format: 'xml' is not known; one of: table, json, csv",
            "--margin: -1 is out of range (it must be at least 0)",
            "--sides: 3 is out of range (it must be 1 to 2)"])

    def test_a_baseline_is_a_column_for_adjust(self):
        text = self.refused(self.write("id,arm,visit,y\n1,a,0,2\n1,a,1,2\n2,b,0,3\n2,b,1,3\n"), *MMRM, "--compare", "b,a",
                            "--baseline", "0", "--adjust", "basline")
        self.assertIn("no column 'basline' (--adjust); did you mean 'baseline'?", text)

    def test_an_estimate_says_its_scale(self):
        visit = ["--value", "y", "--visit", "visit", "--at", "4"]
        yes_or_no = ["--value", "y"]
        for file, scale, *arguments in (
                ("lossy.csv", "difference of means", "--method", "ancova", "--adjust", "base", *visit),
                ("lossy.csv", "P(treatment > comparator) + P(equal) / 2 - 0.5", "--method", "rank_sum", *visit),
                ("binary.csv", "difference of risks", "--method", "logistic", *yes_or_no),
                ("binary.csv", "log odds ratio", "--method", "logistic", "--measure", "odds_ratio", *yes_or_no),
                ("binary.csv", "log risk ratio", "--method", "logistic", "--measure", "risk_ratio", *yes_or_no),
                ("binary.csv", "difference of proportions", "--method", "proportions", *yes_or_no)):
            with self.subTest(arguments=arguments):
                words = [DATA / file, *arguments, "--participant", "id", "--arm", "arm", "--compare", "b,a"]
                self.assertEqual(json.loads(analyze(*words, "--format", "json").stdout)["scale"], scale)
                self.assertIn(f"({scale})", analyze(*words).stdout)
                self.assertTrue(analyze(*words, "--format", "csv").stdout.endswith(f",{scale}\n"))

    def test_an_ancova_of_nothing_is_remarked_on(self):
        words = [DATA / "lossy.csv", "--method", "ancova", "--value", "y", "--visit", "visit", "--at", "4", "--participant", "id",
                 "--arm", "arm", "--compare", "b,a"]
        self.assertIn("'ancova' adjusts for nothing", analyze(*words).stderr)
        self.assertEqual(analyze(*words, "--adjust", "base").stderr, "")

    def test_text_that_is_not_utf8(self):
        file = Path(self.folder.name, "data.csv")
        file.write_bytes("id,arm,visit,y\n1,Gruppe ü,1,2\n2,\"b, ü\",1,3\n".encode("latin-1"))
        text = self.refused(file, *MMRM)
        self.assertEqual([line.split(": ", 1)[1] for line in text.splitlines() if "UTF-8" in line],
                         ["the byte 0xfc is no UTF-8 (its letter cannot be told from another); save the file as UTF-8"] * 2)
        self.assertIn("data.csv:2:2: ", text)
        self.assertIn("data.csv:3:2: ", text)

    def test_a_folder_and_a_pipe(self):
        self.assertIn("it is a folder", self.refused(Path(self.folder.name), *MMRM))
        pipe = Path(self.folder.name, "pipe")
        os.mkfifo(pipe)
        self.assertIn("it is a pipe", self.refused(pipe, *MMRM))

    def test_a_duplicated_visit(self):
        text = self.refused(self.write("id,arm,visit,y\n1,a,1,2\n2,b,1,3\n1,a,1,4\n"), *MMRM, "--compare", "b,a")
        self.assertIn("data.csv:4:1", text)
        self.assertIn("participant 1 has visit 1 twice (the first is in line 2)", text)

    def test_one_arm_only(self):
        text = self.refused(self.write("id,arm,visit,y\n1,a,1,2\n2,a,1,3\n"), *MMRM, "--compare", "b,a")
        self.assertIn("there is one arm only", text)

    def test_all_missing(self):
        text = self.refused(self.write("id,arm,visit,y\n1,a,1,NA\n2,b,1,\n"), *MMRM, "--compare", "b,a")
        self.assertIn("every value of 'y' is missing", text)

    def test_what_is_no_number(self):
        text = self.refused(self.write("id,arm,visit,y\n1,a,1,two\n2,b,1,3\n"), *MMRM, "--compare", "b,a")
        self.assertIn("data.csv:2:4: 'two' is no number", text)

    def test_an_unknown_arm_and_visit(self):
        text = self.refused(DATA / "lossy.csv", *MMRM, "--compare", "c,a", "--at", "5")
        self.assertIn("no arm is 'c'", text)
        self.assertIn("no visit is '5'", text)

    def test_empty_and_missing_files(self):
        self.assertIn("the file is empty", self.refused(self.write(""), *MMRM))
        self.assertIn("there is no such file", self.refused(Path(self.folder.name, "nowhere.csv"), *MMRM))
        self.assertIn("the line has 2 cells", self.refused(self.write("id,arm,visit,y\n1,a\n"), *MMRM))

    def test_a_trial_that_simulate_wrote(self):
        file = Path(self.folder.name, "trial.csv")
        self.assertEqual(equipoise("simulate", SOURCE / "scenarios/validation/w1.toml", "-o", file).returncode, 0)
        result = analyze(file, "--method", "mmrm", "--value", "outcome", "--arm", "arm", "--visit", "month", "--participant",
                         "participant", "--baseline", "0", "--adjust", "baseline*visit", "--df", "satterthwaite",
                         "--compare", "Treatment,Control", "--at", "12", "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["status"], "ok")


if __name__ == "__main__":
    unittest.main(argv=[__file__])
