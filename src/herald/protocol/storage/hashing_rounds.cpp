#include "herald/protocol/storage/hashing_rounds.h"

#include <algorithm>

#include "herald/protocol/fields.h"

namespace herald {

void HashAnswer::encode(Writer& writer) const { encode_bit(writer, product); }
HashAnswer HashAnswer::decode(Reader& reader) { return HashAnswer(decode_bit(reader)); }

void SetsExchanged::encode(Writer& writer) const { encode_bit(writer, exchanged); }
SetsExchanged SetsExchanged::decode(Reader& reader) { return SetsExchanged(decode_bit(reader)); }

namespace storage {

Party<std::array<Wide, 2>> ask(Seat& seat, unsigned string_bits) {
  Peer& bob = seat.peer();
  HashEquations equations(string_bits);
  while (equations.missing() > 0) {
    Wide vector = random_wide(string_bits, seat.random);
    while (!equations.independent(vector)) vector = random_wide(string_bits, seat.random);
    bob.send(HashQuestion(vector));
    const auto answer = co_await bob.receive<HashAnswer>();
    equations.add(vector, answer.product);
  }
  co_return equations.solutions();
}

Party<std::array<Wide, 2>> answer(Seat& seat, unsigned string_bits, Wide string) {
  Peer& alice = seat.peer();
  HashEquations equations(string_bits);
  while (equations.missing() > 0) {
    const auto question = co_await alice.receive<HashQuestion>();
    const Wide vector = question.wide();
    if (!equations.independent(vector))
      throw PartyFault{Error{ErrorCode::malformed, "a question that is no new one"}, HashQuestion::kName};
    const bool product = scalar_product(vector, string);
    alice.send(HashAnswer(product));
    equations.add(vector, product);
  }
  co_return equations.solutions();
}

std::vector<std::size_t> random_subset(const std::vector<std::size_t>& places, std::size_t size,
                                       SimulationRandom& random) {
  std::vector<std::size_t> chosen;
  std::sample(places.begin(), places.end(), std::back_inserter(chosen), static_cast<std::ptrdiff_t>(size), random);
  return chosen;
}

}  // namespace storage
}  // namespace herald
