#pragma once
// The API for applications as an OpenAPI 3.0 document.

#include <string_view>

namespace herald::kme {

extern const std::string_view kOpenApi;

}  // namespace herald::kme
