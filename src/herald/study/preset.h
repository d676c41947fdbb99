#pragma once
// Real systems as readable files (presets/*.toml): parameters, each with the source that it is quoted from.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/study/parameters.h"

namespace herald::study {

struct Preset {
  std::string name, title, source;     // `source` of every value that has none of its own
  std::vector<std::string> protocols;  // that it is a preset of; computed where the user names none
  struct Value {
    Setting setting;
    std::string source;
  };
  std::vector<Value> values;
};

// The text of a preset. Errors, all at once (malformed): what is no TOML, unknown keys with the nearest known ones,
// parameters that no model knows, values without a number or a source.
Result<Preset> parse_preset(std::string_view text, std::string_view name, Models known = rate_models());

// A file (a name with a slash or ".toml"), or a preset by name. Errors: not_found, with the nearest names;
// parse_preset's.
Result<Preset> load_preset(std::string_view name);

// Where presets are looked for: beside where the program, or the Python module, is installed, and in the tree that it
// was built in.
std::vector<std::filesystem::path> preset_folders();
// Names of those found there.
std::vector<std::string> preset_names(std::span<const std::filesystem::path> folders);

}  // namespace herald::study
