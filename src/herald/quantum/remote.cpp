#include "herald/quantum/remote.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "herald/quantum/path_noise.h"
#include "herald/quantum/remote_requests.h"

namespace herald {
namespace {

thread_local AskDesk* desk = nullptr;

[[noreturn]] void refuse(std::string why) {
  throw DeskFault{Error{ErrorCode::malformed, "the desk: " + std::move(why)}};
}

// A request and its reply.
class Request {
 public:
  explicit Request(detail::DeskRequest what) { m_writer.fixed<std::uint8_t>(static_cast<std::uint8_t>(what)); }
  Writer& arguments() { return m_writer; }
  template <typename... Numbers>
  Request& with(Numbers... numbers) {
    (m_writer.fixed<std::uint32_t>(numbers), ...);
    return *this;
  }
  void send() {
    HERALD_CHECK(desk != nullptr);
    Result<Bytes> reply = (*desk)(std::move(m_writer).take());
    if (!reply) throw DeskFault{std::move(reply.error())};
    m_reply = std::move(*reply);
    m_reader.emplace(m_reply);
    if (m_reader->fixed<std::uint8_t>() == 1 && m_reader->ok()) return;
    refuse(m_reader->ok() ? printable(m_reader->text(), 200) : "an empty reply");
  }
  Reader& reply() { return *m_reader; }
  // Nothing is wrong with the reply, nor left.
  void finish() {
    if (const auto done = m_reader->finish("its reply"); !done) refuse(done.error().message);
  }

 private:
  Writer m_writer;
  Bytes m_reply;
  std::optional<Reader> m_reader;
};

std::uint32_t ask_for_number(Request& request) {
  request.send();
  const auto number = request.reply().fixed<std::uint32_t>();
  request.finish();
  return number;
}

void ask(Request& request) {
  request.send();
  request.finish();
}

Detections ask_for_detections(Request& request) {
  request.send();
  Detections seen{request.reply().bits(detail::kDeskMostBits), request.reply().bits(detail::kDeskMostBits)};
  request.finish();
  return seen;
}

void put_channel(Writer& writer, const KrausChannel& channel) {
  writer.varint(channel.size());
  for (const ComplexMatrix& each : channel) detail::put(writer, each);
}

}  // namespace

UseDesk::UseDesk(AskDesk ask) : m_ask(std::move(ask)), m_before(std::exchange(desk, &m_ask)) {}
UseDesk::~UseDesk() { desk = m_before; }
NoDesk::NoDesk() : m_before(std::exchange(desk, nullptr)) {}
NoDesk::~NoDesk() { desk = m_before; }

namespace detail::remote {

bool in_use() { return desk != nullptr; }

std::vector<Number> state(const StateVector& state) {
  Request request(DeskRequest::state);
  request.arguments().varint(state.qubits());
  for (const Complex& amplitude : state.amplitudes()) put(request.arguments(), amplitude);
  request.send();
  std::vector<Number> numbers(state.qubits());
  for (Number& number : numbers) number = request.reply().fixed<std::uint32_t>();
  request.finish();
  return numbers;
}

void apply(const Gate& gate, Number qubit) {
  Request request(DeskRequest::gate);
  put(request.with(qubit).arguments(), gate);
  ask(request);
}

void apply_controlled(const Gate& gate, Number control, Number target) {
  Request request(DeskRequest::controlled);
  put(request.arguments(), gate);
  ask(request.with(control, target));
}

void apply(const ComplexMatrix& unitary, std::span<const Number> qubits) {
  Request request(DeskRequest::unitary);
  put(request.arguments(), unitary);
  for (const Number qubit : qubits) request.with(qubit);
  ask(request);
}

bool measure(Number qubit, const Gate& frame) {
  Request request(DeskRequest::measure);
  put(request.with(qubit).arguments(), frame);
  request.send();
  const bool bit = request.reply().fixed<std::uint8_t>() != 0;
  request.finish();
  return bit;
}

std::size_t apply(const KrausChannel& channel, Number qubit) {
  Request request(DeskRequest::kraus);
  put_channel(request.with(qubit).arguments(), channel);
  request.send();
  const std::uint64_t drawn = request.reply().varint();
  request.finish();
  if (drawn >= channel.size()) refuse("an operator that the channel does not have");
  return drawn;
}

void release(Number qubit) noexcept try {
  if (in_use()) ask(Request(DeskRequest::release).with(qubit));
} catch (...) {
  return;  // it is gone with the desk
}

Number bb84(BitView bits, BitView bases, BitView present) {
  Request request(DeskRequest::bb84);
  for (const BitView part : {bits, bases, present}) request.arguments().bits(part);
  return ask_for_number(request);
}

std::pair<Number, Number> pairs(std::size_t count) {
  Request request(DeskRequest::pairs);
  request.arguments().varint(count);
  request.send();
  const auto one = request.reply().fixed<std::uint32_t>(), other = request.reply().fixed<std::uint32_t>();
  request.finish();
  return {one, other};
}

Number of_qubits(std::span<const Number> qubits) {
  Request request(DeskRequest::of_qubits);
  for (const Number qubit : qubits) request.with(qubit);
  return ask_for_number(request);
}

Number front(Number string, std::size_t count) {
  Request request(DeskRequest::front);
  request.with(string).arguments().varint(count);
  return ask_for_number(request);
}

void append(Number string, Number later) { ask(Request(DeskRequest::append).with(string, later)); }

Detections measure(Number string, BitView bases) {
  Request request(DeskRequest::measure_bases);
  request.with(string).arguments().bits(bases);
  return ask_for_detections(request);
}

Detections measure_string(Number string, const Gate& frame) {
  Request request(DeskRequest::measure_frame);
  put(request.with(string).arguments(), frame);
  return ask_for_detections(request);
}

void disturb(Number string, DeskNoise noise, double p) {
  Request request(DeskRequest::disturb);
  request.with(string).arguments().fixed<std::uint8_t>(static_cast<std::uint8_t>(noise));
  request.arguments().real(p);
  ask(request);
}

void apply_to_string(const KrausChannel& channel, Number string) {
  Request request(DeskRequest::string_channel);
  put_channel(request.with(string).arguments(), channel);
  ask(request);
}

std::vector<Number> apart(Number string, std::size_t size) {
  Request request(DeskRequest::apart);
  request.with(string).send();
  std::vector<Number> numbers(size);
  for (Number& number : numbers) number = request.reply().fixed<std::uint32_t>();
  request.finish();
  return numbers;
}

void release_string(Number string) noexcept try {
  if (in_use()) ask(Request(DeskRequest::release_string).with(string));
} catch (...) {
  return;  // it is gone with the desk
}

Bytes offer(Number string) {
  Request request(DeskRequest::offer);
  request.with(string).send();
  const ByteView ticket = request.reply().raw(kTicketBytes);
  Bytes copy(ticket.begin(), ticket.end());
  request.finish();
  return copy;
}

Claimed claim(ByteView ticket) {
  Request request(DeskRequest::claim);
  if (ticket.size() != kTicketBytes) refuse("what came is no ticket");
  request.arguments().raw(ticket);
  request.send();
  const Claimed claimed{request.reply().fixed<std::uint32_t>(), request.reply().varint()};
  request.finish();
  return claimed;
}

}  // namespace detail::remote

void agree_on_path(const PathNoise& noise) {
  Request request(detail::DeskRequest::path);
  for (const double part : {noise.transmittance, noise.depolarising, noise.dephasing}) request.arguments().real(part);
  ask(request);
}

}  // namespace herald
