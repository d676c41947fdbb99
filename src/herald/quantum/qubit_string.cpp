#include "herald/quantum/qubit_string.h"

#include <iterator>

#include "herald/quantum/remote.h"
#include "herald/quantum/remote_qubits.h"
#include "herald/quantum/string_state.h"

namespace herald {

using detail::RemoteQubits;
using detail::StringAccess;
using detail::StringState;
using detail::Words;
namespace remote = detail::remote;

namespace {

Words bernoulli(std::size_t size, double p, SimulationRandom& random) {
  Words words(words_for(size));
  random.fill_bernoulli({words.data(), words.size()}, p);
  return words;
}

}  // namespace

QubitString::QubitString(std::vector<Qubit> qubits)
    : QubitString(put_together({std::make_move_iterator(qubits.begin()), std::make_move_iterator(qubits.end())})) {}

std::size_t QubitString::size() const {
  HERALD_CHECK(!m_gone);
  return m_state.size;
}

QubitString QubitString::take_front(std::size_t count) {
  StringState& state = StringAccess::of(*this);
  if (StringAccess::is_remote(*this)) {
    HERALD_CHECK(count <= state.size);
    state.size -= count;
    return StringAccess::at_desk(remote::front(state.remote.number(), count), count);
  }
  QubitString front;
  StringAccess::move_front(state, count, front.m_state);
  return front;
}

void QubitString::append(QubitString&& later) {
  HERALD_CHECK(this != &later);
  StringState &state = StringAccess::of(*this), &tail = StringAccess::of(later);
  later.m_gone = true;
  if (!StringAccess::is_remote(*this) && !StringAccess::is_remote(later)) return StringAccess::append(state, tail);
  StringAccess::to_desk(state);
  StringAccess::to_desk(tail);
  remote::append(state.remote.number(), tail.remote.take());
  state.size += tail.size;
}

QubitString prepare(BitView bits, Basis basis) {
  QubitString string;
  StringState& state = StringAccess::new_state(string);
  state.size = bits.size();
  state.basis = basis;
  state.bits = detail::part(bits, 0, bits.size());
  return string;
}

QubitString prepare(BitView bits, BitView bases) {
  HERALD_CHECK(bits.size() == bases.size());
  QubitString string = prepare(bits, Basis::z);
  StringAccess::new_state(string).bases = detail::part(bases, 0, bases.size());
  return string;
}

std::pair<QubitString, QubitString> epr_pairs(std::size_t count) {
  if (remote::in_use()) {
    const auto [one, other] = remote::pairs(count);
    return {StringAccess::at_desk(one, count), StringAccess::at_desk(other, count)};
  }
  std::pair<QubitString, QubitString> halves;
  StringState& one = StringAccess::new_state(halves.first);
  StringState& other = StringAccess::new_state(halves.second);
  one.pairs = other.pairs = std::make_shared<detail::PairString>();
  one.pairs->size = one.size = other.size = count;
  one.form = other.form = StringState::Form::half;
  other.side = 1;
  return halves;
}

Detections measure(QubitString&& string, Basis basis, SimulationRandom& random) {
  StringState& state = StringAccess::as_it_is(string);
  StringAccess::leave(string);
  if (StringAccess::is_remote(string))
    return remote::measure_string(state.remote.take(), basis == Basis::x ? gate::kHadamard : Gate{{1, 0, 0, 1}});
  return StringAccess::measure(state, detail::BasisWords(basis), random);
}

Detections measure(QubitString&& string, BitView bases, SimulationRandom& random) {
  StringState& state = StringAccess::as_it_is(string);
  HERALD_CHECK(state.size == bases.size());
  StringAccess::leave(string);
  if (StringAccess::is_remote(string)) return remote::measure(state.remote.take(), bases);
  return StringAccess::measure(state, detail::BasisWords(bases), random);
}

Detections measure(QubitString&& string, const Gate& frame, SimulationRandom& random) {
  StringState& state = StringAccess::of(string);
  StringAccess::leave(string);
  if (StringAccess::is_remote(string)) return remote::measure_string(state.remote.take(), frame);
  return StringAccess::measure(state, frame, random);
}

std::vector<std::optional<Qubit>> take_apart(QubitString&& string) {
  StringState& state = StringAccess::of(string);
  StringAccess::leave(string);
  if (StringAccess::is_remote(string)) {
    std::vector<std::optional<Qubit>> qubits(state.size);
    const auto numbers = remote::apart(state.remote.take(), state.size);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (numbers[i] != 0) qubits[i].emplace(RemoteQubits::handle(numbers[i]));
    return qubits;
  }
  StringAccess::to_qubits(state);
  return std::move(state.qubits);
}

QubitString put_together(std::vector<std::optional<Qubit>> qubits) {
  if (remote::in_use()) {
    std::vector<remote::Number> numbers;
    for (std::optional<Qubit>& qubit : qubits) numbers.push_back(qubit ? RemoteQubits::take(std::move(*qubit)) : 0);
    return StringAccess::at_desk(remote::of_qubits(numbers), numbers.size());
  }
  QubitString string;
  StringState& state = StringAccess::new_state(string);
  state.size = qubits.size();
  state.form = StringState::Form::qubits;
  state.qubits = std::move(qubits);
  return string;
}

void keep(QubitString& string, BitView present) {
  StringState& state = StringAccess::of(string);
  HERALD_CHECK(present.size() == state.size);
  if (!StringAccess::is_remote(string)) return StringAccess::lose(state, detail::part(present, 0, present.size()));
  // A desk loses by probability alone: all or nothing of a stretch.
  for (std::size_t begin = 0, size = state.size; begin < size;) {
    std::size_t end = begin + 1;
    while (end < size && present[end] == present[begin]) ++end;
    QubitString stretch = string.take_front(end - begin);
    if (!present[begin]) remote::disturb(StringAccess::of(stretch).remote.number(), detail::DeskNoise::lose, 0);
    string.append(std::move(stretch));
    begin = end;
  }
}

void lose(QubitString& string, double transmittance, SimulationRandom& random) {
  StringState& state = StringAccess::of(string);
  if (StringAccess::is_remote(string))
    return remote::disturb(state.remote.number(), detail::DeskNoise::lose, transmittance);
  const Words kept = bernoulli(state.size, transmittance, random);
  if (transmittance < 1) StringAccess::lose(state, kept);
}

void depolarise(QubitString& string, double p, SimulationRandom& random) {
  // To the maximally mixed state is to one of 1, X, Y, Z, all with 1/4.
  StringState& state = StringAccess::of(string);
  if (StringAccess::is_remote(string)) return remote::disturb(state.remote.number(), detail::DeskNoise::depolarise, p);
  const Words hit = bernoulli(state.size, p, random);
  Words flips_z = bernoulli(state.size, 0.5, random), flips_x = bernoulli(state.size, 0.5, random);
  for (std::size_t i = 0; i < hit.size(); ++i) {
    flips_z.data()[i] &= hit.data()[i];
    flips_x.data()[i] &= hit.data()[i];
  }
  StringAccess::flip(state, flips_z, flips_x);
}

void dephase(QubitString& string, double p, SimulationRandom& random) {
  StringState& state = StringAccess::of(string);
  if (StringAccess::is_remote(string)) return remote::disturb(state.remote.number(), detail::DeskNoise::dephase, p);
  StringAccess::flip(state, Words(), bernoulli(state.size, p, random));
}

void flip(QubitString& string, double p, SimulationRandom& random) {
  StringState& state = StringAccess::of(string);
  if (StringAccess::is_remote(string)) return remote::disturb(state.remote.number(), detail::DeskNoise::flip, p);
  const Words flips = bernoulli(state.size, p, random);
  StringAccess::flip(state, flips, flips);
}

void apply(const KrausChannel& channel, QubitString& string, SimulationRandom& random) {
  StringState& state = StringAccess::of(string);
  if (remote::in_use()) {
    StringAccess::to_desk(state);
    return remote::apply_to_string(channel, state.remote.number());
  }
  StringAccess::to_qubits(state);
  for (std::optional<Qubit>& qubit : state.qubits)
    if (qubit) apply(channel, *qubit, random);
}

Bytes offer(QubitString&& string) {
  StringState& state = StringAccess::of(string);
  StringAccess::to_desk(state);
  StringAccess::leave(string);
  return remote::offer(state.remote.take());
}

QubitString claim(ByteView ticket) {
  const remote::Claimed claimed = remote::claim(ticket);
  return StringAccess::at_desk(claimed.string, claimed.size);
}

}  // namespace herald
