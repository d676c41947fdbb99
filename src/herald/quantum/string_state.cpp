#include "herald/quantum/string_state.h"

#include <algorithm>

#include "herald/quantum/remote.h"
#include "herald/quantum/remote_qubits.h"

namespace herald::detail {
namespace {

using Form = StringState::Form;

// The used bits of word `i` of a string of `size` bits.
std::uint64_t used(std::size_t size, std::size_t i) {
  return 64 * (i + 1) <= size ? ~std::uint64_t{0} : (std::uint64_t{1} << (size % 64)) - 1;
}

Words zeros(std::size_t count) {
  Words words(count);
  std::fill_n(words.data(), count, 0);
  return words;
}

Words joined(BitView first, BitView second) {
  Words words = zeros(words_for(first.size() + second.size()));
  std::ranges::copy(first.words(), words.data());
  const std::size_t shift = first.size() % 64, at = first.size() / 64;
  for (std::size_t i = 0; i < second.words().size(); ++i) {
    const std::uint64_t word = second.words()[i];
    words.data()[at + i] |= word << shift;
    if (shift != 0 && at + i + 1 < words.size()) words.data()[at + i + 1] = word >> (64 - shift);
  }
  return words;
}

}  // namespace

Words part(BitView bits, std::size_t begin, std::size_t size) {
  Words words(words_for(size));
  std::uint64_t* const to = words.data();
  if (begin % 64 == 0)
    for (std::size_t i = 0; i < words.size(); ++i) to[i] = bits.words()[begin / 64 + i];
  else
    for (std::size_t i = 0; i < words.size(); ++i) to[i] = bits.word_at(begin + 64 * i);
  if (size % 64 != 0) to[words.size() - 1] &= used(size, words.size() - 1);
  return words;
}

void PairString::take_apart() {
  if (std::exchange(is_apart, true)) return;
  for (auto& qubits : apart) qubits.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const bool flip_z = !flips_z.empty() && view(flips_z)[i], flip_x = !flips_x.empty() && view(flips_x)[i];
    if (!measured.empty() && view(measured)[i]) {
      const Basis basis = view(bases)[i] ? Basis::x : Basis::z;
      const bool bit = view(results)[i] != (basis == Basis::x ? flip_x : flip_z);
      for (auto& qubits : apart) qubits.emplace_back(Qubit({basis, bit}));  // one of which nobody asks for
      continue;
    }
    auto [a, b] = epr_pair();
    if (flip_z) apply(gate::kX, a);
    if (flip_x) apply(gate::kZ, a);
    apart[0].emplace_back(std::move(a));
    apart[1].emplace_back(std::move(b));
  }
}
namespace {

// A word of pairs measured by one side: what the other has found.
struct Found {
  std::uint64_t known, bases, results, flips_z, flips_x;
  Found(const PairString& pairs, std::size_t at)
      : known(pairs.view(pairs.measured).word_at(at)),
        bases(pairs.view(pairs.bases).word_at(at)),
        results(pairs.view(pairs.results).word_at(at)),
        flips_z(pairs.view(pairs.flips_z).word_at(at)),
        flips_x(pairs.view(pairs.flips_x).word_at(at)) {}
  // What measuring in the same basis shows here.
  std::uint64_t seen() const { return results ^ (bases & flips_x) ^ (~bases & flips_z); }
};

Words all_present(std::size_t size) {
  Words words(words_for(size));
  for (std::size_t i = 0; i < words.size(); ++i) words.data()[i] = used(size, i);
  return words;
}

BitString mask_of(const Words& present, std::size_t size) {
  BitString mask(size);
  for (std::size_t i = 0; i < mask.words().size(); ++i)
    mask.words()[i] = present.empty() ? used(size, i) : present.data()[i];
  return mask;
}

// Probability of outcome 1 when |0> or |+> is measured in a frame; of |1> and |-> it is the complement.
double probability_of_one(const Gate& frame, Basis prepared) {
  const Complex a = std::conj(frame.m[1]), b = std::conj(frame.m[3]);
  return std::min(1.0, prepared == Basis::z ? std::norm(a) : std::norm(a + b) / 2);
}

void trim(Detections& seen) {
  for (std::size_t i = 0; i < seen.bits.words().size(); ++i) seen.bits.words()[i] &= seen.detected.words()[i];
}

Detections measure_bb84(const StringState& state, BasisWords bases, SimulationRandom& random) {
  Detections seen{BitString(state.size), mask_of(state.present, state.size)};
  const auto out = seen.bits.words();
  random.fill(out);
  const BasisWords prepared(state.bases, state.basis);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t differ = prepared[i] ^ bases[i];
    out[i] = (state.bits.data()[i] & ~differ) | (out[i] & differ);
  }
  trim(seen);
  return seen;
}

Detections measure_half(const StringState& state, BasisWords bases, SimulationRandom& random) {
  PairString& pairs = *state.pairs;
  if (pairs.measured.empty())
    for (Words* const words : {&pairs.measured, &pairs.bases, &pairs.results}) *words = zeros(words_for(pairs.size));
  Detections seen{BitString(state.size), mask_of(state.present, state.size)};
  const auto out = seen.bits.words();
  random.fill(out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t at = state.first + 64 * i;
    const std::uint64_t there = seen.detected.words()[i];
    const Found found(pairs, at);
    const std::uint64_t same = found.known & ~(found.bases ^ bases[i]);
    out[i] = (found.seen() & same) | (out[i] & ~same);
    const std::uint64_t fresh = there & ~found.known;
    if (fresh == 0) continue;
    PairString::put(pairs.measured, at, fresh, fresh);
    PairString::put(pairs.bases, at, fresh, bases[i]);
    PairString::put(pairs.results, at, fresh, out[i]);
  }
  trim(seen);
  return seen;
}

Detections measure_each(StringState& state, auto measure_one) {
  Detections seen{BitString(state.size), BitString(state.size)};
  for (std::size_t i = 0; i < state.size; ++i) {
    if (!state.qubits[i]) continue;
    seen.detected.set(i, true);
    seen.bits.set(i, measure_one(std::move(*state.qubits[i]), i));
  }
  return seen;
}

}  // namespace

// Halves whose others all were measured are in known states.
void StringAccess::resolve(StringState& state) {
  if (state.form != Form::half) return;
  PairString& pairs = *state.pairs;
  if (pairs.is_apart) return to_qubits(state);
  if (pairs.measured.empty()) return;
  const Words present = state.present.empty() ? all_present(state.size) : Words();
  const std::uint64_t* const there = state.present.empty() ? present.data() : state.present.data();
  const std::size_t count = words_for(state.size);
  for (std::size_t i = 0; i < count; ++i)
    if ((there[i] & ~pairs.view(pairs.measured).word_at(state.first + 64 * i)) != 0) return;
  state.bits = Words(count);
  state.bases = Words(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Found found(pairs, state.first + 64 * i);
    state.bits.data()[i] = found.seen() & there[i];
    state.bases.data()[i] = found.bases & there[i];
  }
  state.form = Form::bb84;
  state.pairs.reset();
}

void StringAccess::to_qubits(StringState& state) {
  if (state.form == Form::qubits) return;
  std::vector<std::optional<Qubit>> qubits(state.size);
  const BasisWords bases(state.bases, state.basis);
  if (state.form == Form::half) state.pairs->take_apart();
  for (std::size_t i = 0; i < state.size; ++i) {
    if (!is_there(state, i)) continue;
    if (state.form == Form::half)
      qubits[i] = std::exchange(state.pairs->apart[state.side][state.first + i], std::nullopt);
    else
      qubits[i].emplace(Bb84State{(bases[i / 64] >> (i % 64) & 1) != 0 ? Basis::x : Basis::z,
                                  BitView(state.bits.data(), state.size)[i]});
  }
  const std::size_t size = state.size;
  state = StringState();
  state.size = size;
  state.form = Form::qubits;
  state.qubits = std::move(qubits);
}

Detections StringAccess::measure(StringState& state, BasisWords bases, SimulationRandom& random) {
  if (state.form == Form::bb84) return measure_bb84(state, bases, random);
  if (state.form == Form::half) return measure_half(state, bases, random);
  return measure_each(state, [&](Qubit&& qubit, std::size_t i) {
    return herald::measure(std::move(qubit), (bases[i / 64] >> (i % 64) & 1) != 0 ? Basis::x : Basis::z, random);
  });
}

Detections StringAccess::measure(StringState& state, const Gate& frame, SimulationRandom& random) {
  if (state.form != Form::bb84) {
    to_qubits(state);
    return measure_each(state,
                        [&](Qubit&& qubit, std::size_t) { return herald::measure(std::move(qubit), frame, random); });
  }
  // The outcome is the bit, or with the probability of its basis the other one.
  Detections seen{BitString(state.size), mask_of(state.present, state.size)};
  const auto out = seen.bits.words();
  BitString flips_x(state.bases.empty() ? 0 : state.size);
  random.fill_bernoulli(out, probability_of_one(frame, state.bases.empty() ? state.basis : Basis::z));
  random.fill_bernoulli(flips_x.words(), probability_of_one(frame, Basis::x));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint64_t x = state.bases.empty() ? 0 : state.bases.data()[i];
    const std::uint64_t flips = state.bases.empty() ? out[i] : (out[i] & ~x) | (flips_x.words()[i] & x);
    out[i] = state.bits.data()[i] ^ flips;
  }
  trim(seen);
  return seen;
}

// Flips what is seen in Z and what is seen in X; no words: nothing.
void StringAccess::flip(StringState& state, const Words& flips_z, const Words& flips_x) {
  const std::size_t count = words_for(state.size);
  if (state.form == Form::bb84) {
    const BasisWords bases(state.bases, state.basis);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t z = flips_z.empty() ? 0 : flips_z.data()[i], x = flips_x.empty() ? 0 : flips_x.data()[i];
      state.bits.data()[i] ^= ((z & ~bases[i]) | (x & bases[i])) & used(state.size, i);
    }
  } else if (state.form == Form::half) {
    PairString& pairs = *state.pairs;
    for (auto [to, flips] : {std::pair(&pairs.flips_z, &flips_z), std::pair(&pairs.flips_x, &flips_x)}) {
      if (flips->empty()) continue;
      if (to->empty()) *to = zeros(words_for(pairs.size));
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = state.first + 64 * i;
        PairString::put(*to, at, used(state.size, i), pairs.view(*to).word_at(at) ^ flips->data()[i]);
      }
    }
  } else {
    for (std::size_t i = 0; i < state.size; ++i) {
      if (!state.qubits[i]) continue;
      if (!flips_z.empty() && BitView(flips_z.data(), state.size)[i]) apply(gate::kX, *state.qubits[i]);
      if (!flips_x.empty() && BitView(flips_x.data(), state.size)[i]) apply(gate::kZ, *state.qubits[i]);
    }
  }
}

void StringAccess::lose(StringState& state, const Words& kept) {
  if (state.form == Form::qubits) {
    for (std::size_t i = 0; i < state.size; ++i)
      if (!BitView(kept.data(), state.size)[i]) state.qubits[i].reset();
    return;
  }
  if (state.present.empty()) state.present = all_present(state.size);
  for (std::size_t i = 0; i < kept.size(); ++i) state.present.data()[i] &= kept.data()[i];
}

void StringAccess::move_front(StringState& state, std::size_t count, StringState& front) {
  HERALD_CHECK(count <= state.size);
  front.size = count;
  front.form = state.form;
  front.basis = state.basis;
  front.side = state.side;
  front.first = state.first;
  front.pairs = state.pairs;
  const std::size_t left = state.size - count;
  for (Words StringState::* const words : {&StringState::bits, &StringState::bases, &StringState::present}) {
    if ((state.*words).empty()) continue;
    const BitView all((state.*words).data(), state.size);
    front.*words = part(all, 0, count);
    state.*words = part(all, count, left);
  }
  if (state.form == Form::half) state.first += count;
  if (state.form == Form::qubits) {
    const auto end = state.qubits.begin() + static_cast<std::ptrdiff_t>(count);
    front.qubits.assign(std::make_move_iterator(state.qubits.begin()), std::make_move_iterator(end));
    state.qubits.erase(state.qubits.begin(), end);
  }
  state.size = left;
}

void StringAccess::append(StringState& state, StringState& later) {
  if (later.size == 0) return;
  if (state.size == 0) {
    state = std::move(later);
    return;
  }
  const bool one_form = follows(state, later) || (state.form == Form::bb84 && later.form == Form::bb84);
  if (!one_form) {
    to_qubits(state);
    to_qubits(later);
    state.qubits.insert(state.qubits.end(), std::make_move_iterator(later.qubits.begin()),
                        std::make_move_iterator(later.qubits.end()));
  } else {
    const auto join = [&](Words StringState::* words) {
      state.*words = joined(BitView((state.*words).data(), state.size), BitView((later.*words).data(), later.size));
    };
    if (!state.present.empty() || !later.present.empty()) {
      for (StringState* const part : {&state, &later})
        if (part->present.empty()) part->present = all_present(part->size);
      join(&StringState::present);
    }
    if (state.form == Form::bb84) {
      if (!state.bases.empty() || !later.bases.empty() || state.basis != later.basis) {
        for (StringState* const part : {&state, &later})
          if (part->bases.empty())
            part->bases = part->basis == Basis::x ? all_present(part->size) : zeros(words_for(part->size));
        join(&StringState::bases);
      }
      join(&StringState::bits);
    }
  }
  state.size += later.size;
}

void RemoteString::release() noexcept { remote::release_string(m_number); }

// What is here while a thread uses a desk are BB84's states.
void StringAccess::to_desk(StringState& state) {
  if (state.form == Form::remote) return;
  HERALD_CHECK(state.form == Form::bb84);
  BitString bases(state.size);
  for (std::size_t i = 0; i < bases.words().size(); ++i)
    bases.words()[i] = BasisWords(state.bases, state.basis)[i] & used(state.size, i);
  const std::size_t size = state.size;
  const std::uint32_t number = remote::bb84(BitView(state.bits.data(), size), bases, mask_of(state.present, size));
  state = StringState();
  state.size = size;
  state.form = Form::remote;
  state.remote = RemoteString(number);
}

QubitString StringAccess::at_desk(std::uint32_t number, std::size_t size) {
  QubitString string;
  string.m_state.size = size;
  string.m_state.form = Form::remote;
  string.m_state.remote = RemoteString(number);
  return string;
}

}  // namespace herald::detail
