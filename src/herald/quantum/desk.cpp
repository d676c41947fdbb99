#include "herald/quantum/desk.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "herald/quantum/desk_messages.h"
#include "herald/quantum/remote.h"

namespace herald {
namespace detail {
namespace {

constexpr double kUnitary = 1e-9;

bool near_identity(const ComplexMatrix& matrix) {
  for (std::size_t row = 0; row < matrix.rows(); ++row)
    for (std::size_t column = 0; column < matrix.columns(); ++column)
      if (!(std::abs(matrix(row, column) - (row == column ? 1.0 : 0.0)) <= kUnitary)) return false;
  return true;
}

}  // namespace

Gate get_gate(Reader& reader) {
  Gate gate{};
  for (Complex& entry : gate.m) entry = get_complex(reader);
  const Gate square = gate.adjoint() * gate;
  const Complex off = square.m[1];
  if (!(std::abs(square.m[0] - 1.0) < kUnitary && std::abs(square.m[3] - 1.0) < kUnitary && std::abs(off) < kUnitary))
    reader.fault("a gate that is not unitary");
  if (!reader.ok()) return Gate{{1, 0, 0, 1}};
  // Exactly one, so that many of them do not add up: the second column follows from the first, but for its phase.
  const double norm = std::sqrt(std::norm(gate.m[0]) + std::norm(gate.m[2]));
  const Complex a = gate.m[0] / norm, c = gate.m[2] / norm;
  const Complex determinant = gate.m[0] * gate.m[3] - gate.m[1] * gate.m[2];
  const Complex phase = determinant / std::abs(determinant);
  return Gate{{a, -phase * std::conj(c), c, phase * std::conj(a)}};
}

ComplexMatrix get_matrix(Reader& reader, std::size_t most) {
  const std::uint64_t rows = reader.varint();
  if (rows == 0 || rows > most || reader.remaining() < rows * rows * 16) {
    reader.fault("a matrix of a size that cannot be");
    return {};
  }
  ComplexMatrix matrix(rows, rows);
  for (std::size_t i = 0; i < rows * rows; ++i) matrix.data()[i] = get_complex(reader);
  return matrix;
}

}  // namespace detail

using namespace detail;

struct Desk::Asked {
  DeskRequest what;
  Reader reader;
  Holding& holding;
  Writer reply{};

  std::uint32_t number() { return reader.fixed<std::uint32_t>(); }
  template <typename T>
  T* find() {
    const auto found = holding.things.find(number());
    T* const thing = found == holding.things.end() ? nullptr : std::get_if<T>(&found->second);
    if (thing == nullptr) reader.fault("a number of nothing that you hold");
    return thing;
  }
  // Taken from what is held; nothing after a fault.
  template <typename T>
  std::optional<T> take() {
    const std::uint32_t which = number();
    const auto found = holding.things.find(which);
    if (found == holding.things.end() || !std::holds_alternative<T>(found->second)) {
      reader.fault("a number of nothing that you hold");
      return std::nullopt;
    }
    T thing = std::get<T>(std::move(found->second));
    holding.things.erase(found);
    count(thing, -1);
    return thing;
  }
  void count(const Qubit&, int sign) {
    holding.qubits += static_cast<std::size_t>(sign);
    holding.apart += static_cast<std::size_t>(sign);
  }
  void count(const QubitString& string, int sign) { holding.qubits += static_cast<std::size_t>(sign) * string.size(); }
  bool room(std::size_t qubits, std::size_t apart) {
    const bool enough = holding.things.size() + std::max<std::size_t>(apart, 1) <= kDeskMostObjects &&
                        holding.qubits + qubits <= kDeskMostHeld && holding.apart + apart <= kDeskMostApart;
    if (!enough) reader.fault("more than the desk holds for one process");
    return enough;
  }
  // There is room for it.
  template <typename T>
  void give(T thing) {
    count(thing, 1);
    // Numbers come again, in a long session, when what had them is gone; the first and the last one name nothing.
    while (holding.next == 0 || holding.next == ~std::uint32_t{0} || holding.things.contains(holding.next))
      ++holding.next;
    reply.fixed<std::uint32_t>(holding.next);
    holding.things.emplace(holding.next++, std::move(thing));
  }
  // The size of the string that is asked for next; 0 when there is none.
  std::size_t size_ahead() {
    Reader ahead = reader;
    const auto found = holding.things.find(ahead.fixed<std::uint32_t>());
    const QubitString* const string =
        found == holding.things.end() ? nullptr : std::get_if<QubitString>(&found->second);
    return string == nullptr ? 0 : string->size();
  }
  bool singly() {
    const bool few = size_ahead() <= kDeskMostSingly;
    if (!few) reader.fault("a string too long for what looks at each qubit");
    return few;
  }
  bool together(std::span<Qubit* const> qubits) {
    const bool few = qubits_together(qubits) <= kDeskMostTogether;
    if (!few) reader.fault("more qubits in one state than the desk holds");
    return few;
  }
  void give(const Detections& seen) {
    reply.bits(seen.bits);
    reply.bits(seen.detected);
  }
  KrausChannel channel() {
    KrausChannel channel;
    const std::uint64_t operators = reader.varint();
    if (operators == 0 || operators > kDeskMostOperators) reader.fault("a channel of so many operators");
    for (std::uint64_t k = 0; reader.ok() && k < operators; ++k) {
      channel.push_back(get_matrix(reader, 2));
      if (channel.back().rows() != 2) reader.fault("a channel of something else than qubits");
    }
    if (reader.ok() && !near_identity(completeness(channel))) reader.fault("operators that are no channel");
    return channel;
  }
  // Whether all was read and nothing was wrong.
  bool good() {
    if (reader.ok() && reader.remaining() != 0) reader.fault("more than the request says");
    return reader.ok();
  }
};

Bytes Desk::answer(Client client, ByteView request) {
  const NoDesk here;
  Reader reader(request);
  const auto what = static_cast<DeskRequest>(reader.fixed<std::uint8_t>());
  Asked asked{what, reader, m_holdings[client]};
  if (reader.ok()) dispatch(asked);
  const auto done = asked.reader.finish("the request");
  Writer reply;
  reply.fixed<std::uint8_t>(done ? 1 : 0);
  if (done)
    reply.raw(asked.reply.bytes());
  else
    reply.text(done.error().message);
  return std::move(reply).take();
}

void Desk::leave(Client client) {
  const auto found = m_holdings.find(client);
  if (found == m_holdings.end()) return;
  const NoDesk here;
  for (auto& [number, thing] : found->second.things)
    if (Qubit* const qubit = std::get_if<Qubit>(&thing)) drop(std::move(*qubit));
  m_holdings.erase(found);
}

// Measured, and the outcome told to nobody, so that those that it was entangled with are no longer counted with it.
void Desk::drop(Qubit&& qubit) { measure(std::move(qubit), Basis::z, m_nature); }

std::size_t Desk::held() const {
  std::size_t all = m_tickets.size();
  for (const auto& [client, holding] : m_holdings) all += holding.things.size();
  return all;
}

void Desk::dispatch(Asked& asked) {
  if (asked.what <= DeskRequest::release) return on_qubits(asked);
  if (asked.what <= DeskRequest::release_string) return on_strings(asked);
  if (asked.what <= DeskRequest::claim) return hand_over(asked);
  if (asked.what == DeskRequest::path) {
    PathNoise path;
    for (double* const part : {&path.transmittance, &path.depolarising, &path.dephasing}) {
      *part = asked.reader.real();
      if (!(*part >= 0 && *part <= 1)) asked.reader.fault("no path that the desk knows");
    }
    if (asked.good()) asked.holding.path = path;
    return;
  }
  asked.reader.fault("no request that the desk knows");
}

void Desk::on_qubits(Asked& asked) {
  Reader& reader = asked.reader;
  switch (asked.what) {
    case DeskRequest::state: {
      const std::uint64_t qubits = reader.varint();
      if (qubits == 0 || qubits > kDeskMostTogether || reader.remaining() != (std::size_t{16} << qubits))
        return reader.fault("a state of a size that cannot be");
      Amplitudes amplitudes(std::size_t{1} << qubits);
      double norm = 0;
      for (Complex& amplitude : amplitudes) norm += std::norm(amplitude = get_complex(reader));
      if (!(std::abs(norm - 1) < kUnitary)) return reader.fault("a state that is not normalised");
      if (asked.good() && asked.room(qubits, qubits))
        for (Qubit& qubit : prepare(StateVector(std::move(amplitudes)))) asked.give(std::move(qubit));
      return;
    }
    case DeskRequest::gate: {
      Qubit* const qubit = asked.find<Qubit>();
      const Gate gate = get_gate(reader);
      if (asked.good() && qubit != nullptr) apply(gate, *qubit);
      return;
    }
    case DeskRequest::controlled: {
      const Gate gate = get_gate(reader);
      Qubit *const control = asked.find<Qubit>(), *const target = asked.find<Qubit>();
      if (control == target) return reader.fault("a qubit that controls itself");
      if (!asked.good() || control == nullptr || target == nullptr) return;
      if (asked.together({{control, target}})) apply_controlled(gate, *control, *target);
      return;
    }
    case DeskRequest::unitary: {
      constexpr std::size_t kMost = std::size_t{1} << 8;
      const ComplexMatrix matrix = get_matrix(reader, kMost);
      std::vector<Qubit*> qubits;
      while (reader.ok() && reader.remaining() > 0) qubits.push_back(asked.find<Qubit>());
      if (std::set<const Qubit*>(qubits.begin(), qubits.end()).size() != qubits.size())
        return reader.fault("one qubit twice");
      if (!asked.good() || qubits.size() > 8 || matrix.rows() != std::size_t{1} << qubits.size())
        return reader.fault("a matrix for another number of qubits");
      if (!near_identity(matrix.adjoint() * matrix)) return reader.fault("a matrix that is not unitary");
      if (asked.together(qubits)) herald::apply(matrix, qubits);
      return;
    }
    case DeskRequest::measure: {
      auto qubit = asked.take<Qubit>();
      const Gate frame = get_gate(reader);
      if (asked.good()) asked.reply.fixed<std::uint8_t>(measure(std::move(*qubit), frame, m_nature) ? 1 : 0);
      return;
    }
    case DeskRequest::kraus: {
      Qubit* const qubit = asked.find<Qubit>();
      const KrausChannel channel = asked.channel();
      if (asked.good() && qubit != nullptr) asked.reply.varint(apply(channel, *qubit, m_nature));
      return;
    }
    default: {
      auto qubit = asked.take<Qubit>();
      if (asked.good()) drop(std::move(*qubit));
    }
  }
}

void Desk::on_strings(Asked& asked) {
  Reader& reader = asked.reader;
  switch (asked.what) {
    case DeskRequest::bb84: {
      const BitString bits = reader.bits(kDeskMostBits), bases = reader.bits(kDeskMostBits),
                      present = reader.bits(kDeskMostBits);
      if (bases.size() != bits.size() || present.size() != bits.size()) reader.fault("bits, bases and photons differ");
      if (!asked.good() || !asked.room(bits.size(), 0)) return;
      QubitString string = prepare(bits, bases);
      keep(string, present);
      return asked.give(std::move(string));
    }
    case DeskRequest::pairs: {
      const std::uint64_t count = reader.varint();
      if (count > kDeskMostBits) reader.fault("more pairs than a string holds");
      if (!asked.good() || !asked.room(2 * count, 0)) return;
      auto [one, other] = epr_pairs(count);
      asked.give(std::move(one));
      return asked.give(std::move(other));
    }
    case DeskRequest::of_qubits: {
      std::vector<std::optional<Qubit>> qubits;
      while (reader.ok() && reader.remaining() > 0) {
        Reader ahead = reader;
        if (ahead.fixed<std::uint32_t>() == 0) {
          reader = ahead;
          qubits.emplace_back();
        } else {
          qubits.push_back(asked.take<Qubit>());
        }
      }
      if (asked.good() && asked.room(qubits.size(), 0)) asked.give(put_together(std::move(qubits)));
      return;
    }
    case DeskRequest::front: {
      QubitString* const string = asked.find<QubitString>();
      const std::uint64_t count = reader.varint();
      if (string != nullptr && count > string->size()) reader.fault("more than the string has");
      if (!asked.good() || string == nullptr || !asked.room(0, 0)) return;
      QubitString front = string->take_front(count);
      asked.holding.qubits -= count;  // given again
      return asked.give(std::move(front));
      return;
    }
    case DeskRequest::append: {
      Reader ahead = reader;
      if (ahead.fixed<std::uint32_t>() == ahead.fixed<std::uint32_t>()) return reader.fault("a string after itself");
      QubitString* const string = asked.find<QubitString>();
      auto later = asked.take<QubitString>();
      if (string != nullptr && later && string->size() + later->size() > kDeskMostBits)
        reader.fault("longer than a string may be");
      if (!asked.good() || string == nullptr) return;
      asked.holding.qubits += later->size();
      return string->append(std::move(*later));
    }
    case DeskRequest::measure_bases: {
      auto string = asked.take<QubitString>();
      const BitString bases = reader.bits(kDeskMostBits);
      if (string && bases.size() != string->size()) reader.fault("bases for another number of qubits");
      if (asked.good()) asked.give(measure(std::move(*string), bases, m_nature));
      return;
    }
    case DeskRequest::measure_frame: {
      if (!asked.singly()) return;
      auto string = asked.take<QubitString>();
      const Gate frame = get_gate(reader);
      if (asked.good()) asked.give(measure(std::move(*string), frame, m_nature));
      return;
    }
    case DeskRequest::disturb: {
      QubitString* const string = asked.find<QubitString>();
      const auto noise = static_cast<DeskNoise>(reader.fixed<std::uint8_t>());
      const double p = reader.real();
      if (noise > DeskNoise::flip || !(p >= 0 && p <= 1)) reader.fault("no noise that the desk knows");
      if (!asked.good() || string == nullptr) return;
      constexpr void (*kNoises[])(QubitString&, double, SimulationRandom&){lose, depolarise, dephase, flip};
      return kNoises[static_cast<std::size_t>(noise)](*string, p, m_nature);
    }
    case DeskRequest::string_channel: {
      if (!asked.singly()) return;
      QubitString* const string = asked.find<QubitString>();
      const KrausChannel channel = asked.channel();
      if (asked.good() && string != nullptr) apply(channel, *string, m_nature);
      return;
    }
    case DeskRequest::apart: {
      if (!asked.room(0, asked.size_ahead())) return;
      auto string = asked.take<QubitString>();
      if (!asked.good()) return;
      for (std::optional<Qubit>& qubit : take_apart(std::move(*string))) {
        if (qubit)
          asked.give(std::move(*qubit));
        else
          asked.reply.fixed<std::uint32_t>(0);
      }
      return;
    }
    default: asked.take<QubitString>();
  }
}

void Desk::hand_over(Asked& asked) {
  if (asked.what == DeskRequest::offer) {
    auto string = asked.take<QubitString>();
    if (!asked.good()) return;
    Bytes ticket(kTicketBytes);
    m_tickets_random.fill_bytes(ticket);
    asked.reply.raw(ticket);
    m_ticket_order.push_back(ticket);
    m_ticket_qubits += string->size();
    m_tickets.emplace(std::move(ticket), Handed{std::move(*string), asked.holding.path});
    return forget_old_tickets();
  }
  const ByteView said = asked.reader.raw(kTicketBytes);
  const auto found = m_tickets.find(Bytes(said.begin(), said.end()));
  if (found == m_tickets.end()) asked.reader.fault("a ticket for nothing");
  if (!asked.good()) return;
  Handed& handed = found->second;
  const std::size_t size = handed.string.size();
  if (!(handed.path == asked.holding.path))
    return asked.reader.fault("the two do not agree on what the light suffers on its way");
  if (!asked.room(size, 0)) return;
  suffer(handed.string, handed.path, m_nature);
  asked.give(std::move(handed.string));
  asked.reply.varint(size);
  m_ticket_qubits -= size;
  m_tickets.erase(found);
}

// Whoever has not claimed one for so long does not come.
void Desk::forget_old_tickets() {
  while (m_ticket_order.size() > kDeskMostTickets || m_ticket_qubits > kDeskMostHeld) {
    if (const auto found = m_tickets.find(m_ticket_order.front()); found != m_tickets.end()) {
      m_ticket_qubits -= found->second.string.size();
      m_tickets.erase(found);
    }
    m_ticket_order.pop_front();
  }
}

}  // namespace herald
