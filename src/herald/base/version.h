#pragma once
// The version of Herald, as `herald --version` prints it: that of project() in CMakeLists.txt.

#include <string_view>

namespace herald {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace herald
