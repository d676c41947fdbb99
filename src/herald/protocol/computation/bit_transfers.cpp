#include "herald/protocol/computation/bit_transfers.h"

#include <botan/hash.h>
#include <botan/stream_cipher.h>
#include <fmt/format.h>

#include "herald/protocol/oblivious_transfer/steps.h"

namespace herald::joint_computation {

using oblivious_transfer::receive_both_strings;
using oblivious_transfer::receive_string;
using oblivious_transfer::send_strings;
using oblivious_transfer::StringPair;

namespace {

using Row = std::array<std::uint64_t, kColumns / 64>;

BitString bit_string(bool bit) {
  BitString string(1);
  string.set(0, bit);
  return string;
}

void put_column(std::vector<Row>& rows, std::size_t column, BitView bits) {
  for (const std::uint32_t row : oblivious_transfer::positions_of(bits))
    rows[row][column / 64] |= std::uint64_t{1} << (column % 64);
}

// One bit of BLAKE2b of the transfer's number and its row.
bool hash(std::uint64_t number, const Row& row) {
  thread_local const auto kHash = Botan::HashFunction::create_or_throw("BLAKE2b(256)");
  std::array<std::uint8_t, sizeof(std::uint64_t) * (1 + kColumns / 64)> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    for (std::size_t w = 0; w < row.size(); ++w) bytes[8 + 8 * w + i] = static_cast<std::uint8_t>(row[w] >> (8 * i));
  }
  std::array<std::uint8_t, 32> digest{};
  kHash->update(bytes);
  kHash->final(digest);
  return (digest[0] & 1) != 0;
}

}  // namespace

Keystream::Keystream(BitView seed) : m_cipher(Botan::StreamCipher::create_or_throw("CTR-BE(AES-128)")) {
  HERALD_CHECK(seed.size() == 128);
  std::array<std::uint8_t, 16> key{};
  to_bytes(seed, key);
  m_cipher->set_key(key);
  m_cipher->set_iv({});
}
Keystream::Keystream(Keystream&&) noexcept = default;
Keystream& Keystream::operator=(Keystream&&) noexcept = default;
Keystream::~Keystream() = default;

BitString Keystream::next(std::size_t bits) {
  std::vector<std::uint8_t> bytes((bits + 7) / 8);
  m_cipher->write_keystream(bytes);
  BitString stream(bits);
  from_bytes(bytes, bits, stream.words());
  return stream;
}

BitSender::BitSender(Peer& receiver, SimulationRandom& random, const JointComputation& joint, bool stores)
    : m_receiver(&receiver),
      m_random(&random),
      m_of_bits(joint.transfer),
      m_of_seeds(joint.seed_transfer),
      m_extended(joint.extended),
      m_stores(stores) {}

Party<bool> BitSender::begin() {
  if (!m_extended) co_return true;
  m_secret = random_bits(*m_random, kColumns);
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (i == 0 && m_stores) {
      // Both seeds of one column are all it takes.
      const auto seeds = co_await receive_both_strings(*m_receiver, *m_random, m_of_seeds);
      m_streams.emplace_back(m_secret[0] ? seeds.one : seeds.zero);
      m_other.emplace_back(m_secret[0] ? seeds.zero : seeds.one);
    } else {
      const auto seed = co_await receive_string(*m_receiver, *m_random, m_of_seeds, m_secret[i]);
      m_streams.emplace_back(seed);
    }
  }
  co_return true;
}

Party<bool> BitSender::send(const BitString& zero, const BitString& one) {
  if (m_extended) {
    const auto sent = co_await send_extended(zero, one);
    co_return sent;
  }
  for (std::size_t i = 0; i < zero.size(); ++i) {
    const StringPair bits{bit_string(zero[i]), bit_string(one[i])};
    const auto size = co_await send_strings(*m_receiver, *m_random, m_of_bits, bits);
    static_cast<void>(size);
  }
  co_return true;
}

Party<bool> BitSender::send_extended(const BitString& zero, const BitString& one) {
  const std::size_t count = zero.size();
  const auto added = co_await m_receiver->receive<ExtensionColumns>();
  if (added.columns.size() != kColumns * count)
    oblivious_transfer::refuse(ExtensionColumns::kName,
                               fmt::format("{} bits for {} transfers", added.columns.size(), count));
  std::vector<Row> rows(count);
  for (std::size_t i = 0; i < kColumns; ++i) {
    BitString column = m_streams[i].next(count);
    const BitString his = slice(added.columns, i * count, count);
    if (i == 0 && m_stores) {
      m_choices = column;
      m_choices ^= m_other[0].next(count);
      m_choices ^= his;
    }
    if (m_secret[i]) column ^= his;
    put_column(rows, i, column);
  }
  BitString masked_zero = zero, masked_one = one;
  for (std::size_t j = 0; j < count; ++j, ++m_sent) {
    Row other = rows[j];
    for (std::size_t w = 0; w < other.size(); ++w) other[w] ^= m_secret.words()[w];
    if (hash(m_sent, rows[j])) masked_zero.flip(j);
    if (hash(m_sent, other)) masked_one.flip(j);
  }
  m_receiver->send(ExtendedBits(std::move(masked_zero), std::move(masked_one)));
  co_return true;
}

BitReceiver::BitReceiver(Peer& sender, SimulationRandom& random, const JointComputation& joint, bool stores)
    : m_sender(&sender),
      m_random(&random),
      m_of_bits(joint.transfer),
      m_of_seeds(joint.seed_transfer),
      m_extended(joint.extended),
      m_stores(stores) {}

Party<bool> BitReceiver::begin() {
  if (!m_extended) co_return true;
  for (std::size_t i = 0; i < kColumns; ++i) {
    const StringPair seeds{random_bits(*m_random, 128), random_bits(*m_random, 128)};
    const auto size = co_await send_strings(*m_sender, *m_random, m_of_seeds, seeds);
    static_cast<void>(size);
    m_zero.emplace_back(seeds.zero);
    m_one.emplace_back(seeds.one);
  }
  co_return true;
}

Party<BitString> BitReceiver::receive(const BitString& choices) {
  if (m_extended) {
    auto extended = co_await receive_extended(choices);
    co_return extended;
  }
  BitString received(choices.size());
  m_differences = BitString(choices.size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (m_stores) {
      const auto both = co_await receive_both_strings(*m_sender, *m_random, m_of_bits);
      received.set(i, choices[i] ? both.one[0] : both.zero[0]);
      m_differences.set(i, both.zero[0] != both.one[0]);
    } else {
      const auto bit = co_await receive_string(*m_sender, *m_random, m_of_bits, choices[i]);
      received.set(i, bit[0]);
    }
  }
  co_return received;
}

Party<BitString> BitReceiver::receive_extended(const BitString& choices) {
  const std::size_t count = choices.size();
  BitString columns;
  columns.reserve(kColumns * count);
  std::vector<Row> rows(count);
  for (std::size_t i = 0; i < kColumns; ++i) {
    BitString column = m_zero[i].next(count);
    put_column(rows, i, column);
    column ^= m_one[i].next(count);
    column ^= choices;
    columns.append(column);
  }
  m_sender->send(ExtensionColumns(std::move(columns)));
  const auto masked = co_await m_sender->receive<ExtendedBits>();
  if (masked.zero.size() != count || masked.one.size() != count)
    oblivious_transfer::refuse(ExtendedBits::kName, fmt::format("{} and {} bits for {} transfers", masked.zero.size(),
                                                                masked.one.size(), count));
  BitString received(count);
  for (std::size_t j = 0; j < count; ++j, ++m_received)
    received.set(j, (choices[j] ? masked.one[j] : masked.zero[j]) != hash(m_received, rows[j]));
  co_return received;
}

}  // namespace herald::joint_computation
