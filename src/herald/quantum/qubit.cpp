#include "herald/quantum/qubit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <optional>

#include "herald/base/result.h"
#include "herald/quantum/remote_qubits.h"

namespace herald {
namespace {

constexpr double kExact = 1e-12, kCertain = 1e-13;
constexpr std::uint8_t kEntangled = 0xff;
constexpr std::size_t kMostDivided = 10;  // qubits of a state that is looked through for parts of its own

constexpr std::array<std::array<double, 2>, 4> kAmplitudes{{{1, 0},
                                                            {0, 1},
                                                            {1 / std::numbers::sqrt2, 1 / std::numbers::sqrt2},
                                                            {1 / std::numbers::sqrt2, -1 / std::numbers::sqrt2}}};

StateVector vector_of(std::uint32_t code) {
  return StateVector(Amplitudes{kAmplitudes[code][0], kAmplitudes[code][1]});
}

// The BB84 state that a one-qubit state is, up to its phase.
std::optional<std::uint32_t> code_of(const Complex& a, const Complex& b) {
  for (std::uint32_t code = 0; code < 4; ++code)
    if (std::norm(a * kAmplitudes[code][0] + b * kAmplitudes[code][1]) > 1 - kExact) return code;
  return std::nullopt;
}

}  // namespace

namespace detail {

// What some qubits share.
struct Cluster {
  enum class Kind : std::uint8_t { pair, dense, moved, remote };

  Kind kind = Kind::pair;
  std::uint8_t other = kEntangled;  // of a pair of which one half was measured: the other's state
  std::uint32_t handles = 0;        // qubits, and clusters that have moved here
  // dense: qubits that met, though not all of them may still be entangled.
  struct Factor {
    StateVector state;
    std::vector<std::uint32_t> slot;  // of each of the state's qubits
  };
  struct Slot {
    std::uint32_t factor = 0, place = 0;
    bool owned = true;  // somebody holds the qubit
    bool gap = false;   // the qubit is no more
  };
  struct Dense {
    std::vector<Factor> factors;  // that of a gap has no qubits
    std::vector<Slot> slots;      // the last one is no gap
    std::vector<std::uint32_t> factor_gaps;
    std::size_t slot_gaps = 0;

    std::uint32_t add(Factor factor);
    void forget_factor(std::uint32_t factor);
    void forget_slot(std::uint32_t slot);
    std::uint32_t room_for(std::uint32_t count);
  };
  std::unique_ptr<Dense> dense;
  Cluster* into = nullptr;  // moved
  std::uint32_t offset = 0;
  Cluster* next_free = nullptr;

  static Cluster* make(Kind kind, std::uint32_t handles);
  static void free(Cluster* cluster) noexcept;
  static void let_go(Cluster* cluster) noexcept;
  static void abandon(Cluster* cluster, std::uint32_t slot) noexcept;

  static Cluster* resolve(Qubit& qubit);
  static Cluster* to_dense(Qubit& qubit);
  static Cluster* of_state(StateVector state, std::uint32_t handles);
  static void join(Qubit& a, Qubit& b);
  static Qubit handle(Cluster* cluster, std::uint32_t slot) {
    Qubit qubit;
    qubit.m_cluster = cluster;
    qubit.m_place = slot;
    return qubit;
  }
  static bool measure(Qubit& qubit, const Gate* frame, Basis basis, SimulationRandom& random);
  static void apply(const Gate& gate, Qubit& qubit);
  static Slot& slot_of(const Qubit& qubit) { return qubit.m_cluster->dense->slots[qubit.m_place]; }
  static StateVector& state_of(const Qubit& qubit) {
    return qubit.m_cluster->dense->factors[slot_of(qubit).factor].state;
  }
  static std::uint32_t place_of(const Qubit& qubit) { return slot_of(qubit).place; }
  static void check(const Qubit& qubit) { HERALD_CHECK(qubit.m_place != Qubit::kGone); }

 private:
  static void join_clusters(Qubit& a, Qubit& b);
  void take_out(Factor& factor, std::uint32_t place, bool outcome);
  bool find(Factor& factor, std::uint32_t place, SimulationRandom& random);
  void forget_orphans(Factor& factor, SimulationRandom& random);
  void divide(std::uint32_t factor);
};

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kPooled = false;  // a pool would hide a use after free
#else
constexpr bool kPooled = true;
#endif

// Nodes to use again, of one thread.
struct Pool {
  Cluster* first = nullptr;
  ~Pool() {
    while (first != nullptr) delete std::exchange(first, first->next_free);
  }
};
thread_local Pool pool;

}  // namespace

Cluster* Cluster::make(Kind kind, std::uint32_t handles) {
  Cluster* const cluster = pool.first != nullptr ? std::exchange(pool.first, pool.first->next_free) : new Cluster;
  cluster->kind = kind;
  cluster->other = kEntangled;
  cluster->handles = handles;
  return cluster;
}

void Cluster::free(Cluster* cluster) noexcept {
  if constexpr (kPooled) {
    cluster->dense.reset();
    cluster->next_free = std::exchange(pool.first, cluster);
  } else {
    delete cluster;
  }
}

void Cluster::let_go(Cluster* cluster) noexcept {
  while (--cluster->handles == 0) {
    Cluster* const into = cluster->kind == Kind::moved ? cluster->into : nullptr;
    free(cluster);
    if (into == nullptr) return;
    cluster = into;
  }
}

std::uint32_t Cluster::Dense::add(Factor factor) {
  if (factor_gaps.empty()) {
    factors.push_back(std::move(factor));
    return static_cast<std::uint32_t>(factors.size() - 1);
  }
  const std::uint32_t gap = factor_gaps.back();
  factor_gaps.pop_back();
  factors[gap] = std::move(factor);
  return gap;
}

void Cluster::Dense::forget_factor(std::uint32_t factor) {
  factors[factor] = Factor{StateVector(0), {}};
  factor_gaps.push_back(factor);
}

void Cluster::Dense::forget_slot(std::uint32_t slot) {
  slots[slot].gap = true;
  ++slot_gaps;
  for (; !slots.empty() && slots.back().gap; --slot_gaps) slots.pop_back();
}

// The first of `count` slots in a row, all of them gaps. Of g gaps between s others some are g / (s + 1) in a row: the
// slots never are more than (count + 1) (s + 1), however many have come and gone.
std::uint32_t Cluster::Dense::room_for(std::uint32_t count) {
  if (slot_gaps >= count * (slots.size() - slot_gaps + 1)) {
    std::uint32_t row = 0;
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      row = slots[i].gap ? row + 1 : 0;
      if (row < count) continue;
      slot_gaps -= count;
      return i + 1 - count;
    }
  }
  const auto first = static_cast<std::uint32_t>(slots.size());
  slots.resize(slots.size() + count);
  return first;
}

void Cluster::abandon(Cluster* cluster, std::uint32_t slot) noexcept {
  Cluster* at = cluster;
  for (; at->kind == Kind::moved; at = at->into) slot += at->offset;
  if (at->kind == Kind::dense) {
    Dense& dense = *at->dense;
    dense.slots[slot].owned = false;
    // Of a state that nobody holds a qubit of, nothing is left.
    const std::uint32_t factor = dense.slots[slot].factor;
    const std::vector<std::uint32_t>& all = dense.factors[factor].slot;
    if (std::ranges::none_of(all, [&](std::uint32_t each) { return dense.slots[each].owned; })) {
      for (const std::uint32_t each : all) dense.forget_slot(each);
      dense.forget_factor(factor);
    }
  }
  let_go(cluster);
}

// The cluster that the qubit's one has moved into, which the qubit then points to.
Cluster* Cluster::resolve(Qubit& qubit) {
  check(qubit);
  while (qubit.m_cluster != nullptr && qubit.m_cluster->kind == Kind::moved) {
    Cluster* const old = qubit.m_cluster;
    qubit.m_place += old->offset;
    qubit.m_cluster = old->into;
    ++old->into->handles;
    let_go(old);
  }
  return qubit.m_cluster;
}

Cluster* Cluster::of_state(StateVector state, std::uint32_t handles) {
  Cluster* const cluster = make(Kind::dense, handles);
  cluster->dense = std::make_unique<Dense>();
  Factor& factor = cluster->dense->factors.emplace_back(std::move(state), std::vector<std::uint32_t>());
  for (std::uint32_t k = 0; k < factor.state.qubits(); ++k) {
    factor.slot.push_back(k);
    cluster->dense->slots.push_back({0, k, true, false});
  }
  return cluster;
}

Cluster* Cluster::to_dense(Qubit& qubit) {
  Cluster* const cluster = resolve(qubit);
  if (cluster == nullptr) {
    qubit.m_cluster = of_state(vector_of(std::exchange(qubit.m_place, 0)), 1);
  } else if (cluster->kind == Kind::pair && cluster->other != kEntangled) {
    qubit.m_cluster = of_state(vector_of(cluster->other), 1);
    qubit.m_place = 0;
    let_go(cluster);
  } else if (cluster->kind == Kind::pair) {
    Cluster* const dense = of_state(StateVector(Amplitudes{1 / std::numbers::sqrt2, 0, 0, 1 / std::numbers::sqrt2}), 1);
    dense->dense->slots[1 - qubit.m_place].owned = cluster->handles == 2;
    cluster->kind = Kind::moved;
    cluster->into = dense;
    cluster->offset = 0;
    resolve(qubit);
  }
  return qubit.m_cluster;
}

void Cluster::join_clusters(Qubit& a, Qubit& b) {
  Cluster* target = to_dense(a);
  Cluster* source = to_dense(b);
  if (source == target) return;
  if (target->dense->slots.size() < source->dense->slots.size()) std::swap(target, source);  // few move
  Dense &to = *target->dense, &from = *source->dense;
  const std::uint32_t first = to.room_for(static_cast<std::uint32_t>(from.slots.size()));
  for (Factor& factor : from.factors) {
    if (factor.slot.empty()) continue;
    for (std::uint32_t& slot : factor.slot) slot += first;
    const std::uint32_t index = to.add(std::move(factor));
    const std::vector<std::uint32_t>& moved = to.factors[index].slot;
    for (std::uint32_t k = 0; k < moved.size(); ++k)
      to.slots[moved[k]] = {index, k, from.slots[moved[k] - first].owned, false};
  }
  for (std::size_t i = 0; i < from.slots.size(); ++i)
    if (from.slots[i].gap) to.slots[first + i].gap = true, ++to.slot_gaps;
  source->dense.reset();
  source->kind = Kind::moved;
  source->into = target;
  source->offset = first;
  ++target->handles;
  resolve(a);
  resolve(b);
}

// Until both are qubits of one state.
void Cluster::join(Qubit& a, Qubit& b) {
  join_clusters(a, b);
  Dense& d = *a.m_cluster->dense;
  const std::uint32_t to = slot_of(a).factor, from = slot_of(b).factor;
  if (to == from) return;
  Factor &target = d.factors[to], &source = d.factors[from];
  target.state.append(source.state);
  for (const std::uint32_t slot : source.slot) {
    d.slots[slot].factor = to;
    d.slots[slot].place = static_cast<std::uint32_t>(target.slot.size());
    target.slot.push_back(slot);
  }
  d.forget_factor(from);
}

void Cluster::take_out(Factor& factor, std::uint32_t place, bool outcome) {
  factor.state.take_out(place, outcome);
  factor.slot.erase(factor.slot.begin() + place);
  for (std::uint32_t k = place; k < factor.slot.size(); ++k) dense->slots[factor.slot[k]].place = k;
}

bool Cluster::find(Factor& factor, std::uint32_t place, SimulationRandom& random) {
  // Of amplitudes whose norm may have drifted, what is as good as certain is.
  const double one = factor.state.probability_of_one(place);
  const bool outcome = one > 1 - kCertain || (one > kCertain && random.next_bernoulli(one));
  const std::uint32_t slot = factor.slot[place];
  take_out(factor, place, outcome);
  dense->forget_slot(slot);
  return outcome;
}

// Measured, and the outcome told to nobody: what the others see stays the same.
void Cluster::forget_orphans(Factor& factor, SimulationRandom& random) {
  for (auto k = static_cast<std::uint32_t>(factor.slot.size()); k-- > 0;)
    if (!dense->slots[factor.slot[k]].owned) find(factor, k, random);
}

// Gives each qubit that is in a state of its own a factor of its own.
void Cluster::divide(std::uint32_t index) {
  for (auto k = static_cast<std::uint32_t>(dense->factors[index].slot.size()); k-- > 0;) {
    Factor& factor = dense->factors[index];
    if (factor.slot.size() < 2 || factor.slot.size() > kMostDivided) return;
    const ComplexMatrix seen = factor.state.reduced(k);
    if (trace_product(seen, seen) < 1 - kExact) continue;
    const std::size_t column = seen(0, 0).real() < seen(1, 1).real() ? 1 : 0;
    const double size = std::sqrt(seen(column, column).real());
    const Complex a = seen(0, column) / size, b = seen(1, column) / size;
    factor.state.apply(Gate{{std::conj(a), std::conj(b), -b, a}}, k);  // to |0>
    const std::uint32_t slot = factor.slot[k];
    take_out(factor, k, false);
    StateVector alone(Amplitudes{a, b});
    alone.normalise();
    dense->slots[slot] = {dense->add({std::move(alone), {slot}}), 0, dense->slots[slot].owned, false};
  }
}

bool Cluster::measure(Qubit& qubit, const Gate* frame, Basis basis, SimulationRandom& random) {
  Cluster* cluster = resolve(qubit);
  const auto of_code = [&](std::uint32_t code) {
    return code >> 1 == static_cast<std::uint32_t>(basis) ? (code & 1) != 0 : (random.next_word() >> 63) != 0;
  };
  if (frame == nullptr && cluster == nullptr) return of_code(std::exchange(qubit.m_place, Qubit::kGone));
  if (frame == nullptr && cluster->kind == Kind::pair) {
    const bool outcome = cluster->other != kEntangled ? of_code(cluster->other) : (random.next_word() >> 63) != 0;
    cluster->other = static_cast<std::uint8_t>(Qubit::code({basis, outcome}));
    qubit.m_cluster = nullptr;
    qubit.m_place = Qubit::kGone;
    let_go(cluster);
    return outcome;
  }
  cluster = to_dense(qubit);
  if (frame != nullptr)
    state_of(qubit).apply(frame->adjoint(), place_of(qubit));
  else if (basis == Basis::x)
    state_of(qubit).apply(gate::kHadamard, place_of(qubit));
  const std::uint32_t factor = slot_of(qubit).factor;
  cluster->forget_orphans(cluster->dense->factors[factor], random);
  const bool outcome = cluster->find(cluster->dense->factors[factor], place_of(qubit), random);
  if (cluster->dense->factors[factor].slot.empty())
    cluster->dense->forget_factor(factor);
  else
    cluster->divide(factor);
  qubit.m_cluster = nullptr;
  qubit.m_place = Qubit::kGone;
  let_go(cluster);
  return outcome;
}

void Cluster::apply(const Gate& gate, Qubit& qubit) {
  const Cluster* const cluster = resolve(qubit);
  const bool alone = cluster == nullptr || (cluster->kind == Kind::pair && cluster->other != kEntangled);
  if (alone) {
    const auto& before = kAmplitudes[cluster == nullptr ? qubit.m_place : cluster->other];
    const auto after =
        code_of(gate.m[0] * before[0] + gate.m[1] * before[1], gate.m[2] * before[0] + gate.m[3] * before[1]);
    if (after) {
      if (cluster != nullptr) let_go(std::exchange(qubit.m_cluster, nullptr));
      qubit.m_place = *after;
      return;
    }
  }
  to_dense(qubit);
  state_of(qubit).apply(gate, place_of(qubit));
}

// All qubits at a desk have this one, and their number for a place.
Cluster at_desk = [] {
  Cluster cluster;
  cluster.kind = Cluster::Kind::remote;
  return cluster;
}();

Qubit RemoteQubits::handle(remote::Number number) { return Cluster::handle(&at_desk, number); }

std::optional<remote::Number> RemoteQubits::number_of(const Qubit& qubit) {
  Cluster::check(qubit);
  return qubit.m_cluster == &at_desk ? std::optional(qubit.m_place) : std::nullopt;
}

remote::Number RemoteQubits::to_desk(Qubit& qubit) {
  if (const auto number = number_of(qubit)) return *number;
  HERALD_CHECK(qubit.m_cluster == nullptr);  // whatever else there is was made at the desk
  const auto number = remote::state(vector_of(qubit.m_place)).front();
  qubit.m_cluster = &at_desk;
  qubit.m_place = number;
  return number;
}

remote::Number RemoteQubits::take(Qubit&& qubit) {
  const remote::Number number = to_desk(qubit);
  qubit.m_cluster = nullptr;
  qubit.m_place = Qubit::kGone;
  return number;
}

}  // namespace detail

using detail::Cluster;
using detail::RemoteQubits;
namespace remote = detail::remote;

Qubit::Qubit(Complex a, Complex b) : m_place(0) {
  StateVector state(Amplitudes{a, b});  // looks at the norm
  if (const auto code = code_of(a, b))
    m_place = *code;
  else if (remote::in_use())
    *this = RemoteQubits::handle(remote::state(state).front());
  else
    m_cluster = Cluster::of_state(std::move(state), 1);
}

void Qubit::release_shared() noexcept {
  if (m_cluster == &detail::at_desk)
    remote::release(m_place);
  else
    Cluster::abandon(m_cluster, m_place);
}

std::pair<Qubit, Qubit> epr_pair() {
  if (remote::in_use()) {
    auto both = prepare(StateVector(Amplitudes{1 / std::numbers::sqrt2, 0, 0, 1 / std::numbers::sqrt2}));
    return {std::move(both[0]), std::move(both[1])};
  }
  Cluster* const cluster = Cluster::make(Cluster::Kind::pair, 2);
  return {Cluster::handle(cluster, 0), Cluster::handle(cluster, 1)};
}

std::vector<Qubit> prepare(StateVector state) {
  const auto n = static_cast<std::uint32_t>(state.qubits());
  std::vector<Qubit> qubits;
  if (n == 0) return qubits;
  qubits.reserve(n);
  if (remote::in_use()) {
    for (const remote::Number number : remote::state(state)) qubits.push_back(RemoteQubits::handle(number));
    return qubits;
  }
  Cluster* const cluster = Cluster::of_state(std::move(state), n);
  for (std::uint32_t k = 0; k < n; ++k) qubits.push_back(Cluster::handle(cluster, k));
  return qubits;
}

void apply(const Gate& gate, Qubit& qubit) {
  if (remote::in_use()) return remote::apply(gate, RemoteQubits::to_desk(qubit));
  Cluster::apply(gate, qubit);
}

void apply_controlled(const Gate& gate, Qubit& control, Qubit& target) {
  HERALD_CHECK(&control != &target);
  if (remote::in_use()) {
    const remote::Number at = RemoteQubits::to_desk(control);
    return remote::apply_controlled(gate, at, RemoteQubits::to_desk(target));
  }
  Cluster::join(control, target);
  Cluster::state_of(control).apply_controlled(gate, Cluster::place_of(control), Cluster::place_of(target));
}

void apply(const ComplexMatrix& unitary, std::span<Qubit* const> qubits) {
  HERALD_CHECK(!qubits.empty());
  if (remote::in_use()) {
    std::vector<remote::Number> numbers;
    for (Qubit* const qubit : qubits) numbers.push_back(RemoteQubits::to_desk(*qubit));
    return remote::apply(unitary, numbers);
  }
  Qubit& first = *qubits.front();
  Cluster::to_dense(first);
  for (Qubit* const qubit : qubits.subspan(1)) Cluster::join(first, *qubit);
  std::vector<std::size_t> places;
  for (const Qubit* const qubit : qubits) places.push_back(Cluster::place_of(*qubit));
  Cluster::state_of(first).apply(unitary, places);
  Cluster::state_of(first).normalise();  // a unitary of a file or a wire is one to some digits
}

bool measure(Qubit&& qubit, Basis basis, SimulationRandom& random) {
  if (RemoteQubits::number_of(qubit))
    return remote::measure(RemoteQubits::take(std::move(qubit)),
                           basis == Basis::x ? gate::kHadamard : Gate{{1, 0, 0, 1}});
  return Cluster::measure(qubit, nullptr, basis, random);
}

bool measure(Qubit&& qubit, const Gate& frame, SimulationRandom& random) {
  if (RemoteQubits::number_of(qubit)) return remote::measure(RemoteQubits::take(std::move(qubit)), frame);
  return Cluster::measure(qubit, &frame, Basis::z, random);
}

std::size_t qubits_together(std::span<Qubit* const> qubits) {
  std::size_t all = 0;
  std::vector<const Cluster::Factor*> counted;
  for (Qubit* const qubit : qubits) {
    Cluster* const cluster = Cluster::resolve(*qubit);
    if (cluster == nullptr || cluster->kind != Cluster::Kind::dense) {
      all += cluster == nullptr || cluster->other != kEntangled ? 1 : 2;
      continue;
    }
    const Cluster::Factor& factor = cluster->dense->factors[Cluster::slot_of(*qubit).factor];
    if (std::ranges::find(counted, &factor) != counted.end()) continue;
    counted.push_back(&factor);
    all += factor.slot.size();
  }
  return all;
}

std::size_t places_kept(Qubit& qubit) {
  const Cluster* const cluster = Cluster::resolve(qubit);
  return cluster == nullptr || cluster->kind != Cluster::Kind::dense
             ? 0
             : cluster->dense->slots.size() + cluster->dense->factors.size();
}

std::size_t apply(const KrausChannel& channel, Qubit& qubit, SimulationRandom& random) {
  if (remote::in_use()) return remote::apply(channel, RemoteQubits::to_desk(qubit));
  Cluster::to_dense(qubit);
  StateVector& state = Cluster::state_of(qubit);
  const std::size_t place = Cluster::place_of(qubit);
  const ComplexMatrix seen = state.reduced(place);
  double left = random.next_double();
  std::size_t drawn = channel.size();
  for (std::size_t k = 0; k < channel.size(); ++k) {
    const double p = trace_product(channel[k].adjoint() * channel[k], seen);
    if (p <= 0) continue;
    drawn = k;  // the last possible one, should rounding leave something
    left -= p;
    if (left < 0) break;
  }
  HERALD_CHECK(drawn < channel.size());
  state.apply(channel[drawn], {{place}});
  state.normalise();
  return drawn;
}

std::size_t measure(Qubit&& qubit, std::span<const ComplexMatrix> povm, SimulationRandom& random) {
  KrausChannel roots;
  for (const ComplexMatrix& element : povm) {
    HERALD_CHECK(element.rows() == 2 && element.columns() == 2);
    roots.push_back(square_root(element));
  }
  Qubit measured = std::move(qubit);
  return apply(roots, measured, random);
}

}  // namespace herald
