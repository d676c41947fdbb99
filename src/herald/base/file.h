#pragma once
// Whole files: read within a limit, written beside and renamed, every write and close checked.

#include <cstdint>
#include <filesystem>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald {

enum class FileMode { shared = 0644, secret = 0600 };

// Errors: not_found, io, malformed (larger than `limit` bytes). "-" is standard input.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

// Either the whole new content is there, durable, or the old one is untouched. "-" is standard output.
Result<void> write_file(const std::filesystem::path& path, ByteView content, FileMode mode);

// Makes a directory's entries (a creation, a rename) durable.
Result<void> sync_directory(const std::filesystem::path& directory);

}  // namespace herald
