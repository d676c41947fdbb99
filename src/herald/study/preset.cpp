#include "herald/study/preset.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "herald/base/file.h"
#include "herald/base/spelling.h"
#include "herald/base/toml_parser.h"

namespace herald::study {
namespace {

constexpr std::array<std::string_view, 4> kKeys = {"title", "source", "protocols", "parameters"};
constexpr std::array<std::string_view, 2> kLeafKeys = {"value", "source"};

class Reader {
 public:
  Reader(std::string_view file, Models known) : m_file(file) {
    for (const RateModel* model : known)
      for (const ParameterSpec& spec : model->parameters) m_names.push_back(spec.name);
  }

  Preset read(const toml::table& table) {
    Preset preset;
    preset.name = std::filesystem::path(m_file).stem().string();
    for (auto&& [key, node] : table) check(key.str(), kKeys, node);
    preset.title = text(table, "title");
    preset.source = text(table, "source");
    if (const toml::array* protocols = table["protocols"].as_array())
      for (auto&& each : *protocols) preset.protocols.push_back(each.value_or(std::string()));
    if (const toml::table* parameters = table["parameters"].as_table())
      group(*parameters, "", preset);
    else
      m_faults.push_back(fmt::format("{}: there is no table [parameters]", m_file));
    return preset;
  }
  const std::vector<std::string>& faults() const { return m_faults; }

 private:
  std::string place(const toml::node& node) const {
    return node.source().begin ? fmt::format("{}:{}", m_file, node.source().begin.line) : m_file;
  }
  void check(std::string_view key, std::span<const std::string_view> known, const toml::node& node) {
    if (std::ranges::find(known, key) == known.end())
      m_faults.push_back(fmt::format("{}: unknown key {}{}", place(node), key, did_you_mean(key, known)));
  }
  std::string text(const toml::table& table, std::string_view key) {
    const auto value = table[key].value<std::string>();
    if (!value || value->empty()) m_faults.push_back(fmt::format("{}: {} is missing", m_file, key));
    return value.value_or("");
  }
  // Dotted names are nested tables: fibre.attenuation = 0.2 stands in "fibre".
  void group(const toml::table& table, const std::string& prefix, Preset& preset) {
    for (auto&& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      const toml::table* inner = node.as_table();
      if (inner != nullptr && !inner->contains("value") && !inner->contains("source"))
        group(*inner, name + ".", preset);
      else
        leaf(name, node, preset);
    }
  }
  void leaf(const std::string& name, const toml::node& node, Preset& preset) {
    if (std::ranges::find(m_names, name) == m_names.end())
      m_faults.push_back(
          fmt::format("{}: no model has a parameter {}{}", place(node), name, did_you_mean(name, m_names)));
    const toml::table* table = node.as_table();
    std::string source = preset.source;
    if (table != nullptr) {
      for (auto&& [key, entry] : *table) check(key.str(), kLeafKeys, entry);
      source = (*table)["source"].value_or(source);
    }
    const toml::node* number = table == nullptr ? &node : table->get("value");
    if (number == nullptr || !number->is_number()) {
      m_faults.push_back(fmt::format("{}: {} has no number", place(node), name));
      return;
    }
    preset.values.push_back({{name, number->value_or(0.0), place(node)}, source});
  }

  std::string m_file;
  std::vector<std::string_view> m_names;
  std::vector<std::string> m_faults;
};

}  // namespace

Result<Preset> parse_preset(std::string_view text, std::string_view name, Models known) {
  HERALD_TRY(const toml::table table, parse_toml(text, name));
  Reader reader(name, known);
  Preset preset = reader.read(table);
  if (!reader.faults().empty()) return fail(ErrorCode::malformed, fmt::format("{}", fmt::join(reader.faults(), "\n")));
  return preset;
}

Result<Preset> load_preset(std::string_view name) {
  std::filesystem::path path(name);
  if (name.find('/') == std::string_view::npos && !name.ends_with(".toml")) {
    const auto folders = preset_folders();
    const auto found = std::ranges::find_if(folders, [&](const std::filesystem::path& folder) {
      return std::filesystem::exists(folder / fmt::format("{}.toml", name));
    });
    if (found == folders.end()) {
      const std::vector<std::string> names = preset_names(folders);
      const std::vector<std::string_view> views(names.begin(), names.end());
      return fail(ErrorCode::not_found,
                  fmt::format("no preset is called \"{}\"{}\nThere are: {}; or give a file, ./{}.toml", name,
                              did_you_mean(name, views), fmt::join(names, ", "), name));
    }
    path = *found / fmt::format("{}.toml", name);
  }
  HERALD_TRY(const Bytes content, read_file(path, std::size_t{1} << 20));
  return parse_preset({reinterpret_cast<const char*>(content.data()), content.size()}, path.string());
}

std::vector<std::filesystem::path> preset_folders() {
  std::error_code none;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", none);
  std::vector<std::filesystem::path> starts{program.parent_path()};  // bin; build/release
  // A Python module is not where its interpreter is. (A program that was found in PATH has no slash.)
  Dl_info mine{};
  if (::dladdr(reinterpret_cast<const void*>(&preset_folders), &mine) != 0 && mine.dli_fname != nullptr &&
      std::string_view(mine.dli_fname).contains('/') && !std::filesystem::equivalent(mine.dli_fname, program, none)) {
    const auto module = std::filesystem::absolute(mine.dli_fname, none).lexically_normal();
    starts.push_back(module.parent_path().parent_path());  // lib/python3.11; build/release
  }
  std::vector<std::filesystem::path> folders;
  const auto add = [&](const std::filesystem::path& folder) {
    if (std::filesystem::is_directory(folder, none) && std::ranges::find(folders, folder) == folders.end())
      folders.push_back(folder);
  };
  for (auto above : starts) {
    for (int i = 0; i < 3 && above != above.root_path(); ++i, above = above.parent_path()) {
      add(above / "share/herald/presets");
      add(above / "presets");
    }
  }
  return folders;
}

std::vector<std::string> preset_names(std::span<const std::filesystem::path> folders) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& folder : folders)
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
      if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace herald::study
