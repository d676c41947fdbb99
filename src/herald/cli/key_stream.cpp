// herald key stream: chunks of a key stream from a KME, as an application gets them.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "herald/base/file.h"
#include "herald/cli/kme_options.h"
#include "herald/kme/client.h"
#include "herald/kme/etsi004_client.h"
#include "herald/kme/etsi014.h"
#include "herald/net/certificates.h"

namespace herald::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Beside what the KME was told to wait.
constexpr seconds kSlack{15};

constexpr const char* kFooter =
    "The first end opens a stream and says its ID, the second opens the same one; both get the same chunks:\n\n"
    "  herald key stream --kme kme-a:8445 --peer vpn-2 --certificate vpn-1.pem --key vpn-1.key \\\n"
    "    --authority authority.pem --count 4 --output chunk              prints the stream's ID, makes chunk.0 to "
    "chunk.3\n"
    "  herald key stream --kme kme-b:8445 --peer vpn-1 --certificate vpn-2.pem --key vpn-2.key \\\n"
    "    --authority authority.pem --count 4 --output chunk --stream ID\n\n"
    "The files have mode 0600 and hold the key's bytes as they are. The KME serves streams where its kme.toml says\n"
    "[etsi004] listen. Each index is given once to each end: what is lost after that is lost, and --first goes on "
    "behind it.";

struct Options {
  KmeOptions kme;
  std::string stream, output;
  kme::Qos qos;
  std::uint32_t count = 1, first = 0, timeout_s = 30;
  bool json = false;
};

fs::path file_of(const Options& options, std::uint64_t index) { return fmt::format("{}.{}", options.output, index); }

// Before a key leaves its KME: it leaves it once.
Result<void> check_output(const Options& options) {
  const fs::path folder = fs::path(options.output).has_parent_path() ? fs::path(options.output).parent_path() : ".";
  if (::access(folder.c_str(), W_OK) != 0)
    return fail(ErrorCode::io, fmt::format("{}: no file can be made there", folder.string()));
  for (std::uint64_t i = 0; i < options.count; ++i)
    if (const fs::path file = file_of(options, options.first + i); fs::exists(file))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} is there already; name another --output", file.string()));
  return {};
}

void tell(const Options& options, const json& event, const std::string& text) {
  fmt::print("{}\n", options.json ? event.dump() : text);
  std::fflush(stdout);
}

class Stream {
 public:
  Stream(const Options& options, net::Endpoint at, std::shared_ptr<net::TlsContext> context)
      : m_options(options), m_client(m_loop, std::move(at), std::move(context)) {}

  Result<void> open(const std::string& source, const Uuid& id) {
    HERALD_TRY(const kme::StreamReply reply,
               ask(kme::OpenConnect{kme::uri_of(source), kme::uri_of(m_options.kme.peer), m_options.qos, id}));
    if (reply.status == kme::StreamStatus::qos_not_met)
      return fail(ErrorCode::unavailable,
                  fmt::format("{}: it offers chunks of {} bytes and at least {} bit/s", to_string(reply.status),
                              reply.qos.chunk_bytes, reply.qos.least_bps));
    if (reply.status != kme::StreamStatus::successful && reply.status != kme::StreamStatus::peer_not_connected)
      return refused(reply, "the stream");
    m_id = reply.stream;
    const std::string text = to_string(m_id);
    tell(m_options,
         {{"event", "opened"}, {"stream", text}, {"bytes", reply.qos.chunk_bytes}, {"seconds", reply.qos.ttl_s}}, text);
    if (reply.status == kme::StreamStatus::peer_not_connected)
      fmt::print(stderr, "note: waits up to {} s for {} to open it at the other end: --stream {}\n",
                 m_options.timeout_s, m_options.kme.peer, text);
    return {};
  }

  Result<void> get(std::uint32_t index) {
    HERALD_TRY(const kme::StreamReply reply, ask(kme::GetChunk{m_id, index, kme::kMetadataBytes}));
    if (reply.status != kme::StreamStatus::successful) return refused(reply, fmt::format("index {}", index));
    const fs::path file = file_of(m_options, index);
    HERALD_TRY_VOID(write_file(file, reply.key.expose_secret(), FileMode::secret));
    const json metadata = json::parse(reply.metadata, nullptr, false);
    tell(m_options,
         {{"event", "chunk"},
          {"index", index},
          {"file", file.string()},
          {"bytes", reply.key.size()},
          {"metadata", metadata.is_object() ? metadata : json::object()}},
         file.string());
    m_is_simulated |= metadata.is_object() && metadata.value("herald_origin", "") == "simulated";
    return {};
  }

  Result<void> close() {
    HERALD_TRY(const kme::StreamReply reply, ask(kme::CloseStream{m_id}));
    if (reply.status != kme::StreamStatus::successful) return refused(reply, "to close it");
    return {};
  }
  bool is_simulated() const { return m_is_simulated; }

 private:
  Result<kme::StreamReply> ask(const kme::StreamRequest& request) {
    std::optional<Result<kme::StreamReply>> heard;
    m_client.call(request, milliseconds(m_options.qos.timeout_ms) + kSlack,
                  [&heard](Result<kme::StreamReply> reply) { heard = std::move(reply); });
    m_loop.run_while([&] { return !heard.has_value(); });
    HERALD_CHECK(heard.has_value());
    return std::move(*heard);
  }

  static std::unexpected<Error> refused(const kme::StreamReply& reply, const std::string& what) {
    const json said = json::parse(reply.metadata, nullptr, false);
    const std::string why = said.is_object() ? said.value("message", "") : "";
    const auto code =
        reply.status == kme::StreamStatus::insufficient_key ? ErrorCode::exhausted : ErrorCode::unavailable;
    return fail(
        code, fmt::format("{} is refused: {} (status {}){}{}", what, to_string(reply.status),
                          static_cast<int>(reply.status), why.empty() ? "" : "; the KME says: ", printable(why, 200)));
  }

  const Options& m_options;
  net::EventLoop m_loop;
  kme::Etsi004Client m_client;
  Uuid m_id;
  bool m_is_simulated = false;
};

Outcome stream(Options options) {
  Uuid id;
  if (!options.stream.empty()) {
    HERALD_TRY(id, uuid_from_string(options.stream));
  }
  HERALD_TRY_VOID(check_output(options));
  options.qos.timeout_ms = 1000 * options.timeout_s;
  options.qos.mimetype = kme::kStreamMimetype;
  HERALD_TRY(const net::Endpoint at, kme::kme_endpoint(options.kme.kme));
  HERALD_TRY(const net::TlsCredentials credentials, node::read_credentials(options.kme.files));
  HERALD_TRY(const net::CertificateInfo own, net::read_certificate(credentials.certificates));
  HERALD_TRY(auto context, net::TlsContext::create(credentials));
  Stream stream(options, at, std::move(context));
  HERALD_TRY_VOID(stream.open(own.common_name, id));
  Result<void> done;
  for (std::uint32_t i = 0; i < options.count && done; ++i) done = stream.get(options.first + i);
  const auto closed = stream.close();
  if (stream.is_simulated()) fmt::print(stderr, "note: these keys come from simulated light and protect nothing\n");
  if (!done) return std::unexpected(done.error());
  HERALD_TRY_VOID(closed);
  return kDone;
}

}  // namespace

void add_key_stream(CLI::App& key) {
  constexpr std::uint32_t kMost = 1'000'000;
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(key, "stream", "Get chunks of a key stream from a KME (ETSI GS QKD 004)",
                                  [options] { return stream(*options); });
  command.footer(kFooter);
  options->kme.add_to(command);
  command.add_option("--stream", options->stream, "The stream that the other end has opened, by its ID (a new one)");
  command.add_option("--count", options->count, "How many chunks")->capture_default_str()->check(CLI::Range(1U, kMost));
  command.add_option("--first", options->first, "The first one's index")
      ->capture_default_str()
      ->check(CLI::Range(0U, 0xffff'ffff - kMost));
  command.add_option("--bytes", options->qos.chunk_bytes, "Of a chunk (the KME's default)");
  command.add_option("--least-bps", options->qos.least_bps, "Bits per second that its pool must have now (none)");
  command.add_option("--most-bps", options->qos.most_bps, "Bits per second that it gets at most (no limit)");
  command.add_option("--ttl", options->qos.ttl_s, "Seconds that a new stream lives (as long as the KME's keys wait)");
  command.add_option("--timeout", options->timeout_s, "Seconds to wait for the other end, or for keys")
      ->capture_default_str()
      ->check(CLI::Range(0U, 60U));
  command.add_option("--output", options->output, "Files FILE.0, FILE.1, …, of mode 0600")
      ->required()
      ->type_name("FILE");
  command.add_flag("--json", options->json, "Say what happens as JSON objects, a line each");
}

}  // namespace herald::cli
