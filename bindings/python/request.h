#pragma once
// What a caller in Python asks for, as the study engine takes it.

#include <pybind11/pybind11.h>

#include <vector>

#include "herald/study/preset.h"
#include "herald/study/sweep.h"

namespace herald::python {

struct Request {
  std::vector<const study::RateModel*> models;
  std::vector<study::Setting> settings;
  std::vector<study::Axis> axes;
  std::vector<bool> is_dimension;  // of an axis: of the result; a single value is none
};

// `protocols`: a name, names, or None for the preset's; `preset`: a name, a file, several, or None; `set`: numbers by
// the parameter's name. `parameters` may write detector_efficiency for detector.efficiency; a number sets, an array
// sweeps. Raises HeraldError.
Request read_request(const pybind11::object& protocols, const pybind11::object& preset, const pybind11::dict& set,
                     const pybind11::dict& sweep, const pybind11::dict& parameters);

// The last axis. `distance`: km, a number or an array; None: there is none.
void add_distance(Request& request, const pybind11::object& distance);

}  // namespace herald::python
