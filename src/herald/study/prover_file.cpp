#include "herald/study/prover_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "herald/base/file.h"
#include "herald/base/spelling.h"
#include "herald/study/prover_channel.h"

namespace herald::study {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kDigits = 1e-3;
constexpr std::size_t kMostSums = 4096;

constexpr std::array<std::string_view, 8> kTopKeys = {"title", "kind",       "alice",   "bob",
                                                      "key",   "statistics", "channel", "reconciliation"};
constexpr std::array<std::string_view, 9> kEntangledKeys = {"title",      "kind",    "alice", "bob",           "key",
                                                            "statistics", "channel", "state", "reconciliation"};
constexpr std::array<std::string_view, 5> kSignalKeys = {"vector", "matrix", "probability", "announces", "key"};
constexpr std::array<std::string_view, 6> kEffectKeys = {"vector", "matrix", "weight", "rest", "announces", "key"};
constexpr std::array<std::string_view, 3> kKeyKeys = {"holder", "kept", "noise"};
constexpr std::array<std::string_view, 2> kStateKeys = {"vector", "matrix"};
constexpr std::array<std::string_view, 3> kStatisticsKeys = {"tolerance", "joint", "sum"};
constexpr std::array<std::string_view, 3> kSumKeys = {"pairs", "value", "tolerance"};
constexpr std::array<std::string_view, 2> kReconciliationKeys = {"efficiency", "leak"};

template <typename Outcome>
std::ptrdiff_t index_of(const std::vector<Outcome>& outcomes, std::string_view name) {
  const auto found = std::ranges::find(outcomes, name, &Outcome::name);
  return found == outcomes.end() ? -1 : found - outcomes.begin();
}

template <typename Outcome>
std::string unknown_outcome(const std::vector<Outcome>& outcomes, std::string_view owner, std::string_view name) {
  std::vector<std::string_view> known;
  for (const Outcome& o : outcomes) known.push_back(o.name);
  return fmt::format("{} has no outcome \"{}\"{}", owner, name, did_you_mean(name, known));
}

// Pairs of texts: kept announcements, pairs of outcomes.
std::vector<std::pair<std::string, std::string>> read_pairs(const toml::node& node, const std::string& owner,
                                                            FileFaults& faults) {
  std::vector<std::pair<std::string, std::string>> result;
  const toml::array* array = node.as_array();
  bool good = array != nullptr;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    const toml::array* pair = array->get(i)->as_array();
    good = pair != nullptr && pair->size() == 2 && pair->get(0)->is_string() && pair->get(1)->is_string();
    if (good) result.emplace_back(pair->get(0)->value_or(std::string()), pair->get(1)->value_or(std::string()));
  }
  if (!good)
    faults.add(&node, fmt::format("{} is not a list of pairs such as [[\"Z\", \"Z\"], [\"X\", \"X\"]]", owner));
  return result;
}

class Reader {
 public:
  Reader(const toml::table& table, std::string_view file) : m_table(table), m_faults(file) {}

  Result<ProtocolFile> read() {
    m_file.title = read_text(m_table, "the file", "title", "", m_faults);
    const std::string kind = read_text(m_table, "the file", "kind", "prepare-and-measure", m_faults);
    if (kind != "prepare-and-measure" && kind != "entanglement")
      m_faults.add(m_table.get("kind"),
                   fmt::format("kind is \"{}\"; possible are prepare-and-measure, entanglement", kind));
    CharacterisedProtocol& protocol = m_file.protocol;
    protocol.entangled = kind == "entanglement";
    m_faults.check_keys(m_table, "the file",
                        protocol.entangled ? std::span<const std::string_view>(kEntangledKeys) : kTopKeys);
    if (protocol.entangled)
      effects("alice", protocol.alice);
    else
      signals();
    effects("bob", protocol.bob);
    key_map();
    reconciliation();
    HERALD_TRY_VOID(m_faults.result());
    check_protocol();
    HERALD_TRY_VOID(m_faults.result());
    HERALD_TRY(protocol, mended(protocol));
    statistics();
    HERALD_TRY_VOID(m_faults.result());
    return std::move(m_file);
  }

 private:
  // A table of the file, or nothing; `needed`: its absence is a fault.
  const toml::table* section(std::string_view name, bool needed) {
    const toml::node* node = m_table.get(name);
    if (node == nullptr && needed) m_faults.add(nullptr, fmt::format("there is no [{}]", name));
    if (node != nullptr && !node->is_table()) m_faults.add(node, fmt::format("{} is not a table", name));
    return node == nullptr ? nullptr : node->as_table();
  }

  // Calls read(name, table) for each outcome of `owner`.
  void each_outcome(const std::string& owner, std::span<const std::string_view> keys, auto read) {
    const toml::table* outcomes = section(owner, true);
    if (outcomes == nullptr) return;
    for (auto&& [key, node] : *outcomes) {
      const std::string name(key.str()), full = fmt::format("{}.{}", owner, name);
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        m_faults.add(&node, fmt::format("{} is not a table such as {{ vector = [1, 0], … }}", full));
        continue;
      }
      m_faults.check_keys(*table, full, keys);
      read(name, full, *table);
    }
  }

  template <typename Outcome>
  void announcement(const toml::table& table, const std::string& full, Outcome& outcome) {
    outcome.announces = read_text(table, full, "announces", "", m_faults);
    if (const toml::node* node = table.get("key")) {
      const auto symbol = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
      if (symbol && *symbol >= 0 && *symbol <= 15)
        outcome.key = static_cast<int>(*symbol);
      else
        m_faults.add(node, fmt::format("{}.key is not a whole number from 0 to 15", full));
    }
  }

  void signals() {
    each_outcome("alice", kSignalKeys, [&](const std::string& name, const std::string& full, const toml::table& table) {
      AliceOutcome outcome{.name = name, .op = {}, .announces = {}};
      if (!table.contains("probability")) m_faults.add(&table, fmt::format("{}.probability is missing", full));
      outcome.probability = read_number(table, full, "probability", 1, 0, 1, m_faults);
      announcement(table, full, outcome);
      if (auto op = read_operator(table, full, m_faults)) {
        outcome.op = std::move(*op);
        if (const std::string fault = fault_of_state(outcome.op); !fault.empty())
          m_faults.add(&table, fmt::format("{} {}", full, fault));
      }
      m_file.protocol.alice.push_back(std::move(outcome));
    });
  }

  template <typename Outcome>
  void effects(const std::string& owner, std::vector<Outcome>& outcomes) {
    std::ptrdiff_t rest = -1;
    const toml::table* rest_table = nullptr;
    each_outcome(owner, kEffectKeys, [&](const std::string& name, const std::string& full, const toml::table& table) {
      Outcome outcome{.name = name, .op = {}, .announces = {}};
      announcement(table, full, outcome);
      if (const toml::node* node = table.get("rest")) {
        if (node->value<bool>() != true || table.contains("vector") || table.contains("matrix") ||
            table.contains("weight") || rest >= 0)
          m_faults.add(node,
                       fmt::format("{}.rest: one outcome alone may be what the others leave, \"rest = true\", and "
                                   "then has no vector, matrix or weight",
                                   full));
        rest = std::ssize(outcomes);
        rest_table = &table;
      } else if (auto op = read_operator(table, full, m_faults)) {
        outcome.op = std::move(*op);
        outcome.op *= read_number(table, full, "weight", 1, 0, 1, m_faults);
        if (const std::string fault = fault_of_effect(outcome.op); !fault.empty())
          m_faults.add(&table, fmt::format("{} {}", full, fault));
      }
      outcomes.push_back(std::move(outcome));
    });
    if (rest >= 0 && m_faults.none()) fill_rest(owner, outcomes, static_cast<std::size_t>(rest), rest_table);
  }

  // The identity less all others.
  template <typename Outcome>
  void fill_rest(const std::string& owner, std::vector<Outcome>& outcomes, std::size_t rest, const toml::table* table) {
    ComplexMatrix sum;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (i == rest) continue;
      if (sum.rows() == 0) sum = ComplexMatrix(outcomes[i].op.rows(), outcomes[i].op.rows());
      if (outcomes[i].op.rows() != sum.rows()) return;  // told by validate
      sum += outcomes[i].op;
    }
    const std::string full = fmt::format("{}.{}", owner, outcomes[rest].name);
    if (sum.rows() == 0) {
      m_faults.add(table, fmt::format("{} is the rest of nothing", full));
      return;
    }
    sum *= -1;
    sum += ComplexMatrix::identity(sum.rows());
    if (const double least = smallest_eigenvalue(sum); least < -kDigits)
      m_faults.add(table,
                   fmt::format("{}: the other outcomes sum to more than the identity (the rest has the eigenvalue "
                               "{:.4g}); lower their weights",
                               full, least));
    outcomes[rest].op = std::move(sum);
  }

  void key_map() {
    const toml::table* key = section("key", true);
    if (key == nullptr) return;
    m_faults.check_keys(*key, "key", kKeyKeys);
    const std::string holder = read_text(*key, "key", "holder", "alice", m_faults);
    if (holder != "alice" && holder != "bob")
      m_faults.add(key->get("holder"), fmt::format("key.holder is \"{}\"; possible are alice, bob", holder));
    m_file.protocol.key_from_bob = holder == "bob";
    m_file.protocol.key_noise = read_number(*key, "key", "noise", 0, 0, 0.5, m_faults);
    if (const toml::node* kept = key->get("kept"))
      m_file.protocol.kept = read_pairs(*kept, "key.kept", m_faults);
    else
      m_faults.add(key,
                   "key.kept is missing: the announcements (Alice's, Bob's) of rounds with a key, such as "
                   "[[\"Z\", \"Z\"]]");
  }

  void reconciliation() {
    const toml::table* table = section("reconciliation", false);
    if (table == nullptr) return;
    m_faults.check_keys(*table, "reconciliation", kReconciliationKeys);
    m_file.reconciliation_efficiency = read_number(*table, "reconciliation", "efficiency", 1, 1, 100, m_faults);
    if (table->contains("leak")) m_file.leak = read_number(*table, "reconciliation", "leak", 0, 0, 64, m_faults);
  }

  void check_protocol() {
    const CharacterisedProtocol& protocol = m_file.protocol;
    const auto look = [&](const Result<void>& valid, const char* owner) {
      if (!valid) m_faults.add(m_table.get(owner), valid.error().message);
    };
    look(validate_alice(protocol), "alice");
    look(validate_bob(protocol), "bob");
    if (!m_faults.none()) return;
    look(validate_key_map(protocol), "key");
  }

  void statistics() {
    const toml::table *given = section("statistics", false), *channel = section("channel", false);
    double tolerance = 0;
    if (given != nullptr) {
      m_faults.check_keys(*given, "statistics", kStatisticsKeys);
      tolerance = read_number(*given, "statistics", "tolerance", 0, 0, 1, m_faults);
    }
    const bool direct = given != nullptr && (given->contains("joint") || given->contains("sum"));
    const bool computed = channel != nullptr || m_table.contains("state");
    if (direct == computed) {
      m_faults.add(direct ? given : nullptr,
                   direct
                       ? "there are both statistics and a channel (or state); leave one of them out"
                       : "there are no statistics: give [statistics] with joint or sum, or a [channel] to compute them "
                         "from");
      return;
    }
    std::vector<double> joint;
    if (computed)
      joint = through_channel(channel);
    else if (given->contains("joint"))
      joint = joint_table(*given->get("joint"), tolerance);
    if (!m_faults.none()) return;
    m_file.sifted = {kNan, kNan, kNan};
    if (!joint.empty()) {
      m_file.observed = full_statistics(m_file.protocol, joint, tolerance);
      m_file.sifted = sift_joint(m_file.protocol, joint);
    }
    if (direct && given->contains("sum")) sums(*given->get("sum"), tolerance);
    if (joint.empty() && !m_file.leak)
      m_faults.add(given,
                   "reconciliation.leak is missing: sums alone do not tell what reconciliation discloses; give the "
                   "bits per round, or all joint probabilities");
  }

  std::vector<double> joint_table(const toml::node& node, double tolerance) {
    const CharacterisedProtocol& protocol = m_file.protocol;
    std::vector<double> joint(protocol.alice.size() * protocol.bob.size(), kNan);
    const toml::table* rows = node.as_table();
    if (rows == nullptr) {
      m_faults.add(&node, "statistics.joint is not a table such as joint.H = { H = 0.12, V = 0.01 }");
      return joint;
    }
    for (auto&& [key, row] : *rows) {
      const std::ptrdiff_t x = index_of(protocol.alice, key.str());
      const std::string full = fmt::format("statistics.joint.{}", key.str());
      if (x < 0) m_faults.add(&row, unknown_outcome(protocol.alice, "alice", key.str()));
      if (!row.is_table()) m_faults.add(&row, fmt::format("{} is not a table such as {{ H = 0.12, V = 0.01 }}", full));
      if (x < 0 || !row.is_table()) continue;
      for (auto&& [name, entry] : *row.as_table()) {
        const std::ptrdiff_t y = index_of(protocol.bob, name.str());
        if (y < 0)
          m_faults.add(&entry, unknown_outcome(protocol.bob, "bob", name.str()));
        else
          joint[static_cast<std::size_t>(x) * protocol.bob.size() + static_cast<std::size_t>(y)] =
              read_number(*row.as_table(), full, name.str(), 0, 0, 1, m_faults);
      }
    }
    check_joint(node, joint, tolerance);
    return joint;
  }

  void check_joint(const toml::node& node, const std::vector<double>& joint, double tolerance) {
    if (!m_faults.none()) return;
    const CharacterisedProtocol& protocol = m_file.protocol;
    const auto missing = std::ranges::find_if(joint, [](double p) { return std::isnan(p); });
    if (missing != joint.end()) {
      const auto at = static_cast<std::size_t>(missing - joint.begin());
      m_faults.add(&node, fmt::format("statistics.joint.{}.{} is missing; give 0 for what never happens, or use "
                                      "statistics.sum",
                                      protocol.alice[at / protocol.bob.size()].name,
                                      protocol.bob[at % protocol.bob.size()].name));
      return;
    }
    const double slack = 1e-9 + tolerance * static_cast<double>(protocol.bob.size());
    double all = 0;
    for (std::size_t x = 0; x < protocol.alice.size(); ++x) {
      const auto row = std::span(joint).subspan(x * protocol.bob.size(), protocol.bob.size());
      const double sum = std::accumulate(row.begin(), row.end(), 0.0);
      all += sum;
      if (!protocol.entangled && std::abs(sum - protocol.alice[x].probability) > slack)
        m_faults.add(&node,
                     fmt::format("statistics.joint.{} has the sum {:.9g}, but {} is sent with probability {:.9g}; "
                                 "for rounded figures give statistics.tolerance",
                                 protocol.alice[x].name, sum, protocol.alice[x].name, protocol.alice[x].probability));
    }
    if (std::abs(all - 1) > slack * static_cast<double>(protocol.alice.size()))
      m_faults.add(&node, fmt::format("the joint probabilities have the sum {:.9g} and not 1; for rounded figures give "
                                      "statistics.tolerance",
                                      all));
  }

  void sums(const toml::node& node, double tolerance) {
    const toml::array* array = node.as_array();
    if (array == nullptr || array->size() > kMostSums || !array->is_homogeneous<toml::table>()) {
      m_faults.add(&node, "statistics.sum is not a list of tables [[statistics.sum]]");
      return;
    }
    for (auto&& entry : *array) {
      const toml::table& table = *entry.as_table();
      m_faults.check_keys(table, "statistics.sum", kSumKeys);
      Observed observed;
      if (!table.contains("pairs") || !table.contains("value")) {
        m_faults.add(&table, "statistics.sum needs pairs, such as [[\"H\", \"V\"]], and value");
        continue;
      }
      for (const auto& [a, b] : read_pairs(*table.get("pairs"), "statistics.sum.pairs", m_faults)) {
        const std::ptrdiff_t x = index_of(m_file.protocol.alice, a), y = index_of(m_file.protocol.bob, b);
        if (x < 0) m_faults.add(&table, unknown_outcome(m_file.protocol.alice, "alice", a));
        if (y < 0) m_faults.add(&table, unknown_outcome(m_file.protocol.bob, "bob", b));
        if (x >= 0 && y >= 0) observed.pairs.emplace_back(x, y);
      }
      observed.probability = read_number(table, "statistics.sum", "value", 0, 0, 1, m_faults);
      observed.tolerance = read_number(table, "statistics.sum", "tolerance", tolerance, 0, 1, m_faults);
      m_file.observed.push_back(std::move(observed));
    }
  }

  // Joint probabilities of Alice's signals, or of the state's second half, through the channel.
  std::vector<double> through_channel(const toml::table* table) {
    const CharacterisedProtocol& protocol = m_file.protocol;
    const std::size_t alice = protocol.alice.front().op.rows(), bob = protocol.bob.front().op.rows();
    std::vector<double> joint;
    if (!protocol.entangled) {
      const auto channel = read_channel(table, alice, bob, m_faults);
      if (!channel) return {};
      for (const AliceOutcome& a : protocol.alice) {
        const ComplexMatrix received = through(*channel, a.op, 1);
        for (const BobOutcome& b : protocol.bob)
          joint.push_back(std::max(0.0, a.probability * trace_product(received, b.op)));
      }
      return joint;
    }
    const auto state = read_state(alice);
    if (!state) return {};
    const auto channel = read_channel(table, state->rows() / alice, bob, m_faults);
    return channel ? joint_of(protocol, through(*channel, *state, alice)) : joint;
  }

  // [state]: of Alice's dimensions and those that are sent, normalised.
  std::optional<ComplexMatrix> read_state(std::size_t alice) {
    const toml::table* table = section("state", true);
    if (table == nullptr) return std::nullopt;
    m_faults.check_keys(*table, "state", kStateKeys);
    auto state = read_operator(*table, "state", m_faults);
    if (!state) return state;
    if (const std::string fault = fault_of_state(*state); !fault.empty()) {
      m_faults.add(table, "state " + fault);
      return std::nullopt;
    }
    if (state->rows() % alice != 0) {
      m_faults.add(table, fmt::format("state has {} dimensions, no multiple of Alice's {}", state->rows(), alice));
      return std::nullopt;
    }
    *state *= 1 / state->trace().real();
    return state;
  }

  const toml::table& m_table;
  FileFaults m_faults;
  ProtocolFile m_file;
};

}  // namespace

Result<ProtocolFile> parse_protocol(std::string_view text, std::string_view name, std::span<const Override> overrides) {
  HERALD_TRY(toml::table table, parse_toml(text, name));
  for (const auto& [path, value] : overrides) HERALD_TRY_VOID(set_number(table, path, value));
  return Reader(table, name).read();
}

Result<ProtocolFile> read_protocol(const std::filesystem::path& path, std::span<const Override> overrides) {
  HERALD_TRY(const Bytes content, read_file(path, std::size_t{1} << 20));
  return parse_protocol({reinterpret_cast<const char*>(content.data()), content.size()}, path.string(), overrides);
}

Result<ProverReport> prove_protocol(const ProtocolFile& file) {
  HERALD_TRY(const ProverBound bound, prove(file.protocol, file.observed));
  ProverReport report;
  report.title = file.title;
  report.certified = bound.secret_bits;
  report.gap = bound.estimate - bound.secret_bits;
  report.iterations = bound.iterations;
  // Upwards: the sum over outcomes is rounded.
  const double cost = file.leak.value_or(file.reconciliation_efficiency * file.sifted.uncertainty) * (1 + 1e-13);
  report.rate = report.certified - cost;
  const auto figure = [&](std::string_view name, double value) {
    if (std::isfinite(value)) report.figures.emplace_back(name, value);
  };
  figure("sifted", file.sifted.kept);
  figure("error_rate", file.sifted.error_rate);
  figure("reconciliation", cost);
  figure("rate_per_sifted", file.sifted.kept > 0 ? report.rate / file.sifted.kept : kNan);
  figure("dimension", static_cast<double>(bound.dimension));
  figure("rounding", bound.rounding_bits);
  if (!std::isfinite(report.rate)) return fail(ErrorCode::exhausted, "the rate is not a number");
  return report;
}

Result<ProverReport> prove_file(const std::filesystem::path& path, std::span<const Override> overrides) {
  HERALD_TRY(const ProtocolFile file, read_protocol(path, overrides));
  auto report = prove_protocol(file);
  if (!report) report.error().message = fmt::format("{}: {}", path.string(), report.error().message);
  return report;
}

}  // namespace herald::study
