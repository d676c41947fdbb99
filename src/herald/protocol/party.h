#pragma once
// A party is a program: a coroutine that sees its own inputs and its own ends of the wires, and nothing else.
//
//   Party<Verdict> bob(Wire& alice, ...) {
//     const auto opening = co_await alice.receive<Opening>();
//     ...
//     co_return verdict;
//   }
//
// A Scheduler resumes whoever can go on. Two habits keep miscompilations of g++ 12 away (feasibility studies, 2026):
// always `auto x = co_await f(std::move(named));` and then use x; message types have constructors, not braces, inside
// an await expression.

#include <coroutine>
#include <exception>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "herald/base/result.h"
#include "herald/protocol/frame_pool.h"
#include "herald/protocol/scheduler.h"
#include "herald/quantum/remote.h"

namespace herald {

// Ends a party from inside the runtime (a wire that failed, bytes that are no message). It never leaves the runtime:
// whoever runs the party gets its Error.
struct PartyFault {
  Error error;
  std::string_view phase = {};  // what the party was at, of static storage
};

// Inside a party: the value, or the party ends with the Error.
template <typename T>
T or_fault(Result<T> result) {
  if (!result) throw PartyFault{std::move(result.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

namespace detail {

struct PromiseBase {
  Scheduler* scheduler = nullptr;
  std::coroutine_handle<> continuation;  // the party that awaits this one; none for a root
  std::exception_ptr fault;

#if HERALD_FRAME_POOL
  static void* operator new(std::size_t size) { return frame_pool().take(size); }
  static void operator delete(void* frame, std::size_t size) { frame_pool().give_back(frame, size); }
#endif

  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      if (self.promise().continuation) self.promise().scheduler->ready(self.promise().continuation);
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { fault = std::current_exception(); }
};

template <typename T>
struct Promise;

template <typename T>
class AwaitParty {
 public:
  explicit AwaitParty(std::coroutine_handle<Promise<T>> child) : m_child(child) {}
  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> parent) const {
    m_child.promise().scheduler = parent.promise().scheduler;
    m_child.promise().continuation = parent;
    m_child.promise().scheduler->ready(m_child);
  }
  T await_resume() const { return m_child.promise().result(); }

 private:
  std::coroutine_handle<Promise<T>> m_child;
};

}  // namespace detail

template <typename T>
class [[nodiscard]] Party {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Party(Handle handle) : m_handle(handle) {}
  Party(Party&& other) noexcept : m_handle(std::exchange(other.m_handle, {})) {}
  Party& operator=(Party&& other) noexcept {
    std::swap(m_handle, other.m_handle);
    return *this;
  }
  ~Party() {
    if (!m_handle) return;
    if (m_handle.promise().scheduler != nullptr) m_handle.promise().scheduler->forget(m_handle);
    m_handle.destroy();
  }

  // Starts a root party; it first runs in the scheduler's next run().
  void start(Scheduler& scheduler) {
    m_handle.promise().scheduler = &scheduler;
    scheduler.ready(m_handle);
  }
  bool done() const { return m_handle.done(); }
  // What the party came to; only once it is done, and once.
  Result<T> take() {
    return settle<Result<T>>([](PartyFault& fault) { return std::unexpected(std::move(fault.error)); });
  }
  // The same, or what `on_fault` makes of the fault that ended it.
  template <typename R, typename OnFault>
  R settle(OnFault on_fault) {
    HERALD_CHECK(m_handle.done());
    if (!m_handle.promise().fault) return m_handle.promise().value_as(std::type_identity<R>());
    try {
      std::rethrow_exception(m_handle.promise().fault);
    } catch (PartyFault& fault) {
      return on_fault(fault);
    } catch (DeskFault& fault) {  // of qubits that are elsewhere
      PartyFault party{std::move(fault.error), "light"};
      return on_fault(party);
    }
  }

  // A party may await another as a part of its own program.
  auto operator co_await() && { return detail::AwaitParty<T>(m_handle); }

 private:
  Handle m_handle;
};

namespace detail {

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Party<T> get_return_object() { return Party<T>(std::coroutine_handle<Promise>::from_promise(*this)); }
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T result() {
    if (fault) std::rethrow_exception(fault);
    return std::move(*value);
  }
  template <typename R>
  R value_as(std::type_identity<R>) {
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Party<void> get_return_object() { return Party<void>(std::coroutine_handle<Promise>::from_promise(*this)); }
  void return_void() {}
  void result() const {
    if (fault) std::rethrow_exception(fault);
  }
  template <typename R>
  R value_as(std::type_identity<R>) {
    return {};
  }
};

}  // namespace detail

}  // namespace herald
