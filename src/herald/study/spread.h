#pragma once
// Processes that share one sweep, or trials: rank 0 leads, the others compute for it. The library knows how to divide
// the work; what carries the messages is somebody else's (mpi_spread.h).

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "herald/study/sweep.h"

namespace herald::study {

// From the thread alone that made it.
class Spread {
 public:
  struct Message {
    unsigned from = 0;
    std::string text;
  };
  virtual ~Spread() = default;
  virtual unsigned rank() const = 0;
  virtual unsigned size() const = 0;
  // Returns at once. Messages between two ranks arrive in order.
  virtual void send(unsigned to, std::string text) = 0;
  // One that has arrived, if any has.
  virtual std::optional<Message> receive() = 0;
};

// On ranks other than 0: computes what the leader's run() asks for, until send_home(). `stop`: set by a signal handler;
// the leader's sweep is interrupted too.
void follow(Spread& spread, const std::atomic<bool>* stop = nullptr, Models known = rate_models());
// On rank 0: no more sweeps.
void send_home(Spread& spread);

// The place in a job that mpirun started this process in, from the environment.
struct Place {
  unsigned rank = 0, size = 1;
};
std::optional<Place> place_in_job();

}  // namespace herald::study
