#pragma once
// Herald's errors as Python's.

#include <pybind11/pybind11.h>

#include <utility>

#include "herald/base/result.h"

namespace herald::python {

void add_errors(pybind11::module_& module);

// Raises herald.HeraldError. With the interpreter's lock held.
[[noreturn]] void raise(const Error& error);

template <typename T>
T value_of(Result<T>&& result) {
  if (!result) raise(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace herald::python
