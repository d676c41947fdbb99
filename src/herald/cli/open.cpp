// herald open: what `herald seal` sealed at the other end.

#include <fmt/format.h>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "herald/base/file.h"
#include "herald/cipher/sealed_file.h"
#include "herald/cli/command.h"
#include "herald/cli/store_options.h"

namespace herald::cli {
namespace {

struct Options {
  StoreOptions store;
  std::string file, output;
  bool insecure_simulated = false, json = false, force = false;
};

Result<void> choose_output(Options& options) {
  const std::filesystem::path file(options.file);
  if (options.output.empty() && options.file == "-") options.output = "-";
  if (options.output.empty() && file.extension() == ".sealed")
    options.output = std::filesystem::path(file).replace_extension();
  if (options.output.empty())
    return fail(ErrorCode::invalid_argument, "say with -o where the content goes; - is standard output");
  return require_output(options.output, options.force);
}

// Tells a file of the other direction, and one that was opened before, from one whose keys have not come yet.
Result<void> check_keys(const Options& options, store::KeyStore& keys, const store::LinkInfo& link,
                        const std::vector<Uuid>& ids) {
  HERALD_TRY(const store::KeyInfo first, keys.find(ids.front()));
  if (first.pool == store::sending_pool(link.end))
    return fail(ErrorCode::insecure,
                fmt::format("{}: it is sealed with keys that this end ({}) sends with; open it at the other end",
                            options.file, to_string(link.end)));
  if (first.state == store::KeyState::delivered)
    return fail(ErrorCode::exhausted,
                fmt::format("{}: its keys are used: it was opened before, and opens only once (key {})", options.file,
                            to_string(first.id)));
  return {};
}

// Uses the keys up and gives the content its name. The content is durable beside it first, so that no failure loses it
// while the keys are gone.
Result<void> take_and_write(const Options& options, store::KeyStore& keys, const store::LinkInfo& link,
                            const std::vector<Uuid>& ids, ByteView content) {
  const store::Pool pool = store::receiving_pool(link.end);
  if (options.output == "-") {
    HERALD_TRY_VOID(keys.take_by_id(link.name, pool, ids));
    return write_file("-", content, FileMode::secret);
  }
  const std::string beside = fmt::format("{}.{}.opened", options.output, ::getpid());
  HERALD_TRY_VOID(write_file(beside, content, FileMode::secret));
  std::error_code failed;
  if (auto taken = keys.take_by_id(link.name, pool, ids); !taken) {
    std::filesystem::remove(beside, failed);
    return std::unexpected(taken.error());
  }
  std::filesystem::rename(beside, options.output, failed);
  if (failed)
    return fail(ErrorCode::io,
                fmt::format("{}: cannot write it: {}; the content is in {}", options.output, failed.message(), beside));
  const auto folder = std::filesystem::path(options.output).parent_path();
  return sync_directory(folder.empty() ? "." : folder);
}

Outcome open(Options options) {
  HERALD_TRY_VOID(choose_output(options));
  HERALD_TRY(const Bytes container, read_file(options.file));
  HERALD_TRY(const auto header, cipher::read_sealed_header(container, options.file));
  HERALD_TRY(store::KeyStore keys, options.store.open());
  HERALD_TRY(const store::LinkInfo link, options.store.choose_link(keys));
  const std::vector<Uuid> ids = header.keys();
  HERALD_TRY_VOID(check_keys(options, keys, link, ids));
  // A forged file must not cost keys: they are only looked at until the tag has been found right.
  HERALD_TRY(const auto peeked, keys.peek(link.name, store::receiving_pool(link.end), ids));
  HERALD_TRY(const SecretBytes content,
             cipher::open_sealed(container, peeked, InsecureSimulated{options.insecure_simulated}, options.file));
  HERALD_TRY_VOID(take_and_write(options, keys, link, ids, content.expose_secret()));

  std::FILE* out = options.output == "-" ? stderr : stdout;
  if (options.json) {
    const nlohmann::json result = {{"file", options.output},
                                   {"content_bytes", header.content_bytes},
                                   {"keys", header.key_count()},
                                   {"origin", to_string(header.origin)},
                                   {"epsilon", header.epsilon().value}};
    fmt::print(out, "{}\n", result.dump());
  } else {
    fmt::print(out, "opened {} bytes into {}; the tag is right and its {} used\n", header.content_bytes, options.output,
               header.key_count() == 1 ? "key is" : fmt::format("{} keys are", header.key_count()));
  }
  return kDone;
}

}  // namespace

void add_open(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(program, "open", "Open a file that the other end sealed", [options] { return open(*options); });
  command.add_option("FILE", options->file, "the sealed file; - is standard input")->required();
  command.add_option("-o,--output", options->output,
                     "where the content goes (default: FILE without .sealed); - is standard output");
  options->store.add_to(command, true);
  command.add_flag("--insecure-simulated", options->insecure_simulated, kInsecureSimulatedHelp);
  command.add_flag("--force", options->force, "replace the output if it exists");
  command.add_flag("--json", options->json, "say what was done as JSON");
  command.footer(
      "The tag is checked before anything is written. The keys are used up then: a sealed file opens once. A file that "
      "was\n"
      "changed on its way is refused and uses no key. The content goes to a file that only its owner reads.\n\n"
      "  herald open letter.sealed --store bob.db -o letter.txt");
}

}  // namespace herald::cli
