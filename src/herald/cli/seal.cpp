// herald seal: a file under quantum-distributed keys.

#include <fmt/format.h>

#include <algorithm>
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

void report(const Options& options, const cipher::SealedHeader& header) {
  std::FILE* out = options.output == "-" ? stderr : stdout;
  const double epsilon = header.epsilon().value;
  std::vector<std::string> violated;
  for (const auto& group : header.groups)
    for (const std::string& name : group.provenance.violated)
      if (std::ranges::find(violated, name) == violated.end()) violated.push_back(name);
  if (options.json) {
    const nlohmann::json result = {{"file", options.output},
                                   {"content_bytes", header.content_bytes},
                                   {"keys", header.key_count()},
                                   {"key_bits", cipher::sealed_key_bits(header.content_bytes)},
                                   {"origin", to_string(header.origin)},
                                   {"epsilon", epsilon},
                                   {"violated", violated}};
    fmt::print(out, "{}\n", result.dump());
    return;
  }
  fmt::print(out, "sealed {} bytes with {} key{} into {} (failure probability at most {:.2g})\n", header.content_bytes,
             header.key_count(), header.key_count() == 1 ? "" : "s", options.output, epsilon);
  if (header.origin == Origin::simulated)
    fmt::print(stderr, "note: the keys come from simulated light; the file is marked so and protects nothing\n");
  if (!violated.empty())
    fmt::print(stderr, "note: the keys' data contradict assumptions of their theorem: {}\n", fmt::join(violated, ", "));
}

Outcome seal(Options options) {
  if (options.output.empty() && options.file == "-") options.output = "-";
  if (options.output.empty()) options.output = options.file + ".sealed";
  HERALD_TRY_VOID(require_output(options.output, options.force));
  HERALD_TRY(Bytes content, read_file(options.file));
  HERALD_TRY(store::KeyStore keys, options.store.open());
  HERALD_TRY(const store::LinkInfo link, options.store.choose_link(keys));
  const InsecureSimulated word{options.insecure_simulated};
  // The keys are durably spent before the ciphertext leaves: a crash may lose keys, never use them twice.
  HERALD_TRY(auto taken,
             keys.take_bits(link.name, store::sending_pool(link.end), cipher::sealed_key_bits(content.size()), word));
  HERALD_TRY(const Bytes container, cipher::seal(content, std::move(taken), word));
  wipe(content.data(), content.size());
  if (auto written = write_file(options.output, container, FileMode::shared); !written)
    return fail(written.error().code,
                written.error().message + "; nothing was sealed, and the keys taken for it are spent");
  HERALD_TRY(const auto header, cipher::read_sealed_header(container, options.output));
  report(options, header);
  return kDone;
}

}  // namespace

void add_seal(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(program, "seal", "Encrypt a file with a one-time pad and a one-time tag",
                                  [options] { return seal(*options); });
  command.add_option("FILE", options->file, "what to seal; - is standard input")->required();
  command.add_option("-o,--output", options->output, "the sealed file (default: FILE.sealed); - is standard output");
  options->store.add_to(command, true);
  command.add_flag("--insecure-simulated", options->insecure_simulated, kInsecureSimulatedHelp);
  command.add_flag("--force", options->force, "replace the output if it exists");
  command.add_flag("--json", options->json, "say what was done as JSON");
  command.footer(
      "Every bit of the file meets a key bit of its own, so it takes as many key bits as the file has, and 256 for the "
      "tag.\n"
      "They come from the keys that this end sends with, and are spent before the sealed file is written. The other "
      "end\n"
      "opens it with `herald open`. Who has not the keys learns how long the file is, and nothing else.\n\n"
      "  herald seal letter.txt --store alice.db -o letter.sealed");
}

}  // namespace herald::cli
