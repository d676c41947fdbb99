// herald key fetch: keys from a KME, as an application gets them.

#include <botan/base64.h>
#include <botan/hex.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "herald/base/file.h"
#include "herald/cli/kme_options.h"

namespace herald::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kFooter =
    "The first end gets a key that is new, the second the same one by its ID:\n\n"
    "  herald key fetch --kme https://kme-a:8443 --peer vpn-2 --certificate vpn-1.pem --key vpn-1.key \\\n"
    "    --authority authority.pem --output psk.hex --format hex            prints the key's ID\n"
    "  herald key fetch --kme https://kme-b:8443 --peer vpn-1 --certificate vpn-2.pem --key vpn-2.key \\\n"
    "    --authority authority.pem --output psk.hex --format hex --id ID\n\n"
    "The file has mode 0600; of several keys it has a line each, in the order of the IDs. `--output -` writes \"ID "
    "KEY\"\n"
    "to standard output instead. A KME hands each key out once to each end: what is lost after that is lost.";

struct Options {
  KmeOptions kme;
  std::vector<std::string> ids;
  std::uint64_t number = 1;
  std::optional<std::uint64_t> size;
  std::string output, format = "base64", idempotency_key;
  bool status = false, json = false;
};

using Text = kme::SecretText;

void append(Text& text, std::string_view more) { text.insert(text.end(), more.begin(), more.end()); }

void append_key(Text& text, const SecretBytes& key, const std::string& format) {
  const auto bytes = key.expose_secret();
  const std::size_t at = text.size();
  if (format == "hex") {
    text.resize(at + 2 * bytes.size());
    Botan::hex_encode(text.data() + at, bytes.data(), bytes.size(), false);
  } else if (format == "base64") {
    text.resize(at + Botan::base64_encode_max_output(bytes.size()));
    std::size_t consumed = 0;
    text.resize(at + Botan::base64_encode(text.data() + at, bytes.data(), bytes.size(), consumed, true));
  } else {
    text.insert(text.end(), bytes.begin(), bytes.end());
  }
}

Text file_of(const std::vector<kme::DeliveredKey>& keys, const Options& options) {
  Text text;
  std::size_t size = 0;
  for (const auto& key : keys) size += 2 * key.bytes.size() + 64;
  text.reserve(size);
  for (const auto& key : keys) {
    if (options.output == "-") append(text, to_string(key.id) + " ");
    append_key(text, key.bytes, options.format);
    if (options.format != "raw") append(text, "\n");
  }
  return text;
}

// Asks, and waits in a loop of its own.
template <typename T, typename F>
Result<T> wait_for(const Options& options, F&& ask) {
  HERALD_TRY(const net::Endpoint at, kme::kme_endpoint(options.kme.kme));
  HERALD_TRY(auto context, options.kme.context());
  net::EventLoop loop;
  kme::Client client(loop, at, std::move(context));
  std::optional<Result<T>> heard;
  ask(client, [&](Result<T> result) { heard = std::move(result); });
  loop.run_while([&] { return !heard.has_value(); });
  HERALD_CHECK(heard.has_value());
  return std::move(*heard);
}

Outcome show_status(const Options& options) {
  HERALD_TRY(const kme::Status status,
             wait_for<kme::Status>(options, [&](kme::Client& client, kme::Client::OnStatus done) {
               client.status(options.kme.peer, std::move(done));
             }));
  if (options.json) {
    fmt::print("{}\n", kme::to_json(status));
  } else {
    fmt::print("{} keys of {} bits, from {} at {} to {} at {}; at most {} a request, of {} to {} bits\n",
               status.stored_keys, status.key_size, status.master_sae, status.source_kme, status.slave_sae,
               status.target_kme, status.max_keys_per_request, status.min_key_size, status.max_key_size);
  }
  return kDone;
}

Result<std::vector<kme::DeliveredKey>> get_keys(const Options& options, std::vector<Uuid> ids) {
  using Keys = std::vector<kme::DeliveredKey>;
  return wait_for<Keys>(options, [&](kme::Client& client, kme::Client::OnKeys done) {
    if (ids.empty())
      client.get_keys(options.kme.peer, options.number, options.size, std::move(done), options.idempotency_key);
    else
      client.get_keys_with_ids(options.kme.peer, std::move(ids), std::move(done), options.idempotency_key);
  });
}

// Before a key leaves its KME: it leaves it once.
Result<void> check_output(const Options& options) {
  if (options.output.empty())
    return fail(ErrorCode::invalid_argument,
                "say where the keys are to go: --output FILE, of mode 0600, or --output - for standard output");
  if (options.output == "-") {
    if (options.format == "raw" || options.json)
      return fail(ErrorCode::invalid_argument,
                  "on standard output keys stand as text: --format base64 or hex, no --json");
    return {};
  }
  const fs::path folder = fs::path(options.output).has_parent_path() ? fs::path(options.output).parent_path() : ".";
  if (fs::is_directory(options.output) || ::access(folder.c_str(), W_OK) != 0)
    return fail(ErrorCode::io, fmt::format("{}: this file cannot be written", options.output));
  return {};
}

Outcome fetch(const Options& options) {
  if (options.status) return show_status(options);
  std::vector<Uuid> ids;
  for (const std::string& text : options.ids) {
    HERALD_TRY(ids.emplace_back(), uuid_from_string(text));
  }
  HERALD_TRY_VOID(check_output(options));
  const bool is_file = options.output != "-";
  HERALD_TRY(const auto keys, get_keys(options, std::move(ids)));
  const Text text = file_of(keys, options);
  HERALD_TRY_VOID(
      write_file(options.output, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, FileMode::secret));
  json result = json::array();
  bool simulated = false;
  for (const auto& key : keys) {
    if (is_file && !options.json) fmt::print("{}\n", to_string(key.id));
    json each = {{"key_ID", to_string(key.id)}, {"bits", 8 * key.bytes.size()}};
    for (const auto& [name, value] : key.extensions) {
      each["key_extension"][name] = json::parse(value);
      simulated |= name == "herald_origin" && value == "\"simulated\"";
    }
    result.push_back(std::move(each));
  }
  if (options.json) fmt::print("{}\n", json{{"keys", std::move(result)}}.dump());
  if (simulated) fmt::print(stderr, "note: these keys come from simulated light and protect nothing\n");
  return kDone;
}

}  // namespace

void add_key_fetch(CLI::App& key) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(key, "fetch", "Get keys from a KME, as an application does (ETSI GS QKD 014)",
                                  [options] { return fetch(*options); });
  command.footer(kFooter);
  options->kme.add_to(command);
  CLI::Option* const id =
      command.add_option("--id", options->ids, "A key that the other end got, by its ID; may be repeated");
  command.add_option("--number", options->number, "How many new keys")->capture_default_str()->excludes(id);
  command.add_option("--size", options->size, "Their bits (the KME's default)")->excludes(id);
  command.add_option("--output", options->output, "Where they go: a file of mode 0600; -: standard output")
      ->type_name("FILE");
  command.add_option("--format", options->format, "How keys are written")
      ->capture_default_str()
      ->check(CLI::IsMember({"base64", "hex", "raw"}));
  command
      .add_option("--idempotency-key", options->idempotency_key,
                  "When the reply is lost, the same command under the same name gets the same keys, for as long as "
                  "the KME's policy keeps replies; refused where it keeps none")
      ->type_name("NAME")
      ->check([](const std::string& name) {
        return name.empty() || name.size() > kme::kLongestIdempotencyKey ? "a name of 1 to 128 bytes" : "";
      });
  command.add_flag("--status", options->status, "Say how many keys there are, and get none");
  command.add_flag("--json", options->json, "as JSON");
}

}  // namespace herald::cli
