"""import herald: the same figures as the command, as numpy arrays and objects."""
import ast
import csv
import io
import math
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import herald
import numpy as np

TREE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("HERALD_PROGRAM")


class Rates(unittest.TestCase):
    def test_a_rate_is_a_number_and_more(self) -> None:
        rate = herald.rate("plob", distance=100)
        exact = -math.log1p(-(10**-2)) / math.log(2)
        self.assertAlmostEqual(float(rate), exact, delta=1e-15)
        self.assertEqual((rate.protocol, rate.distance, rate.unit), ("plob", 100, "bit/channel use"))
        self.assertEqual(rate.epsilon, 0)
        self.assertIn("plob at 100 km", repr(rate))

    def test_optimised_parameters_are_told(self) -> None:
        rate = herald.rate("sns", 300)
        self.assertGreater(rate.rate, 0)
        self.assertGreater(rate.parameters["intensity.signal"], 0.1)
        self.assertIn("fibre.attenuation", rate.parameters)
        self.assertTrue(all(math.isfinite(value) for value in rate.figures.values()))
        fixed = herald.rate("sns", 300, intensity_signal=0.2)
        self.assertEqual(fixed.parameters["intensity.signal"], 0.2)
        self.assertLess(fixed.rate, rate.rate)

    def test_a_parameter_has_several_spellings(self) -> None:
        rates = [
            herald.rate("sns", 300, set={"detector.efficiency": 0.5}),
            herald.rate("sns", 300, detector_efficiency=0.5),
            herald.rate("sns", distance=300, **{"detector.efficiency": 0.5}),
            herald.rate("sns", 300, set={"sns:detector.efficiency": np.float32(0.5)}),
            herald.rate("sending-or-not-sending", np.int64(300), detector_efficiency=np.float64(0.5)),
        ]
        self.assertEqual({float(rate) for rate in rates}, {float(rates[0])})

    def test_no_two_parameters_become_one_with_underscores(self) -> None:
        names = {name for model in herald.models() for name in model.parameters}
        self.assertEqual(len({name.replace(".", "_") for name in names}), len(names))

    def test_without_a_distance(self) -> None:
        model = next(m for m in herald.models() if not m.uses_distance)
        self.assertIsNone(herald.rate(model.name).distance)

    def test_presets(self) -> None:
        self.assertIn("gys", herald.presets())
        gys = herald.preset("gys")
        self.assertEqual(set(gys.values), set(gys.sources))
        self.assertEqual(herald.preset(TREE / "presets/gys.toml").values, gys.values)
        rate = herald.rate("bb84-decoy", 100, preset="gys")
        self.assertEqual(rate.parameters["detector.efficiency"], gys.values["detector.efficiency"])
        self.assertEqual(herald.rate("bb84-decoy", 100, preset="gys", detector_efficiency=0.1).parameters[
            "detector.efficiency"], 0.1)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            herald.rate("plob", 100, preset="gys")
        self.assertIn("nobody here uses", str(caught[0].message))

    def test_reach_and_crossing(self) -> None:
        km = herald.reach("bb84-decoy", preset="gys")
        self.assertGreater(float(herald.rate("bb84-decoy", km - 0.02, preset="gys")), 0)
        self.assertEqual(float(herald.rate("bb84-decoy", km + 0.02, preset="gys")), 0)
        self.assertEqual(herald.reach("plob", most=110), 110)
        at = herald.crossing("sns", "plob")
        self.assertGreater(float(herald.rate("sns", at.overtakes + 1)), float(herald.rate("plob", at.overtakes + 1)))
        self.assertLess(float(herald.rate("sns", at.overtakes - 1)), float(herald.rate("plob", at.overtakes - 1)))
        self.assertLess(herald.crossing("sns", detectors=True).overtakes, at.overtakes)

    def test_pickles(self) -> None:
        rate = herald.rate("sns", 200)
        again = pickle.loads(pickle.dumps(rate))
        self.assertEqual((again.rate, again.parameters, repr(again)), (rate.rate, rate.parameters, repr(rate)))
        sweep = herald.sweep("plob", [1, 2])
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(sweep))["plob"], sweep["plob"])
        error = pickle.loads(pickle.dumps(herald.HeraldError("io", "full")))
        self.assertEqual((error.code, str(error)), ("io", "full"))


class Errors(unittest.TestCase):
    def refused(self, code: str, text: str, call: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        with self.assertRaises(herald.HeraldError) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(text, caught.exception.message)
        self.assertEqual(str(caught.exception), caught.exception.message)

    def test_of_names(self) -> None:
        self.refused("not_found", "did you mean sns", herald.rate, "snss", 100)
        self.refused("not_found", "no protocol", herald.model, "nothing")
        self.refused("not_found", "", herald.theorem, "nothing")
        self.refused("not_found", "no preset", herald.rate, "sns", 100, preset="nothing")
        self.refused("not_found", "detector.efficiency", herald.rate, "sns", 100, detector_eficiency=0.2)
        self.refused("invalid_argument", "named twice", herald.sweep, ["sns", "sending-or-not-sending"], [1])
        self.refused("invalid_argument", "name a protocol", herald.sweep, [], [1])

    def test_of_values(self) -> None:
        self.refused("invalid_argument", "permits", herald.rate, "sns", 100, misalignment=0.7)
        self.refused("invalid_argument", "permits", herald.rate, "sns", 100, misalignment=math.nan)
        self.refused("invalid_argument", "permitted are 0 to", herald.rate, "sns", -1)
        self.refused("invalid_argument", "say distance=", herald.rate, "sns")
        self.refused("invalid_argument", "more than one point", herald.rate, "sns", [1, 2])
        self.refused("invalid_argument", "one dimension", herald.sweep, "sns", np.zeros((2, 2)))
        self.refused("invalid_argument", "nothing in it", herald.sweep, "sns", [])
        self.refused("invalid_argument", "both set and swept", herald.sweep, "sns", 1, set={"misalignment": 0.1},
                     sweep={"misalignment": [0.1]})
        self.refused("invalid_argument", "no bound", herald.crossing, "sns", "bb84-decoy")
        self.refused("invalid_argument", "every parameter a number", herald.reach, "sns", misalignment=[0.1])
        self.refused("invalid_argument", "permitted are 0 to", herald.reach, "sns", most=math.nan)
        self.refused("invalid_argument", "permitted are 0 to", herald.sweep, "sns", 1, threads=5000)

    def test_of_types(self) -> None:
        for call in (
            lambda: herald.rate("sns", "far"),
            lambda: herald.rate("sns", 100, misalignment="much"),
            lambda: herald.rate("sns", 100, misalignment=None),
            lambda: herald.rate(7, 100),
            lambda: herald.sweep("sns", object()),
            lambda: herald.sweep("sns", [1, 2], threads=-1),
        ):
            with self.assertRaises((TypeError, ValueError, herald.HeraldError)):
                call()


class Sweeps(unittest.TestCase):
    def test_each_point_is_the_rate(self) -> None:
        distances = np.arange(0, 500, 100)
        sweep = herald.sweep(["sns", "plob"], distance=distances)
        self.assertEqual(list(sweep), ["sns", "plob"])
        np.testing.assert_array_equal(sweep.axes["distance"], distances)
        for name in sweep:
            np.testing.assert_array_equal(sweep[name]["distance"], distances)
            for i, distance in enumerate(distances):
                rate = herald.rate(name, distance)
                self.assertEqual(sweep[name]["rate"][i], rate.rate)
                self.assertEqual(sweep[name]["epsilon"][i], rate.epsilon)
                for parameter, value in rate.parameters.items():
                    self.assertEqual(sweep[name]["parameters"][parameter][i], value)
                for figure, value in rate.figures.items():
                    np.testing.assert_equal(sweep[name]["figures"][figure][i], value)

    def test_axes_make_dimensions(self) -> None:
        sweep = herald.sweep(
            "sns", [100, 200], sweep={"misalignment": [0.05, 0.1, 0.15]}, detector_efficiency=(0.3, 0.5, 0.7, 0.9))
        self.assertEqual(sweep["sns"].shape, (3, 4, 2))
        self.assertEqual(list(sweep.axes), ["misalignment", "detector.efficiency", "distance"])
        self.assertEqual(sweep["sns"]["parameters"]["misalignment"][2, 0, 0], 0.15)
        self.assertEqual(
            sweep["sns"]["rate"][1, 2, 0], float(herald.rate("sns", 100, misalignment=0.1, detector_efficiency=0.7)))
        self.assertTrue(np.all(np.diff(sweep["sns"]["rate"], axis=2) < 0))
        self.assertEqual(herald.sweep("sns", 100)["sns"].shape, ())
        self.assertEqual(herald.sweep("sns", 100, misalignment=[0.1, 0.2])["sns"].shape, (2,))

    def test_threads_do_not_show(self) -> None:
        one, many = (herald.sweep("sns", np.arange(0, 600, 7), threads=threads)["sns"] for threads in (1, 5))
        np.testing.assert_array_equal(one, many)

    def test_is_a_mapping_by_name_and_alias(self) -> None:
        sweep = herald.sweep("sending-or-not-sending", 100)
        self.assertEqual((list(sweep), len(sweep)), (["sns"], 1))
        self.assertIs(sweep["sns"], sweep["sending-or-not-sending"])
        self.assertTrue("sns" in sweep and "sending-or-not-sending" in sweep and "plob" not in sweep)
        for name in ("plob", "nothing"):
            with self.assertRaises(KeyError):
                sweep[name]
        self.assertEqual(dict(sweep.items()).keys(), sweep.keys())

    def test_of_a_preset(self) -> None:
        sweep = herald.sweep(preset="gys", distance=[50, 100])
        self.assertEqual(list(sweep), herald.preset("gys").protocols)

    def test_refused_points_are_nan_with_a_reason(self) -> None:
        sweep = herald.sweep("bb84-vacuum-weak", 50, intensity_signal=[0.05, 0.5], intensity_weak=0.1)
        self.assertTrue(math.isnan(sweep["bb84-vacuum-weak"]["rate"][0]))
        self.assertGreater(sweep["bb84-vacuum-weak"]["rate"][1], 0)
        self.assertEqual(list(sweep.errors["bb84-vacuum-weak"]), [(0,)])
        with self.assertRaises(herald.HeraldError) as caught:
            herald.rate("bb84-vacuum-weak", 50, intensity_signal=0.05, intensity_weak=0.1)
        self.assertEqual(sweep.errors["bb84-vacuum-weak"][(0,)], str(caught.exception))

    @unittest.skipUnless(PROGRAM, "HERALD_PROGRAM is not set")
    def test_the_command_says_the_same(self) -> None:
        printed = subprocess.run(
            [PROGRAM, "rate", "sns", "plob", "--distance", "0:600:50", "--sweep", "misalignment=0.05,0.1", "--csv"],
            check=True, capture_output=True, text=True).stdout
        sweep = herald.sweep(["sns", "plob"], np.arange(0, 601, 50), sweep={"misalignment": [0.05, 0.1]})
        rows = {name: iter(sweep[name].ravel()) for name in sweep}
        for row in csv.DictReader(io.StringIO(printed)):
            ours = next(rows[row["protocol"]])
            self.assertEqual(float(row["rate"]), ours["rate"])
            for name in ours["parameters"].dtype.names:
                self.assertEqual(float(row[name]), ours["parameters"][name])

    def test_resumes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "journal"
            first = herald.sweep("sns", [100, 200], resume=file)["sns"]
            self.assertGreater(file.stat().st_size, 100)
            np.testing.assert_array_equal(herald.sweep("sns", [100, 200], resume=file)["sns"], first)
            with self.assertRaises(herald.HeraldError) as caught:
                herald.sweep("sns", [100, 300], resume=file)
            self.assertEqual(caught.exception.code, "disagreement")

    def test_progress_is_told_and_other_threads_run(self) -> None:
        told, ticks, over = [], [], threading.Event()

        def tick() -> None:
            while not over.wait(0.01):
                ticks.append(time.monotonic())

        ticking = threading.Thread(target=tick)
        ticking.start()
        try:
            herald.sweep("sns", np.arange(0, 600, 0.2), progress=lambda *at: told.append(at), threads=1)
        finally:
            over.set()
            ticking.join()
        self.assertTrue(told)
        self.assertTrue(all(done <= whole == 3000 for done, whole in told))
        self.assertGreater(len(ticks), 3)

    def test_what_progress_raises_ends_it(self) -> None:
        def enough(done: int, whole: int) -> None:
            raise RuntimeError("enough")

        with self.assertRaisesRegex(RuntimeError, "enough"):
            herald.sweep("sns", np.arange(0, 600, 0.01), progress=enough)

    def test_ctrl_c_stops_it(self) -> None:
        self.interrupt("herald.reach('npp-decoy')", lambda: True)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "journal"
            self.interrupt(
                f"herald.sweep('bb84-finite', numpy.linspace(0, 120, 301), threads=1, resume={str(file)!r})",
                lambda: file.exists() and file.read_bytes().count(b"\n") > 20)
            kept = file.read_text().splitlines()
            told = []
            resumed = herald.sweep(
                "bb84-finite", np.linspace(0, 120, 301), resume=file, progress=lambda *at: told.append(at))
            self.assertLess(len(kept), 302)  # a line is the head
            self.assertEqual(file.read_text().splitlines()[: len(kept)], kept)
            self.assertGreaterEqual(told[0][0], len(kept) - 1)
            self.assertEqual(told[-1], (301, 301))
            np.testing.assert_array_equal(
                resumed["bb84-finite"], herald.sweep("bb84-finite", np.linspace(0, 120, 301))["bb84-finite"])

    def interrupt(self, call: str, when: Callable[[], bool]) -> None:
        script = f"import herald, numpy; print('go', flush=True); {call}"
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            child.stdout.readline()
            while not when() and child.poll() is None:
                time.sleep(0.01)
            time.sleep(0.2)
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=60)
        self.assertIn(b"KeyboardInterrupt", said)
        self.assertNotEqual(child.returncode, 0)


class Records(unittest.TestCase):
    def test_models(self) -> None:
        names = [model.name for model in herald.models()]
        for name in "bb84 bb84-decoy bb84-finite bbm92 sns sns-aopp mdi di plob tgw repeaters".split():
            self.assertIn(name, names)
        sns = herald.model("sns")
        self.assertIn("sending-or-not-sending", sns.aliases)
        self.assertEqual(herald.model(sns.aliases[0]).name, "sns")
        self.assertFalse(sns.bound)
        self.assertTrue(herald.model("plob").bound)
        for model in herald.models():
            self.assertTrue(model.title and model.unit.startswith("bit/") and model.theorem.paper, model.name)
            for name, parameter in model.parameters.items():
                self.assertEqual(parameter.name, name)
                self.assertTrue(parameter.least <= parameter.standard <= parameter.most, (model.name, name))

    def test_theorems(self) -> None:
        for theorem in herald.theorems():
            self.assertTrue(theorem.title and theorem.paper and theorem.statement, theorem.name)
            self.assertEqual(herald.theorem(theorem.name).title, theorem.title)
            self.assertTrue(theorem.bound or theorem.assumptions, theorem.name)
            if theorem.epsilon_shares:
                self.assertAlmostEqual(sum(each.share for each in theorem.epsilon_shares), 1)

    def test_published_points(self) -> None:
        point = herald.theorem(herald.model("bb84-decoy").theorem.name).points[0]
        self.assertTrue(point.what and point.source)
        self.assertLessEqual(abs(point.computed() - point.published), point.relative_tolerance * abs(point.published))

    def test_everything_is_documented(self) -> None:
        for name in dir(herald):
            self.assertTrue(name.startswith("__") or getattr(herald, name).__doc__, name)

    def test_the_stub_names_what_there_is(self) -> None:
        def public(names: Iterable[str]) -> list[str]:
            return sorted(name for name in names if not name.startswith("_"))

        stub = ast.parse((pathlib.Path(herald.__file__).parent / "herald.pyi").read_text())
        named = {node.name: node for node in stub.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        self.assertEqual(public(named), public(dir(herald)))
        for name, node in named.items():
            if isinstance(node, ast.ClassDef) and name != "HeraldError":
                members = [member.name for member in node.body if isinstance(member, ast.FunctionDef)]
                self.assertEqual(public(members), public(dir(getattr(herald, name))), name)


if __name__ == "__main__":
    unittest.main()
