// Load for a pair of KMEs (bench/kme runs it): fills the pools of two sites that are not running, and has applications
// at both fetch keys, each delivery whole: enc_keys at one KME, dec_keys of that ID at the other, the bytes compared.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "herald/base/random.h"
#include "herald/kme/pool.h"
#include "herald/net/http.h"
#include "herald/net/tls.h"
#include "herald/node/kme_site.h"

namespace {

using namespace herald;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;
using std::chrono::duration;
using std::chrono::milliseconds;

// Faults end a load program: there is nothing to go on with.
[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "kme_load: {}\n", why);
  std::exit(1);
}
template <typename T>
T must(Result<T> result) {
  if (!result) die(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// --- filling -------------------------------------------------------------------------------------------------------

constexpr std::uint64_t kKeyBytes = 32, kLotKeys = 16384;

struct Fill {
  std::vector<std::string> sites;
  std::uint64_t keys = 100'000;
};

// The same lots into both sites, drawn by the first.
void fill(const Fill& options) {
  if (options.sites.size() != 2) die("two sites make a pair");
  std::vector<store::RecordStore> stores;
  std::vector<std::string> names;
  for (const std::string& directory : options.sites) {
    stores.push_back(must(node::open_records(directory)));
    names.push_back(must(node::read_site(directory)).settings.delivery.kme);
  }
  const kme::PoolName pool{names[0], names[1]};
  Provenance provenance;
  provenance.origin = Origin::device;
  SecretRandom random;
  std::uint64_t last = 0;
  must(stores[0].transact([&](store::Records& records) -> Result<void> {
    HERALD_TRY(last, kme::last_lot(records, pool));
    return {};
  }));
  for (std::uint64_t left = options.keys; left > 0; left -= std::min(left, kLotKeys)) {
    ++last;
    Bytes bytes(kKeyBytes * std::min(left, kLotKeys));
    random.fill_bytes(bytes);
    for (store::RecordStore& each : stores)
      must(each.transact([&](store::Records& records) -> Result<void> {
        HERALD_TRY_VOID(kme::add_lot(records, pool, last, bytes, provenance));
        return kme::share_lot(records, pool, last, bytes.size());
      }));
  }
}

// --- delivering ----------------------------------------------------------------------------------------------------

struct Deliver {
  std::vector<std::string> at;            // host:port of the master's KME and of the slave's
  std::vector<std::string> applications;  // NAME.pem, without the ending: master and slave
  std::string authority;
  std::vector<pid_t> processes;  // whose time and memory are reported
  std::size_t connections = 64;
  double seconds = 5, warm_up = 1;
};

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!(text << file.rdbuf())) die("cannot read " + path);
  return text.str();
}

std::shared_ptr<net::TlsContext> context_of(const std::string& application, const std::string& authority) {
  const std::string key = read_text(application + ".key");
  return must(net::TlsContext::create(
      {read_text(application + ".pem"),
       SecretBytes(std::span(reinterpret_cast<const std::uint8_t*>(key.data()), key.size())), read_text(authority)}));
}

// What a process has used: processor time in seconds, resident memory in MiB.
struct Usage {
  double seconds = 0, mebibytes = 0;
};
Usage usage_of(pid_t process) {
  std::istringstream text(read_text(fmt::format("/proc/{}/stat", process)));
  std::string word;
  while (text >> word && !word.ends_with(')')) {
  }
  std::vector<double> fields;  // from the third on
  text >> word;
  for (double value = 0; text >> value;) fields.push_back(value);
  if (fields.size() < 21) die("no such process");
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE)), tick = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return {(fields[10] + fields[11]) / tick, fields[20] * page / (1 << 20)};
}

// What stands between `before` and the next quotation mark.
std::string_view between(std::string_view text, std::string_view before) {
  const std::size_t at = text.find(before);
  if (at == text.npos) die(fmt::format("no {} in {}", before, text));
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find('"'));
}

// A KME's replies, one at a time and of a known form: reading them as strangers' would cost as much as the KME's part.
struct Reply {
  unsigned status = 0;
  std::string_view body;
};
std::optional<Reply> read_reply(std::string_view text) {
  constexpr std::string_view kStatus = "HTTP/1.1 ", kLength = "Content-Length: ", kEnd = "\r\n\r\n";
  const std::size_t end = text.find(kEnd);
  if (end == text.npos) return {};
  const std::string_view head = text.substr(0, end);
  const auto number = [&](std::string_view before) {
    const std::size_t at = head.find(before);
    unsigned value = 0;
    if (at == head.npos ||
        std::from_chars(head.data() + at + before.size(), head.data() + end, value).ec != std::errc())
      die(fmt::format("no reply of a KME: {}", head));
    return value;
  };
  const std::string_view body = text.substr(end + kEnd.size());
  if (body.size() < number(kLength)) return {};
  return Reply{number(kStatus), body};
}

// One connection of an application, asking one thing at a time.
class Application {
 public:
  using OnReply = std::function<void(const Reply&)>;
  Application(net::EventLoop& loop, const net::Endpoint& at, std::shared_ptr<net::TlsContext> context,
              const std::function<void()>& ready) {
    loop.connect(at, milliseconds(5000), [this, at, context, ready](Result<net::ConnectionPtr> connected) {
      m_connection = net::secure_as_client(must(std::move(connected)), context, at.host);
      m_connection->handshake([this, ready](Result<void> done) {
        must(std::move(done));
        m_connection->start(
            [this](ByteView bytes) {
              m_text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
              const auto reply = read_reply(m_text);
              if (!reply) return;
              std::exchange(m_then, {})(*reply);  // which asks for the next, and never gets it at once
              m_text.clear();
            },
            [](const Error& why) { die(why.message); });
        ready();
      });
    });
  }
  void ask(std::string_view method, std::string_view target, OnReply then) {
    m_then = std::move(then);
    const std::string text = net::http_request(method, target, "localhost");
    m_connection->write_now({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

 private:
  net::SecureConnectionPtr m_connection;
  std::string m_text;  // of a reply, as it comes
  OnReply m_then;
};

// Milliseconds, one a delivery.
struct Latencies {
  std::vector<double> samples = {};
  Json summary() {
    if (samples.empty()) die("nothing was delivered");
    std::ranges::sort(samples);
    const auto at = [&](double part) {
      return samples[static_cast<std::size_t>(part * static_cast<double>(samples.size() - 1))];
    };
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"most", samples.back()}};
  }
};

class Load {
 public:
  explicit Load(const Deliver& options) : m_options(options) {
    if (options.at.size() != 2 || options.applications.size() != 2) die("two KMEs and two applications make a pair");
    for (int i : {0, 1}) {
      m_at.push_back(must(net::parse_endpoint(options.at[i])));
      m_contexts.push_back(context_of(options.applications[i], options.authority));
      const std::string& path = options.applications[i];
      m_names.push_back(path.substr(path.rfind('/') + 1));
    }
  }

  Json run() {
    for (std::size_t i = 0; i < m_options.connections; ++i) {
      m_pairs.push_back(std::make_unique<Pair>());
      Pair& pair = *m_pairs.back();
      const auto ready = [this] { ++m_ready; };
      pair.master = std::make_unique<Application>(m_loop, m_at[0], m_contexts[0], ready);
      pair.slave = std::make_unique<Application>(m_loop, m_at[1], m_contexts[1], ready);
    }
    m_loop.run_while([this] { return m_ready < 2 * m_options.connections; });
    m_running = m_options.connections;
    m_begin = Clock::now() + std::chrono::duration_cast<Clock::duration>(duration<double>(m_options.warm_up));
    m_end = m_begin + std::chrono::duration_cast<Clock::duration>(duration<double>(m_options.seconds));
    std::vector<Usage> before, after;
    const auto look = [this](std::vector<Usage>& all) {
      for (const pid_t each : m_options.processes) all.push_back(usage_of(each));
      all.push_back(usage_of(::getpid()));
    };
    m_loop.after(std::chrono::ceil<milliseconds>(duration<double>(m_options.warm_up)), [&] { look(before); });
    for (const auto& pair : m_pairs) begin(*pair);
    m_loop.run_while([this] { return m_running > 0; });
    look(after);
    const auto count = static_cast<double>(m_whole.samples.size());
    Json processes = Json::array();
    for (std::size_t i = 0; i < after.size(); ++i)
      processes.push_back({{"us_per_delivery", 1e6 * (after[i].seconds - before[i].seconds) / count},
                           {"mebibytes", after[i].mebibytes}});
    return {{"connections", m_options.connections}, {"deliveries_per_s", count / m_options.seconds},
            {"enc_keys_ms", m_enc.summary()},       {"dec_keys_ms", m_dec.summary()},
            {"delivery_ms", m_whole.summary()},     {"processes", processes}};
  }

 private:
  struct Pair {
    std::unique_ptr<Application> master, slave;
    Clock::time_point asked, fetching;
    std::string id, key;
  };

  static void judge(const Reply& reply) {
    if (reply.status != 200) die(fmt::format("status {}: {}", reply.status, reply.body));
  }

  void begin(Pair& pair) {
    pair.asked = Clock::now();
    if (pair.asked >= m_end) {
      --m_running;
      return;
    }
    pair.master->ask("GET", fmt::format("/api/v1/keys/{}/enc_keys", m_names[1]), [this, &pair](const auto& reply) {
      judge(reply);
      pair.id = between(reply.body, R"("key_ID":")");
      pair.key = between(reply.body, R"("key":")");
      fetch(pair);
    });
  }

  void fetch(Pair& pair) {
    pair.fetching = Clock::now();
    pair.slave->ask(
        "GET", fmt::format("/api/v1/keys/{}/dec_keys?key_ID={}", m_names[0], pair.id),
        [this, &pair](const auto& reply) {
          judge(reply);
          if (between(reply.body, R"("key":")") != pair.key || between(reply.body, R"("key_ID":")") != pair.id)
            die("the two ends have different keys");
          count(pair);
          begin(pair);
        });
  }

  void count(const Pair& pair) {
    const auto now = Clock::now();
    if (now < m_begin || now >= m_end) return;
    const auto ms = [](Clock::duration time) { return duration<double, std::milli>(time).count(); };
    m_enc.samples.push_back(ms(pair.fetching - pair.asked));
    m_dec.samples.push_back(ms(now - pair.fetching));
    m_whole.samples.push_back(ms(now - pair.asked));
  }

  const Deliver& m_options;
  std::vector<net::Endpoint> m_at;
  std::vector<std::shared_ptr<net::TlsContext>> m_contexts;
  std::vector<std::string> m_names;
  net::EventLoop m_loop;
  std::vector<std::unique_ptr<Pair>> m_pairs;
  std::size_t m_ready = 0, m_running = 0;
  Clock::time_point m_begin, m_end;
  Latencies m_enc, m_dec, m_whole;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App program{"Load for a pair of KMEs"};
  program.require_subcommand(1);
  Fill filling;
  CLI::App& fill_command = *program.add_subcommand("fill", "Keys of 256 bits into the pools of two sites that rest");
  fill_command.add_option("SITE", filling.sites, "The directories; the first draws")->required()->expected(2);
  fill_command.add_option("--keys", filling.keys, "How many")->capture_default_str();
  Deliver delivering;
  CLI::App& deliver_command = *program.add_subcommand("deliver", "Deliveries/s, latencies in ms, as JSON");
  deliver_command.add_option("HOST:PORT", delivering.at, "The APIs of the two KMEs")->required()->expected(2);
  deliver_command.add_option("--applications", delivering.applications, "Master and slave: NAME of NAME.pem, NAME.key")
      ->required()
      ->expected(2);
  deliver_command.add_option("--authority", delivering.authority, "Its certificate")->required();
  deliver_command
      .add_option("--connections", delivering.connections, "Of master and of slave: so many deliveries at once")
      ->capture_default_str();
  deliver_command.add_option("--seconds", delivering.seconds, "Measured")->capture_default_str();
  deliver_command.add_option("--warm-up", delivering.warm_up, "Seconds before")->capture_default_str();
  deliver_command.add_option("--process", delivering.processes, "PID whose time and memory are told; may be repeated");
  CLI11_PARSE(program, argc, argv);
  if (fill_command.parsed()) fill(filling);
  if (deliver_command.parsed()) fmt::print("{}\n", Load(delivering).run().dump());
  return 0;
}
