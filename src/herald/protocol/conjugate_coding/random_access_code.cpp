#include <algorithm>
#include <cmath>

#include "herald/protocol/conjugate_coding/conjugate_coding.h"
#include "herald/protocol/fields.h"

namespace herald::random_access_code {
namespace {

// The unitary that turns |0> into the state whose Bloch vector has the signs of the bits along z, x and y, all of one
// length, and |1> into the opposite one.
Gate frame_of(BitView bits) {
  const auto along = [&](std::size_t axis) {
    const double length = 1 / std::sqrt(static_cast<double>(bits.size()));
    return axis >= bits.size() ? 0 : bits[axis] ? -length : length;
  };
  const double half = std::acos(along(0)) / 2;
  const Complex b = std::polar(std::sin(half), std::atan2(along(2), along(1)));
  return {{std::cos(half), -std::conj(b), b, std::cos(half)}};
}

// The basis in which a bit of the code is read: z, x or y.
Gate frame_of_bit(std::size_t bit) {
  return bit == 0 ? gate::rotation(0) : bit == 1 ? gate::kHadamard : gate::kPhase * gate::kHadamard;
}

// A tie goes to the first bit.
bool majority(BitView bits) {
  const std::size_t twice = 2 * bits.count_ones();
  return twice == bits.size() ? bits[0] : twice > bits.size();
}

}  // namespace

Party<Verdict> sender(Seat& seat, const RandomAccessCode& code) {
  // 1. Some random bits into one qubit; with a classical bit, their majority.
  const BitString bits = random_bits(seat.random, code.bits);
  std::vector<Qubit> qubit;
  if (code.quantum) {
    const Gate frame = frame_of(bits);
    qubit.emplace_back(frame.m[0], frame.m[2]);
  } else {
    qubit.emplace_back(Bb84State{Basis::z, majority(bits)});
  }
  seat.peer().send(QubitString(std::move(qubit)));
  co_return Verdict::accept(0, bits);
}

Party<Verdict> reader(Seat& seat, const RandomAccessCode& code) {
  auto qubit = co_await seat.peer().receive_light(1);
  // 2. The bit that he wants, in its basis; of the others he knows nothing.
  const std::size_t wanted = seat.random.next_below(code.bits);
  const Gate frame = frame_of_bit(code.quantum ? wanted : 0);
  const Detections seen = measure(std::move(qubit), frame, seat.random);
  BitString bits = random_bits(seat.random, code.bits);
  bits.set(wanted, seen.bits[0]);
  co_return Verdict::accept(wanted, std::move(bits));
}

Party<Verdict> reader_wants_all(Seat& seat, const RandomAccessCode& code) {
  auto qubit = co_await seat.peer().receive_light(1);
  // A random word and its opposite, and which of the two the qubit is: the square-root measurement of all the words.
  BitString bits = random_bits(seat.random, code.bits);
  if (!code.quantum) std::ranges::fill(bits.words(), 0);
  const Gate frame = frame_of(bits);
  const Detections seen = measure(std::move(qubit), code.quantum ? frame : frame_of_bit(0), seat.random);
  if (seen.bits[0])
    for (std::size_t i = 0; i < code.bits; ++i) bits.flip(i);
  const std::size_t wanted = seat.random.next_below(code.bits);
  co_return Verdict::accept(wanted, std::move(bits));
}

}  // namespace herald::random_access_code

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"sender",
     "puts some bits into one qubit, whose Bloch vector has their signs along z, x and y; with a classical "
     "bit, their majority"},
    {"reader", "reads the bit that he wants in its basis"},
};

constexpr Strategy kSender[]{{"honest", "as the steps say"}};
constexpr Strategy kReader[]{
    {"honest", "as the steps say"},
    {"cheat-all", "measures so as to guess all bits together"},
};
constexpr Role kRoles[]{{"sender", kSender}, {"reader", kReader}};

constexpr ProtocolParameter kParameters[]{
    {"bits", "", "in the one qubit", 2, 1, 3, true},
    {"quantum", "", "1: a qubit; 0: a classical bit", 1, 0, 1, true},
};

enum : unsigned { kWantedBit, kAllBits };
constexpr Event kEvents[]{
    {"wanted-bit", "the bit that the reader wants is right"},
    {"all-bits", "all bits are right"},
};

Events score(const std::array<Verdict, 2>& verdicts, const RandomAccessCode& code) {
  const auto& [sender, reader] = verdicts;
  // A stranger's verdict may be anything.
  if (sender.output.size() != code.bits || reader.output.size() != code.bits || reader.value >= code.bits) return 0;
  return event_if(sender.output[reader.value] == reader.output[reader.value], kWantedBit) |
         event_if(sender.output == reader.output, kAllBits);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<RandomAccessCode> kReaders[]{random_access_code::reader, random_access_code::reader_wants_all};
  static constexpr std::array<std::string_view, 2> kNames{"sender", "reader"};
  RandomAccessCode code;
  code.bits = casting.whole("bits");
  code.quantum = casting.whole("quantum") == 1;
  const std::array<Program<RandomAccessCode>, 2> programs{random_access_code::sender,
                                                          kReaders[casting.strategy("reader")]};
  return std::make_unique<SeatedGame<RandomAccessCode, 2>>(std::make_unique<Meeting>(kNames), programs, code, score);
}

}  // namespace

const Protocol& random_access_code_protocol() {
  static constexpr Protocol kProtocol{
      .name = "random-access-code",
      .family = "conjugate coding",
      .title = "Some bits in one qubit, any one of which can be read",
      .paper = "Ambainis, Nayak, Ta-Shma, Vazirani, J. ACM 49, 496 (2002); Wiesner, SIGACT News 15, 78 (1983)",
      .summary =
          "One qubit holds two bits, or three, so that the reader finds either one more often than with a "
          "classical bit. All of them together he guesses no better than with one.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "conjugate_coding/random_access_code.cpp",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
