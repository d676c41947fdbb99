#include "herald/protocol/conjugate_coding/conjugate_coding.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"sender", "has two messages of n bits and puts bit i of both into the photons i and n + i, in a random order"},
    {"sender", "prepares message 0 in the rectilinear basis and message 1 in the diagonal one, and sends the string"},
    {"reader", "measures all photons in the basis of the message that he wants"},
    {"sender", "announces the order"},
    {"reader", "puts what he saw in order: the message that he wants, and chance in the place of the other"},
};

constexpr Strategy kSender[]{{"honest", "as the steps say"}};
constexpr Strategy kReader[]{
    {"honest", "as the steps say"},
    {"cheat-breidbart", "measures each photon halfway between the bases: something of both messages"},
    {"cheat-joint", "measures the photons i and n + i together: both of their bits more often than by any other way"},
    {"cheat-memory", "keeps the photons until he knows the order, and reads both messages"},
};
constexpr Role kRoles[]{{"sender", kSender}, {"reader", kReader}};

constexpr ProtocolParameter kParameters[]{
    {"bits", "", "length of each message", 8, 1, 500'000, true},
    {"transmittance", "", "probability that a photon reaches the reader", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"storage", "", "efficiency of a cheating reader's memory", 1, 0, 1},
};

enum : unsigned { kWantedBit, kOtherBit, kBothBits, kWantedMessage, kBothMessages };
constexpr Event kEvents[]{
    {"wanted-bit", "the first bit of the message that the reader wants is right"},
    {"other-bit", "the first bit of the other message is right"},
    {"both-bits", "the first bits of both are right"},
    {"wanted-message", "the whole message that he wants is right"},
    {"both-messages", "both whole messages are right"},
};

Events score(const std::array<Verdict, 2>& verdicts, const ConjugateCoding& coding) {
  const auto& [sender, reader] = verdicts;
  const std::size_t n = coding.bits;
  // A stranger's verdict may be anything.
  if (sender.output.size() != 2 * n || reader.output.size() != 2 * n || reader.value > 1) return 0;
  std::array<bool, 2> bit{}, message{};
  for (std::size_t m = 0; m < 2; ++m) {
    bit[m] = sender.output[m * n] == reader.output[m * n];
    message[m] = slice(sender.output, m * n, n) == slice(reader.output, m * n, n);
  }
  const std::size_t wanted = reader.value;
  return event_if(bit[wanted], kWantedBit) | event_if(bit[1 - wanted], kOtherBit) |
         event_if(bit[0] && bit[1], kBothBits) | event_if(message[wanted], kWantedMessage) |
         event_if(message[0] && message[1], kBothMessages);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<ConjugateCoding> kReaders[]{conjugate_coding::reader, conjugate_coding::reader_breidbart,
                                                conjugate_coding::reader_measures_pairs,
                                                conjugate_coding::reader_keeps_photons};
  static constexpr std::array<std::string_view, 2> kNames{"sender", "reader"};
  auto meeting = std::make_unique<Meeting>(kNames);
  meeting->set_noise({.transmittance = casting.real("transmittance"), .depolarising = casting.real("depolarising")});
  ConjugateCoding coding;
  coding.bits = casting.whole("bits");
  coding.storage = casting.real("storage");
  const std::array<Program<ConjugateCoding>, 2> programs{conjugate_coding::sender,
                                                         kReaders[casting.strategy("reader")]};
  return std::make_unique<SeatedGame<ConjugateCoding, 2>>(std::move(meeting), programs, coding, score);
}

}  // namespace

const Protocol& conjugate_coding_protocol() {
  static constexpr Protocol kProtocol{
      .name = "conjugate-coding",
      .family = "conjugate coding",
      .title = "Two messages, one of which can be read",
      .paper = "Wiesner, SIGACT News 15, 78 (1983); Bennett, Brassard, Breidbart, Wiesner, CRYPTO '82, 267",
      .summary =
          "A string of photons carries two messages in conjugate bases. The reader gets the one that he wants, "
          "the sender never learns which, and of the other nothing is left. A measurement between the bases "
          "tells some of each, and one of two photons together both bits three times in four; only a reader who can "
          "keep photons until their order is told reads both.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "conjugate_coding/honest.cpp",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
