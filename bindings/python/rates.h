#pragma once
// Rates at one point, reach and crossings, in Python.

#include <pybind11/pybind11.h>

namespace herald::python {

void add_rates(pybind11::module_& module);
void add_sweeps(pybind11::module_& module);

}  // namespace herald::python
