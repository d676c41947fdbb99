#include "herald/cli/store_options.h"

#include <fmt/format.h>

namespace herald::cli {

void StoreOptions::add_to(CLI::App& command, bool with_link) {
  command.add_option("-s,--store", store, "the key store of this end")->required()->type_name("PATH");
  command
      .add_option("--key-file", key_file,
                  "the file that the store is encrypted under (default: the store's name and .key)")
      ->type_name("PATH");
  if (with_link)
    command.add_option("--link", link, "the link whose keys to use (default: the only one of the store)")
        ->type_name("NAME");
}

store::StoreFiles StoreOptions::files() const {
  return key_file.empty() ? store::StoreFiles(store) : store::StoreFiles(store, key_file);
}

Result<store::KeyStore> StoreOptions::open() const { return store::KeyStore::open(files()); }

Result<store::LinkInfo> StoreOptions::choose_link(store::KeyStore& key_store) const {
  if (!link.empty()) return key_store.link(link);
  HERALD_TRY(std::vector<store::LinkInfo> links, key_store.links());
  if (links.size() == 1) return std::move(links.front());
  if (links.empty())
    return fail(
        ErrorCode::not_found,
        fmt::format("{}: this store serves no link yet; `herald key init --store {} --link NAME --end alice|bob` adds "
                    "one",
                    store, store));
  std::string names;
  for (const auto& known : links) names += (names.empty() ? "" : ", ") + known.name;
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}: this store serves several links; say which with --link: {}", store, names));
}

Result<void> require_output(const std::string& path, bool force) {
  if (path == "-") return {};
  std::error_code ignored;
  if (!force && std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: this file exists and is left as it is; name another with -o, or say --force", path));
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    return fail(ErrorCode::not_found, fmt::format("{}: there is no such folder", folder.string()));
  if (std::filesystem::is_directory(path, ignored))
    return fail(ErrorCode::invalid_argument, fmt::format("{}: this is a folder; name a file with -o", path));
  return {};
}

}  // namespace herald::cli
