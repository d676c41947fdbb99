#include "herald/study/prover_channel.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace herald::study {
namespace {

constexpr double kDigits = 1e-3;
constexpr std::size_t kMostDimensions = 64, kMostKraus = 64;
constexpr std::array<std::string_view, 4> kKeys = {"depolarising", "misalignment", "transmittance", "kraus"};

// K (sum K+ K)^-1/2, by Newton's iteration: the digits of a file become a channel.
void complete(KrausChannel& channel) {
  for (int pass = 0; pass < 3; ++pass) {
    ComplexMatrix root = ComplexMatrix::identity(channel.front().columns()), total = completeness(channel);
    root *= 1.5;
    total *= -0.5;
    root += total;
    for (ComplexMatrix& k : channel) k = k * root;
  }
}

std::optional<KrausChannel> read_kraus(const toml::node& node, std::size_t sent, FileFaults& faults) {
  const toml::array* array = node.as_array();
  if (array == nullptr || array->empty() || array->size() > kMostKraus) {
    faults.add(&node, fmt::format("channel.kraus is not a list of 1 to {} matrices", kMostKraus));
    return std::nullopt;
  }
  KrausChannel result;
  for (auto&& entry : *array) {
    auto k = read_matrix(entry, fmt::format("channel.kraus, operator {}", result.size() + 1), faults);
    if (!k) return std::nullopt;
    if (k->columns() != sent || k->rows() > kMostDimensions || (!result.empty() && k->rows() != result[0].rows())) {
      faults.add(&entry, fmt::format("channel.kraus, operator {}, is {} x {}; it must take {} dimensions to as many as "
                                     "the first one does, at most {}",
                                     result.size() + 1, k->rows(), k->columns(), sent, kMostDimensions));
      return std::nullopt;
    }
    result.push_back(std::move(*k));
  }
  const ComplexMatrix sum = completeness(result);
  for (std::size_t j = 0; j < sent; ++j) {
    for (std::size_t k = 0; k < sent; ++k) {
      if (std::abs(sum(j, k) - (j == k ? 1.0 : 0.0)) <= kDigits) continue;
      faults.add(&node, "channel.kraus is no channel: the sum of K+ K is not the identity");
      return std::nullopt;
    }
  }
  complete(result);
  return result;
}

ComplexMatrix applied_to_part(const KrausChannel& channel, const ComplexMatrix& state, std::size_t kept) {
  KrausChannel part;
  for (const ComplexMatrix& k : channel) part.push_back(kron(ComplexMatrix::identity(kept), k));
  return applied(part, state);
}

// (1 - p) rho + p Tr_sent(rho) (x) 1/d.
ComplexMatrix depolarised(ComplexMatrix state, double p, std::size_t kept) {
  const std::size_t d = state.rows() / kept;
  ComplexMatrix rest(kept, kept);
  for (std::size_t j = 0; j < kept; ++j)
    for (std::size_t k = 0; k < kept; ++k)
      for (std::size_t i = 0; i < d; ++i) rest(j, k) += state(j * d + i, k * d + i);
  rest *= p / static_cast<double>(d);
  state *= 1 - p;
  state += kron(rest, ComplexMatrix::identity(d));
  return state;
}

}  // namespace

std::optional<DescribedChannel> read_channel(const toml::table* table, std::size_t sent, std::size_t received,
                                             FileFaults& faults) {
  DescribedChannel channel;
  bool good = true;
  if (table != nullptr) {
    faults.check_keys(*table, "channel", kKeys);
    channel.misalignment = read_number(*table, "channel", "misalignment", 0, 0, 1, faults);
    channel.depolarising = read_number(*table, "channel", "depolarising", 0, 0, 1, faults);
    if (table->contains("transmittance"))
      channel.transmittance = read_number(*table, "channel", "transmittance", 1, 0, 1, faults);
    if (channel.misalignment > 0 && sent < 2) {
      faults.add(table, "channel.misalignment turns the first two dimensions, and there is one");
      good = false;
    }
    if (const toml::node* kraus = table->get("kraus")) {
      channel.kraus = read_kraus(*kraus, sent, faults);
      if (!channel.kraus) return std::nullopt;
      sent = channel.kraus->front().rows();
    }
  }
  const std::size_t delivered = sent + (channel.transmittance ? 1 : 0);
  if (delivered != received) {
    faults.add(table, fmt::format("the channel delivers {} dimensions{}, Bob measures {}{}", delivered,
                                  channel.transmittance ? " (the last is the lost signal)" : "", received,
                                  sent + 1 == received && !channel.transmittance
                                      ? "; give channel.transmittance if his last one is the lost signal"
                                      : ""));
    good = false;
  }
  return good && faults.none() ? std::optional(std::move(channel)) : std::nullopt;
}

ComplexMatrix through(const DescribedChannel& channel, ComplexMatrix state, std::size_t kept) {
  const auto sent = [&] { return state.rows() / kept; };
  if (channel.misalignment > 0)
    state = applied_to_part(rotation(std::asin(std::sqrt(channel.misalignment)), sent()), state, kept);
  if (channel.depolarising > 0) state = depolarised(std::move(state), channel.depolarising, kept);
  if (channel.kraus) state = applied_to_part(*channel.kraus, state, kept);
  if (channel.transmittance) state = applied_to_part(loss(*channel.transmittance, sent()), state, kept);
  return state;
}

}  // namespace herald::study
