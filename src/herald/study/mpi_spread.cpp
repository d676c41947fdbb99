#include "herald/study/mpi_spread.h"

#include <mpi.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv

#include <climits>
#include <list>

namespace herald::study {
namespace {

// MPI ends all processes when one of its calls fails, with a message of its own.
class MpiSpread final : public Spread {
 public:
  MpiSpread() {
    // In a container the kernel may forbid one process to read another's memory, of which Open MPI makes a fault.
    ::setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
    int granted = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &granted);
    int rank = 0, size = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    m_rank = static_cast<unsigned>(rank);
    m_size = static_cast<unsigned>(size);
  }
  ~MpiSpread() override {
    for (Sent& sent : m_sent) MPI_Wait(&sent.request, MPI_STATUS_IGNORE);
    MPI_Finalize();
  }
  MpiSpread(const MpiSpread&) = delete;
  MpiSpread& operator=(const MpiSpread&) = delete;

  unsigned rank() const override { return m_rank; }
  unsigned size() const override { return m_size; }

  void send(unsigned to, std::string text) override {
    forget_sent();
    HERALD_CHECK(text.size() <= INT_MAX);
    Sent& sent = m_sent.emplace_back(std::move(text), MPI_Request{});
    MPI_Isend(sent.text.data(), static_cast<int>(sent.text.size()), MPI_CHAR, static_cast<int>(to), kTag,
              MPI_COMM_WORLD, &sent.request);
  }

  std::optional<Message> receive() override {
    forget_sent();
    int is_there = 0, size = 0;
    MPI_Message handle{};
    MPI_Status status{};
    MPI_Improbe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &is_there, &handle, &status);
    if (is_there == 0) return std::nullopt;
    MPI_Get_count(&status, MPI_CHAR, &size);
    Message message{static_cast<unsigned>(status.MPI_SOURCE), std::string(static_cast<std::size_t>(size), '\0')};
    MPI_Mrecv(message.text.data(), size, MPI_CHAR, &handle, &status);
    return message;
  }

 private:
  static constexpr int kTag = 1;
  struct Sent {
    std::string text;  // MPI reads it until the request is done
    MPI_Request request;
  };

  void forget_sent() {
    std::erase_if(m_sent, [](Sent& sent) {
      int done = 0;
      MPI_Test(&sent.request, &done, MPI_STATUS_IGNORE);
      return done != 0;
    });
  }

  unsigned m_rank = 0, m_size = 1;
  std::list<Sent> m_sent;  // their texts stay where they are
};

}  // namespace

std::unique_ptr<Spread> join_mpi() { return std::make_unique<MpiSpread>(); }

}  // namespace herald::study
