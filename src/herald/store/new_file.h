#pragma once

#include <filesystem>

#include "herald/base/result.h"

namespace herald::store {

// A name beside `path` for a file that is still being made; differs between processes.
std::filesystem::path unfinished(const std::filesystem::path& path);

// Gives the finished file `beside` the name `path`, durably, unless something has that name already (invalid_argument);
// `beside` is gone afterwards in any case.
Result<void> publish_new_file(const std::filesystem::path& beside, const std::filesystem::path& path);

// The same check in advance.
Result<void> require_new(const std::filesystem::path& path);

}  // namespace herald::store
