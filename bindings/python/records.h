#pragma once
// Theorems, models and presets as Python objects.

#include <pybind11/pybind11.h>

namespace herald::python {

void add_theorems(pybind11::module_& module);
void add_models(pybind11::module_& module);
void add_presets(pybind11::module_& module);

// Their objects live as long as the program.
template <typename Records>
pybind11::list list_of(const Records& records) {
  pybind11::list list;
  for (const auto& record : records) list.append(pybind11::cast(&record, pybind11::return_value_policy::reference));
  return list;
}

}  // namespace herald::python
