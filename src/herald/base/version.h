#pragma once
// The version of Herald, as `herald --version` prints it. CMakeLists.txt names the same one; a test in cli/ compares them.

#include <string_view>

namespace herald {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace herald
