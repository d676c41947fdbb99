#include "herald/base/toml_parser.h"

#include <fmt/format.h>

namespace herald {

Result<toml::table> parse_toml(std::string_view text, std::string_view name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    const auto begin = error.source().begin;
    return fail(ErrorCode::malformed, begin ? fmt::format("{}:{}: {}", name, begin.line, error.description())
                                            : fmt::format("{}: {}", name, error.description()));
  } catch (const TomlAssertion& error) {
    return fail(ErrorCode::malformed, fmt::format("{}: {}", name, error.what()));
  }
}

}  // namespace herald
