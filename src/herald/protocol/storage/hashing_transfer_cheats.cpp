#include <cmath>
#include <numbers>
#include <optional>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/hashing_transfer.h"
#include "herald/quantum/channel.h"

namespace herald::hashing_transfer {
namespace {

constexpr double kBreidbart = std::numbers::pi / 8;

// What a cheat says of the counted bits, and of which he is sure.
struct Guesses {
  BitString bits, sure;
  void push(bool bit, bool certain) {
    bits.push_back(bit);
    sure.push_back(certain);
  }
};

// Both bases on the equator, z along x and x along y: no decay of |1> tells them apart.
const Gate& to_equator() {
  static const Gate kGate = gate::kHadamard * gate::kPhase.adjoint();
  return kGate;
}

// As it goes into the memory.
void turn(StoredBy kind, Qubit& photon) {
  if (kind == StoredBy::dephasing) apply(gate::rotation(-kBreidbart), photon);  // both bases as near to z
  if (kind == StoredBy::damping) apply(to_equator(), photon);
}

// What became of it with r `left`.
void suffer(StoredBy kind, Qubit& photon, double left, SimulationRandom& random) {
  if (kind == StoredBy::dephasing) apply(dephasing((1 - left) / 2), photon, random);
  if (kind == StoredBy::damping) apply(amplitude_damping(1 - left), photon, random);
  if (kind == StoredBy::depolarising) apply(depolarising(1 - left, 2), photon, random);
}

// The best reading of what is left, with the basis known.
bool read(StoredBy kind, Qubit&& photon, Basis basis, double left, SimulationRandom& random) {
  if (kind == StoredBy::dephasing) {
    const double angle = std::atan(left) / 2;  // towards z, as x was multiplied by r
    return measure(std::move(photon), gate::rotation(basis == Basis::x ? angle : -angle), random);
  }
  if (kind == StoredBy::damping) apply(to_equator().adjoint(), photon);
  return measure(std::move(photon), basis, random);
}

class Memory {
 public:
  Memory(StoredBy kind, std::vector<std::optional<Qubit>> photons, std::size_t size, double now)
      : m_kind(kind), m_photons(std::move(photons)), m_since(now) {
    m_photons.resize(size);
    for (auto& photon : m_photons)
      if (photon) turn(kind, *photon);
  }

  Guesses read_out(BitView bases, Seat& seat, const HashingTransfer& transfer) {
    const double left = std::pow(transfer.storage, (seat.now() - m_since) / transfer.waiting);
    Guesses guesses;
    for (std::size_t i = 0; i < m_photons.size(); ++i) {
      const bool lost = !m_photons[i] || (m_kind == StoredBy::erasing && !seat.random.next_bernoulli(left));
      if (lost) {
        guesses.push(random_bit(seat.random), false);
        continue;
      }
      suffer(m_kind, *m_photons[i], left, seat.random);
      const bool bit = read(m_kind, std::move(*m_photons[i]), bases[i] ? Basis::x : Basis::z, left, seat.random);
      guesses.push(bit, m_kind == StoredBy::erasing);
    }
    return guesses;
  }

 private:
  StoredBy m_kind;
  std::vector<std::optional<Qubit>> m_photons;
  double m_since;
};

// What he is sure of fills the first rows.
TableOrder sure_ones_first(BitView sure) {
  TableOrder order;
  for (const bool certain : {true, false})
    for (std::uint32_t i = 0; i < sure.size(); ++i)
      if (sure[i] == certain) order.bits.push_back(i);
  return order;
}

// From the bases on: both strings from a guess of each bit.
Party<Verdict> hash_and_guess(Seat& seat, const HashingTransfer& transfer, const Guesses& guesses) {
  Peer& alice = seat.peer();
  const PlaceSets places = *PlaceSets::of(transfer.set_size(), transfer.rows);
  const TableOrder order = sure_ones_first(guesses.sure);
  alice.send(order);
  std::vector<std::size_t> set(transfer.set_size());
  for (std::size_t row = 0; row < set.size(); ++row) set[row] = row;
  const Wide own = places.string_of(set, seat.random);
  const auto strings = co_await storage::answer(seat, places.string_bits(), own);
  alice.send(SetsExchanged(false));
  const auto told = co_await alice.receive<SetsHashed>();
  std::string wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(SetsHashed::kName, std::move(wrong));
  const BitString table = in_table(guesses.bits, order);
  BitString both;
  for (const unsigned i : {0u, 1u})
    both.append(corrected_string(set_bits(table, places.set_of(strings[i]), transfer), told, i, transfer));
  co_return Verdict::accept(0, std::move(both));
}

BitString first_bits(std::size_t count, std::size_t size) {
  BitString ones(size);
  for (std::size_t i = 0; i < count; ++i) ones.set(i, true);
  return ones;
}

}  // namespace

Party<Verdict> bob_measures_in_breidbart(Seat& seat, const HashingTransfer& transfer) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(transfer.photons);
  const Detections seen = measure(std::move(photons), gate::rotation(kBreidbart), seat.random);
  alice.send(Arrivals(first_bits(transfer.bits(), transfer.photons)));
  const auto told = co_await alice.receive<Bases>();
  std::string wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(Bases::kName, std::move(wrong));
  const Guesses guesses{slice(seen.bits, 0, transfer.bits()), BitString(transfer.bits())};
  auto verdict = co_await hash_and_guess(seat, transfer, guesses);
  co_return verdict;
}

template <StoredBy kind>
Party<Verdict> bob_stores(Seat& seat, const HashingTransfer& transfer) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(transfer.photons);
  Memory memory(kind, take_apart(std::move(photons)), transfer.bits(), seat.now());
  alice.send(Arrivals(first_bits(transfer.bits(), transfer.photons)));
  const auto told = co_await alice.receive<Bases>();
  std::string wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(Bases::kName, std::move(wrong));
  const Guesses guesses = memory.read_out(told.bases, seat, transfer);
  auto verdict = co_await hash_and_guess(seat, transfer, guesses);
  co_return verdict;
}

template Party<Verdict> bob_stores<StoredBy::depolarising>(Seat&, const HashingTransfer&);
template Party<Verdict> bob_stores<StoredBy::erasing>(Seat&, const HashingTransfer&);
template Party<Verdict> bob_stores<StoredBy::dephasing>(Seat&, const HashingTransfer&);
template Party<Verdict> bob_stores<StoredBy::damping>(Seat&, const HashingTransfer&);

}  // namespace herald::hashing_transfer
