#include "herald/distill/measure.h"

#include <time.h>

#include <cmath>

#include "herald/base/entropy.h"
#include "herald/distill/cascade.h"
#include "herald/distill/click_positions.h"
#include "herald/distill/leak_cap.h"
#include "herald/distill/privacy_amplification.h"
#include "herald/distill/sift.h"
#include "herald/distill/verification.h"

namespace herald {
namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Calls a second, over at least this much processor time and after one call to warm up.
template <typename Work>
double calls_per_second(Seconds at_least, Work work) {
  work();
  const double begin = processor_seconds();
  double calls = 0, spent = 0;
  do {
    work();
    ++calls;
    spent = processor_seconds() - begin;
  } while (spent < at_least.value);
  return calls / spent;
}

// Keeps the compiler from leaving out a result that nobody reads.
template <typename T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace

SiftFigures measure_sifting(std::size_t clicks, Probability click, Seconds at_least, SimulationRandom random,
                            Kernel kernel) {
  HERALD_CHECK(clicks > 0 && click.value > 0 && click.value < 1);
  std::vector<std::uint64_t> positions(clicks);
  std::uint64_t next = 0;
  for (std::uint64_t& position : positions) {
    position = next + static_cast<std::uint64_t>(std::log(random.next_double()) / std::log1p(-click.value));
    next = position + 1;
  }
  const std::uint64_t pulses = next;
  const double count = static_cast<double>(clicks);
  const Bytes wire = encode_positions(positions, pulses);
  const BitString alice = random_bits(random, clicks), bob = random_bits(random, clicks),
                  bits = random_bits(random, clicks);

  SiftFigures figures;
  const double entropy = static_cast<double>(pulses) * binary_entropy(count / static_cast<double>(pulses));
  figures.size_over_entropy = 8 * static_cast<double>(wire.size()) / entropy;
  figures.encode_clicks_per_second =
      count * calls_per_second(at_least, [&] { keep(encode_positions(positions, pulses)); });
  figures.decode_clicks_per_second =
      count * calls_per_second(at_least, [&] { keep(decode_positions(wire, pulses, clicks)); });
  figures.sift_clicks_per_second = count * calls_per_second(at_least, [&] {
                                     const SiftMasks masks = match_bases(alice, bob);
                                     keep(compact_secret(bits, masks.key, kernel));
                                     keep(compact(bits, masks.test, kernel));
                                   });
  return figures;
}

CascadeFigures measure_cascade(std::size_t bits, ErrorRate error_rate, Seconds at_least, SimulationRandom random,
                               Kernel kernel) {
  const double n = static_cast<double>(bits);
  const std::uint64_t cap = leak_cap(bits, error_rate);
  double alice_seconds = 0, bob_seconds = 0, disclosed = 0, entropy = 0, rounds = 0, query_bits = 0;
  CascadeFigures figures;
  while (figures.keys == 0 || alice_seconds + bob_seconds < at_least.value) {
    const BitString key = random_bits(random, bits);
    BitString noisy = key;
    for (std::size_t i = 0; i < bits; ++i)
      if (random.next_bernoulli(error_rate.value)) noisy.flip(i);
    const auto parameters = CascadeParameters::choose(bits, error_rate, random.next_word());
    double time = processor_seconds();
    const auto lap = [&time] {
      const double before = std::exchange(time, processor_seconds());
      return time - before;
    };
    CascadeAlice alice(key, parameters, cap, kernel);
    alice_seconds += lap();
    CascadeBob bob(noisy, parameters, cap, kernel);
    while (!bob.done()) {
      const Bytes queries = bob.queries().encode();
      bob_seconds += lap();
      const auto answers = alice.answer(*CascadeQueries::decode(queries, parameters));
      alice_seconds += lap();
      query_bits += 8 * static_cast<double>(queries.size());
      HERALD_CHECK(answers && bob.absorb(*answers));
    }
    bob_seconds += lap();
    ++figures.keys;
    disclosed += static_cast<double>(bob.disclosed());
    rounds += static_cast<double>(bob.rounds());
    entropy += n * binary_entropy(static_cast<double>(hamming_distance(key, noisy)) / n);
    if (bob.state() != CascadeState::converged || hamming_distance(std::move(bob).corrected(), key) != 0)
      ++figures.failures;
  }
  const double keys = static_cast<double>(figures.keys);
  figures.alice_bits_per_second = n * keys / alice_seconds;
  figures.bob_bits_per_second = n * keys / bob_seconds;
  figures.efficiency = entropy == 0 ? 0 : disclosed / entropy;
  figures.cap_efficiency = error_rate.value == 0 ? 0 : static_cast<double>(cap) / (n * binary_entropy(error_rate));
  figures.rounds = rounds / keys;
  figures.query_bits_per_bit = query_bits / (n * keys);
  return figures;
}

AmplifyFigures measure_amplification(std::size_t bits, double ratio, Seconds at_least, SimulationRandom random,
                                     Kernel kernel) {
  HERALD_CHECK(ratio >= 0 && ratio <= 1);
  const BitString key = random_bits(random, bits), seed = random_bits(random, amplification_seed_bits(bits));
  const auto verification_seed = VerificationSeed::draw(random);
  const double n = static_cast<double>(bits);
  const std::size_t length = static_cast<std::size_t>(ratio * n);
  return {n * calls_per_second(at_least, [&] { keep(amplify(key, seed, length, kernel)); }),
          n * calls_per_second(at_least, [&] { keep(verification_tag(key, verification_seed, 50, kernel)); })};
}

}  // namespace herald
