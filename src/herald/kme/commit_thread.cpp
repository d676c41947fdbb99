#include "herald/kme/commit_thread.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace herald::kme {
namespace {

constexpr std::size_t kMostTogether = 256;  // of a transaction: more would only wait for each other

}  // namespace

struct CommitThread::State {
  State(store::RecordStore r, std::function<void(std::function<void()>)> p)
      : records(std::move(r)), post(std::move(p)) {}

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      const auto end = queue.begin() + static_cast<std::ptrdiff_t>(std::min(queue.size(), kMostTogether));
      std::vector<Asked> now(std::make_move_iterator(queue.begin()), std::make_move_iterator(end));
      queue.erase(queue.begin(), end);
      lock.unlock();
      carry_out(std::move(now));
      lock.lock();
    }
  }

  void carry_out(std::vector<Asked> asked) {
    std::vector<Result<void>> results;
    const auto done = records.transact([&](store::Records& all) -> Result<void> {
      for (const Asked& each : asked) results.push_back(all.attempt([&] { return each.work(all); }));
      return {};
    });
    if (!done) results.assign(asked.size(), done);
    changes = records.count();
    post([asked = std::make_shared<std::vector<Asked>>(std::move(asked)), results = std::move(results)] {
      for (std::size_t i = 0; i < asked->size(); ++i) (*asked)[i].done(results[i]);
    });
  }

  store::RecordStore records;
  std::function<void(std::function<void()>)> post;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Asked> queue;
  bool stopping = false;
  std::atomic<std::uint64_t> changes{0};
  std::thread thread;
};

CommitThread::CommitThread(store::RecordStore records, std::function<void(std::function<void()>)> post)
    : m_state(std::make_unique<State>(std::move(records), std::move(post))) {
  m_state->thread = std::thread([state = m_state.get()] { state->run(); });
}

CommitThread::~CommitThread() {
  {
    const std::scoped_lock lock(m_state->mutex);
    m_state->stopping = true;
  }
  m_state->changed.notify_one();
  m_state->thread.join();
}

void CommitThread::commit(Work work, Done done) {
  {
    const std::scoped_lock lock(m_state->mutex);
    m_state->queue.push_back({std::move(work), std::move(done)});
  }
  m_state->changed.notify_one();
}

void CommitThread::commit(std::vector<Asked> asked) {
  {
    const std::scoped_lock lock(m_state->mutex);
    std::ranges::move(asked, std::back_inserter(m_state->queue));
  }
  m_state->changed.notify_one();
}

std::uint64_t CommitThread::changes() const { return m_state->changes; }

}  // namespace herald::kme
