#include "errors.h"

#include <pybind11/eval.h>

#include <algorithm>
#include <string>

namespace herald::python {
namespace {

constexpr const char* kClass = R"(
class HeraldError(Exception):
    """What Herald refuses or cannot do: `message` says what is wrong and the way out, `code` is one word for programs:
    "invalid_argument", "not_found", "malformed", "io", "disagreement", "unavailable" and others."""

    def __init__(self, code, message):
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self):
        return self.message


HeraldError.__module__ = "herald"
)";

}  // namespace

namespace py = pybind11;

void add_errors(py::module_& module) {
  py::dict scope;
  scope["__name__"] = "herald";
  py::exec(kClass, scope);
  module.attr("HeraldError") = scope["HeraldError"];
}

void raise(const Error& error) {
  const py::object type = py::module_::import("herald").attr("HeraldError");
  std::string code(to_string(error.code));
  std::ranges::replace(code, ' ', '_');
  PyErr_SetObject(type.ptr(), type(code, error.message).ptr());
  throw py::error_already_set();
}

}  // namespace herald::python
