#pragma once
// Wiesner's money: bills of photons in conjugate bases that only the bank knows. SIGACT News 15, 78 (1983). Two ways to
// show one: to hand its photons to the bank, or to measure them as the bank asks (Molina, Vidick, Watrous, TQC 2012).

#include "herald/protocol/game.h"

namespace herald {

struct Money {
  std::size_t photons = 4;  // in a bill
  std::size_t tests = 10;   // a cheat's tests of one state in the place of a photon
  std::size_t probes = 16;  // a cheat's weak tests of one photon; even
};

// Comes with the bill's photons.
struct BillNumber {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "bill";
  std::uint64_t serial = 0;

  BillNumber() = default;
  explicit BillNumber(std::uint64_t number) : serial(number) {}
  void encode(Writer& writer) const { writer.varint(serial); }
  static BillNumber decode(Reader& reader) { return BillNumber(reader.varint()); }
};

// The photons follow: of one bill to be tested, or of one or two bills of this number to be paid for.
struct BillRequest {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "request";
  std::uint64_t serial = 0;
  std::uint8_t to_be_paid = 0;  // bills; 0: one is tested

  BillRequest() = default;
  BillRequest(std::uint64_t number, std::uint8_t paid) : serial(number), to_be_paid(paid) {}
  void encode(Writer& writer) const;
  static BillRequest decode(Reader& reader);
};

// What the bank found, and what it hands over then.
struct BillAnswer {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "answer";
  enum class Over : std::uint8_t { nothing = 0, the_bill = 1, a_new_bill = 2 };
  bool valid = false;
  Over over = Over::nothing;

  BillAnswer() = default;
  BillAnswer(bool found, Over handed) : valid(found), over(handed) {}
  void encode(Writer& writer) const;
  static BillAnswer decode(Reader& reader);
};

// The bases in which a counter wants a bill's photons measured (1: Basis::x).
struct BillChallenge {
  static constexpr std::uint8_t kType = 4;
  static constexpr std::string_view kName = "challenge";
  static constexpr std::size_t kMostBits = 1 << 16;
  BitString bases;

  BillChallenge() = default;
  explicit BillChallenge(BitString asked) : bases(std::move(asked)) {}
  void encode(Writer& writer) const { writer.bits(bases); }
  static BillChallenge decode(Reader& reader) { return BillChallenge(reader.bits(kMostBits)); }
};

struct BillOutcomes {
  static constexpr std::uint8_t kType = 5;
  static constexpr std::string_view kName = "outcomes";
  BitString bits;

  BillOutcomes() = default;
  explicit BillOutcomes(BitString seen) : bits(std::move(seen)) {}
  void encode(Writer& writer) const { writer.bits(bits); }
  static BillOutcomes decode(Reader& reader) { return BillOutcomes(reader.bits(BillChallenge::kMostBits)); }
};

namespace money {

// A bank's verdict has the number of bills that it paid for, a holder's the number that he was paid for.
// After a test the bank keeps what was brought, and hands over a new bill for a good one.
Party<Verdict> bank(Seat& seat, const Money& money);
// Gives good bills back.
Party<Verdict> bank_returns_valid(Seat& seat, const Money& money);
// Gives every bill back.
Party<Verdict> bank_returns_all(Seat& seat, const Money& money);
Party<Verdict> holder(Seat& seat, const Money& money);

// The optimal map of one photon to two.
Party<Verdict> holder_clones(Seat& seat, const Money& money);
// Measures each photon in either basis, and sends two like the outcome.
Party<Verdict> holder_measures(Seat& seat, const Money& money);
// Puts known photons in the place of one after the other, and has the bill tested: Lutomirski, arXiv 1010.0256.
Party<Verdict> holder_tests(Seat& seat, const Money& money);
// Turns a probe a little, lets it act on a photon, and has the bill tested, so often that the tests hold the probe
// where it was unless the photon is indifferent: Brodutch, Nagaj, Sattath, Unruh, arXiv 1404.1507.
Party<Verdict> holder_probes(Seat& seat, const Money& money);

// The bank asks for outcomes.
Party<Verdict> asking_bank(Seat& seat, const Money& money);
Party<Verdict> answering_holder(Seat& seat, const Money& money);
// Shows one bill at two counters: where both want the same basis, he measures in it, and elsewhere halfway.
Party<Verdict> answering_holder_halfway(Seat& seat, const Money& money);
// Measures as the first counter wants, and tells the second the same.
Party<Verdict> answering_holder_repeats(Seat& seat, const Money& money);

}  // namespace money

const Protocol& money_protocol();
const Protocol& money_classical_protocol();

}  // namespace herald
