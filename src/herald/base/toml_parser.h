#pragma once
// toml++, for whoever reads TOML; include nothing of it in another way. A document that trips one of its own assertions
// (3.3 does at "[" before what is no key) is malformed like any other.

#include <stdexcept>
#include <string_view>

#include "herald/base/result.h"

namespace herald {

struct TomlAssertion : std::logic_error {
  TomlAssertion() : std::logic_error("this is no TOML") {}
};

}  // namespace herald

#define TOML_ASSERT(expression) ((expression) ? void() : throw ::herald::TomlAssertion())
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

namespace herald {

// Errors: malformed, with `name` and the line.
Result<toml::table> parse_toml(std::string_view text, std::string_view name);

}  // namespace herald
