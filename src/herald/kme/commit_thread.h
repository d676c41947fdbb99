#pragma once
// The thread that owns a KME's records. While one transaction is written, what is asked for gathers; then all of it
// goes into the next: a disk that syncs a thousand times a second carries many thousand deliveries.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "herald/store/record_store.h"

namespace herald::kme {

class CommitThread {
 public:
  using Work = std::function<Result<void>(store::Records&)>;
  using Done = std::function<void(Result<void>)>;
  // `post` brings a function into the thread where `done` is to be called, in the order of the calls.
  CommitThread(store::RecordStore records, std::function<void(std::function<void()>)> post);
  // Carries out what was asked for before.
  ~CommitThread();
  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;

  struct Asked {
    Work work;
    Done done;
  };
  // From any thread. Each work is carried out whole or not at all; when the transaction fails, none of it is.
  void commit(Work work, Done done);
  // Many at once, in their order: none goes into a transaction before the others are there.
  void commit(std::vector<Asked> asked);
  // From any thread: transactions that changed something, each counted before any of its `done`.
  std::uint64_t changes() const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace herald::kme
