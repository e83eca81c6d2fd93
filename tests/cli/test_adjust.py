"""`equipoise adjust`: p values, good and bad."""

import csv
import io
import json
import unittest

from program import equipoise

TWO_DOSES = ["--method", "graph", "--weights", "0.5,0.5,0,0", "--transitions", "0,0,1,0;0,0,0,1;0,1,0,0;1,0,0,0"]


def adjust(*arguments):
    return equipoise("adjust", *arguments)


class Adjust(unittest.TestCase):
    def answer(self, *arguments):
        result = adjust(*arguments, "--format", "json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return json.loads(result.stdout)

    def adjusted(self, *arguments):
        return [one["p_adjusted"] for one in self.answer(*arguments)["hypotheses"]]

    def close(self, numbers, expected, places=12):
        self.assertEqual(len(numbers), len(expected))
        for number, other in zip(numbers, expected):
            self.assertAlmostEqual(number, other, places=places)

    def refused(self, *arguments):
        result = adjust(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_json_has_what_it_promises(self):
        answer = self.answer("--method", "hommel", "--p", "0.024,0.01,0.026,0.027")
        self.assertEqual(list(answer), ["method", "alpha", "hypotheses", "rejected"])
        self.assertEqual((answer["method"], answer["alpha"], answer["rejected"]), ("hommel", 0.05, 4))
        self.assertEqual(list(answer["hypotheses"][0]), ["name", "p", "p_adjusted", "rejected"])
        self.assertEqual([one["name"] for one in answer["hypotheses"]], ["H1", "H2", "H3", "H4"])
        self.close([one["p_adjusted"] for one in answer["hypotheses"]], [0.027] * 4)
        self.assertTrue(all(one["rejected"] is True for one in answer["hypotheses"]))

    def test_every_method_by_hand(self):
        p = ["--p", "0.01,0.02,0.04"]
        for method, options, expected in (
                ("none", [], [0.01, 0.02, 0.04]),
                ("bonferroni", [], [0.03, 0.06, 0.12]),
                ("bonferroni", ["--weights", "0.5,0.25,0.25"], [0.02, 0.08, 0.16]),
                ("holm", [], [0.03, 0.04, 0.04]),
                ("holm", ["--weights", "0.2,0.4,0.4"], [0.05, 0.05, 0.05]),
                ("hochberg", [], [0.03, 0.04, 0.04]),
                ("hommel", [], [0.03, 0.04, 0.04]),
                ("fixed_sequence", [], [0.01, 0.02, 0.04]),
                ("fixed_sequence", ["--order", "3,2,1"], [0.04, 0.04, 0.04]),
                ("fallback", ["--weights", "0.5,0.25,0.25"], [0.02, 0.08 / 3, 0.04]),
                ("graph", ["--weights", "1,0,0", "--transitions", "0,1,0;0,0,1;0,0,0"], [0.01, 0.02, 0.04]),
                ("gatekeeping", ["--families", "H1;H2,H3"], [0.01, 0.04, 0.04]),
                ("co_primary", [], [0.04, 0.04, 0.04])):
            if method == "gatekeeping":
                options = [*options, "--gates", "serial,parallel"]
            with self.subTest(method=method, options=options):
                self.close(self.adjusted("--method", method, *p, *options), expected)

    def test_dunnett_against_tables(self):
        # Two-sided 5 % points of Dunnett's t, three treatments, equal arms: 2.54 with 20 degrees of freedom, 2.35
        # with none to estimate (Dunnett 1964). Their p values, to more digits than tables have.
        self.close(self.adjusted("--method", "dunnett", "--p", "0.01,0.02,0.04", "--df", "20"),
                   [0.02631806740827, 0.05128643326155, 0.09906055629550], places=9)
        # With no correlation: 1 - (1 - p)^m.
        self.close(self.adjusted("--method", "dunnett", "--p", "0.01,0.2", "--correlation", "0"),
                   [1 - 0.99**2, 1 - 0.8**2], places=9)
        # Alone the last one is what it was.
        stepped = self.adjusted("--method", "dunnett_step_down", "--p", "0.01,0.2", "--df", "12,9")
        self.assertAlmostEqual(stepped[1], 0.2, places=9)
        matrix = self.adjusted("--method", "dunnett", "--p", "0.01,0.2,0.1", "--correlation", "1,.5,.5;.5,1,.5;.5,.5,1")
        self.assertEqual(matrix, self.adjusted("--method", "dunnett", "--p", "0.01,0.2,0.1"))
        one_sided = self.adjusted("--method", "dunnett", "--p", "0.01,0.2,0.1", "--sides", "1")
        self.assertNotEqual(matrix, one_sided)

    def test_a_graph_tells_its_steps(self):
        answer = self.answer(*TWO_DOSES, "--p", "0.01,0.02,0.03,0.05", "--names", "A low,A high,B low,B high")
        self.close([one["p_adjusted"] for one in answer["hypotheses"]], [0.02, 0.04, 0.06, 0.06])
        self.assertEqual([one["rejected"] for one in answer["hypotheses"]], [True, True, False, False])
        self.assertEqual([step["rejected"] for step in answer["steps"]], ["A low", "A high"])
        self.assertEqual(list(answer["steps"][0]), ["rejected", "p", "level", "weights", "transitions"])
        self.close(answer["steps"][0]["weights"], [0, 0.5, 0.5, 0])
        self.close(answer["steps"][1]["weights"], [0, 0, 0.5, 0.5])
        self.assertEqual(answer["steps"][1]["transitions"][2], [0, 0, 0, 1])
        self.assertAlmostEqual(answer["steps"][0]["level"], 0.025)
        table = adjust(*TWO_DOSES, "--p", "0.01,0.02,0.03,0.05").stdout
        self.assertIn("Step by step", table)
        self.assertIn("Nothing is rejected.", adjust(*TWO_DOSES, "--p", "0.3,0.2,0.03,0.05").stdout)

    def test_names_orders_and_families_agree(self):
        p = ["--p", "0.01,0.2,0.03", "--names", "pain,function,dose"]
        self.assertEqual(self.adjusted("--method", "fixed_sequence", *p, "--order", "dose,pain,function"),
                         self.adjusted("--method", "fixed_sequence", *p, "--order", "3,1,2"))
        gates = ["--method", "gatekeeping", "--truncation", "0.5,1"]
        self.assertEqual(self.adjusted(*gates, *p, "--families", "pain,function;dose"),
                         self.adjusted(*gates, *p, "--families", "1,2;3"))

    def test_a_test_that_could_not_be_made(self):
        answer = self.answer("--method", "holm", "--p", "NA,0.01")
        self.assertEqual(answer["hypotheses"][0], {"name": "H1", "p": None, "p_adjusted": 1.0, "rejected": False})
        self.close([answer["hypotheses"][1]["p_adjusted"]], [0.02])

    def test_csv_and_table(self):
        result = adjust("--method", "holm", "--p", "0.01,0.02,0.04", "--names", 'a,"b",c', "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        self.assertEqual([row["hypothesis"] for row in rows], ["a", '"b"', "c"])
        self.assertEqual(float(rows[0]["p_adjusted"]), 0.03)
        self.assertEqual([row["rejected"] for row in rows], ["1", "1", "1"])
        table = adjust("--method", "holm", "--p", "0.01,0.02,0.04", "--alpha", "0.035").stdout
        self.assertIn("holm, alpha 0.035", table)
        self.assertEqual([line.split()[-1] for line in table.splitlines()[4:]], ["yes", "no", "no"])

    def test_every_problem_at_once(self):
        text = self.refused("--method", "graf", "--p", "0.01,x,1.2", "--alpha", "3", "--names", "a,a", "--weights", "0.5,z",
                            "--df", "-1", "--sides", "3", "--order", "4")
        for part in ("--method: 'graf' is unknown; did you mean 'graph'?", "--p: 'x' is no number", "--p: 1.2 is no p value",
                     "--alpha: '3' is no significance level", "--names: 2 names are given for 3 p values",
                     "--names: two hypotheses are named 'a'", "--weights: 'z' is no number",
                     "--df: '-1' is no number of degrees of freedom", "--sides: '3' is no number of sides"):
            self.assertIn(part, text)

    def test_what_contradicts_itself(self):
        for arguments, part in (
                (["--method", "holm", "--weights", "0.6,0.6"], "--weights: the weights sum to 1.2"),
                (["--method", "holm", "--weights", "1,0"], "--weights: weight 2 is 0"),
                (["--method", "holm", "--weights", "1"], "--weights: 1 weight for 2 hypotheses"),
                (["--method", "hommel", "--weights", "0.5,0.5"], "'weights' says nothing to the method 'hommel'"),
                (["--method", "graph"], "--method: a graph needs its transitions"),
                (["--method", "graph", "--transitions", "0,1"], "--transitions: 1 row of transitions for 2 hypotheses"),
                (["--method", "graph", "--transitions", "0,1;1"], "row 2 of the transitions has 1 number"),
                (["--method", "graph", "--transitions", "0.5,0.5;0,0"], "hands 0.5 of its share to itself"),
                (["--method", "graph", "--transitions", "0,2;0,0"], "--transitions: 2 is out of range"),
                (["--method", "fallback", "--order", "1,1"], "--order: 'H1' stands in the order twice"),
                (["--method", "fixed_sequence", "--order", "H1,H3"], "no hypothesis is named 'H3'"),
                (["--method", "gatekeeping"], "--method: gatekeeping needs families"),
                (["--method", "gatekeeping", "--families", "H1;H1"], "'H1' is in the families twice"),
                (["--method", "gatekeeping", "--families", "H1"], "'H2' is not in any family"),
                (["--method", "gatekeeping", "--families", "1;2", "--gates", "open,serial"], "--gates: 'open' is unknown"),
                (["--method", "gatekeeping", "--families", "1;2", "--truncation", "0.5"], "1 are given for 2 families"),
                (["--method", "holm", "--df", "20"], "--df: it says nothing to the method 'holm'"),
                (["--method", "dunnett", "--correlation", "2"], "--correlation: 2 is out of range"),
                (["--method", "dunnett", "--correlation", "1,.5;.4,1"], "this is no correlation matrix"),
                (["--method", "dunnett", "--correlation", "1,.5,.5"], "it is not 2 rows of 2 numbers"),
                (["--method", "dunnett", "--df", "1,2,3"], "3 numbers are given for 2 p values")):
            with self.subTest(arguments=arguments):
                self.assertIn(part, self.refused("--p", "0.01,0.02", *arguments))

    def test_families_that_pass_nothing_on(self):
        gates = ["--method", "gatekeeping", "--p", "0.01,0.02,0.03", "--families", "1,2;3"]
        self.assertIn("--truncation: family 1 passes nothing on", self.refused(*gates, "--truncation", "1,1"))
        self.assertEqual(adjust(*gates).stdout, adjust(*gates, "--truncation", "0.5,1").stdout)
        one = ["--method", "gatekeeping", "--p", "0.01,0.02", "--families", "1;2"]
        self.assertEqual(adjust(*one).stdout, adjust(*one, "--truncation", "1,1").stdout)

    def test_nothing_is_not_enough(self):
        self.assertIn("there are no p values", self.refused("--method", "holm", "--p", " "))
        self.assertIn("there are 65 hypotheses", self.refused("--method", "holm", "--p", ",".join(["0.1"] * 65)))
        self.assertEqual(adjust("--p", "0.1").returncode, 2)
        self.assertEqual(adjust("--method", "holm", "--p", "0.1", "--format", "xml").returncode, 2)
        self.assertIn("-0.1 is no p value", self.refused("--method", "holm", "--p", "-0.1,0.2"))


if __name__ == "__main__":
    unittest.main(argv=[__file__])
