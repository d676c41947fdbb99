// import herald: key rates, sweeps and theorems for researchers.

#include <pybind11/pybind11.h>

#include "errors.h"
#include "herald/base/version.h"
#include "rates.h"
#include "records.h"

PYBIND11_MODULE(herald, module) {
  module.doc() = R"(Quantum cryptography: how much secret key, at what distance, by which theorem.

>>> import herald, numpy as np
>>> herald.rate("sns", 300, misalignment=0.05)
>>> curves = herald.sweep(["sns", "bb84-decoy", "plob"], distance=np.arange(0, 700, 5))
>>> curves["sns"]["rate"]
>>> herald.reach("bb84-decoy", preset="gys"), herald.crossing("sns", "plob").overtakes
>>> print(herald.model("sns").theorem.statement)

Distances are in kilometres, rates in bits a use (Model.unit). Errors are herald.HeraldError.)";
  module.attr("__version__") = herald::kVersion;
  herald::python::add_errors(module);
  herald::python::add_theorems(module);
  herald::python::add_models(module);
  herald::python::add_presets(module);
  herald::python::add_rates(module);
  herald::python::add_sweeps(module);
}
