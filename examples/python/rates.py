#!/usr/bin/env python3
"""Key rates from Python: one point, curves, optimised parameters, reach, crossings, the theorem behind them.

    make python
    PYTHONPATH=build/release/python /usr/bin/python3 examples/python/rates.py [PICTURE.png]

Draws the curves where matplotlib is installed (python3-matplotlib).
"""
import sys

import herald
import numpy as np

# One point. Intensities and probabilities are chosen for the highest rate unless they are set.
point = herald.rate("sns", distance=300, misalignment=0.05)
print(f"{point}: best intensity {point.parameters['intensity.signal']:.3f} photons/pulse")

# Curves of several protocols, on all cores. Each is a structured array.
curves = herald.sweep(["bb84-decoy", "sns", "sns-aopp", "plob"], distance=np.arange(0, 801, 5))
for name, curve in curves.items():
    key = curve["distance"][curve["rate"] > 0]
    print(f"{name:11} a key up to {key.max():3.0f} km, {curve['rate'][20]:.2e} {herald.model(name).unit} at 100 km")

# What tolerates how much misalignment: two axes, an array of two dimensions.
grid = herald.sweep("sns", distance=np.arange(100, 701, 100), misalignment=[0.05, 0.15, 0.25, 0.35])
print("\nsns        " + "".join(f"{km:8.0f} km" for km in grid.axes["distance"]))
for misalignment, rates in zip(grid.axes["misalignment"], grid["sns"]["rate"]):
    print(f"  {100 * misalignment:4.0f} %   " + "".join(f"{rate:11.2e}" for rate in rates))

# How far, and where a curve overtakes the repeaterless bound.
print(f"\nbb84-decoy over the fibre of Gobby, Yuan and Shields: {herald.reach('bb84-decoy', preset='gys'):.2f} km")
for protocol in ("sns", "sns-aopp"):
    print(f"{protocol} overtakes PLOB at {herald.crossing(protocol, 'plob').overtakes:.2f} km")

# What stands behind a figure.
theorem = herald.model("sns").theorem
print(f"\n{theorem.title}\n{theorem.paper}\n{theorem.statement}")
for assumption in theorem.assumptions:
    print(f"  {assumption.name}: {assumption.meaning}")

# What is impossible is refused, with the way out.
try:
    herald.rate("sns", 300, misalignment=0.7)
except herald.HeraldError as error:
    print(f"\n{error.code}: {error}")

try:
    from matplotlib import pyplot
except ImportError:
    print("\n(no picture: matplotlib is not installed)")
    sys.exit()

pyplot.switch_backend("Agg")  # a file, no window
for name, curve in curves.items():
    style = "k--" if herald.model(name).bound else "-"
    pyplot.semilogy(curve["distance"], np.where(curve["rate"] > 0, curve["rate"], np.nan), style, label=name)
pyplot.ylim(1e-12, 1)
pyplot.xlabel("distance (km)")
pyplot.ylabel("rate (bit/pulse)")
pyplot.legend()
file = sys.argv[1] if len(sys.argv) > 1 else "rates.png"
pyplot.savefig(file)
print(f"\n{file}: the curves")
