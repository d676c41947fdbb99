#include "herald/store/secret_file.h"

#include <cerrno>
#include <cstring>

#include <botan/hash.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "herald/base/file.h"
#include "herald/store/new_file.h"

namespace herald::store {
namespace {

// magic (7 bytes) ‖ kind (1) ‖ format (2) ‖ ID (16) ‖ bytes of payload (8) ‖ payload ‖ check (8): the front of SHA-256
// of all that is before it
constexpr std::string_view kMagic = "HERALDS";
constexpr std::uint16_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 34, kCheckBytes = 8;

std::string_view describe(SecretFileKind kind) {
  return kind == SecretFileKind::store_key ? "key file of a store" : "pre-shared key";
}

std::array<std::uint8_t, kCheckBytes> check_of(ByteView front) {
  auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(front);
  const auto digest = hash->final();
  std::array<std::uint8_t, kCheckBytes> check{};
  std::copy_n(digest.begin(), check.size(), check.begin());
  return check;
}

Result<SecretBytes> read_private(const std::filesystem::path& path, SecretFileKind kind) {
  const auto system_error = [&](const char* what) {
    const int number = errno;
    return fail(number == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("{}: cannot {} the {}: {}", path.string(), what, describe(kind), std::strerror(number)));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return system_error("open");
  auto content = [&]() -> Result<SecretBytes> {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return system_error("look at");
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::malformed, fmt::format("{}: no regular file", path.string()));
    if ((status.st_mode & 077) != 0)
      return fail(ErrorCode::insecure,
                  fmt::format("{}: others than its owner may use this {} (mode {:04o}); if nobody has read it, say "
                              "`chmod 600 {}`",
                              path.string(), describe(kind), status.st_mode & 07777, path.string()));
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > kPreSharedKeyBitsLimit / 8 + kHeaderBytes + kCheckBytes)
      return fail(ErrorCode::malformed, fmt::format("{}: too large for a {}", path.string(), describe(kind)));
    SecretBytes bytes(size);
    for (std::size_t at = 0; at < size;) {
      const ssize_t got = ::read(fd, bytes.expose_secret_mutable().data() + at, size - at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("read");
      if (got == 0) return fail(ErrorCode::malformed, fmt::format("{}: it ends too early", path.string()));
      at += static_cast<std::size_t>(got);
    }
    return bytes;
  }();
  ::close(fd);
  return content;
}

}  // namespace

Result<void> create_secret_file(const std::filesystem::path& path, SecretFileKind kind, std::size_t bits,
                                SecretRandom& random) {
  if (bits == 0 || bits % 8 != 0 || bits > kPreSharedKeyBitsLimit)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a {} of {} bits is not possible; ask for a multiple of 8 up to {}", describe(kind), bits,
                            kPreSharedKeyBitsLimit));
  HERALD_TRY_VOID(require_new(path));
  Writer header;
  header.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  header.fixed(static_cast<std::uint8_t>(kind));
  header.fixed(kFormat);
  header.raw(random_uuid(random).bytes);
  header.fixed(std::uint64_t{bits / 8});
  HERALD_CHECK(header.bytes().size() == kHeaderBytes);
  SecretBytes content(kHeaderBytes + bits / 8 + kCheckBytes);
  const auto all = content.expose_secret_mutable();
  std::ranges::copy(header.bytes(), all.begin());
  random.fill_bytes(all.subspan(kHeaderBytes, bits / 8));
  std::ranges::copy(check_of(all.first(all.size() - kCheckBytes)), all.last(kCheckBytes).begin());
  HERALD_TRY_VOID(write_file(unfinished(path), all, FileMode::secret));
  return publish_new_file(unfinished(path), path);
}

Result<SecretFile> parse_secret_file(ByteView content, SecretFileKind kind, std::string_view name) {
  const auto malformed = [&](std::string_view what) {
    return fail(ErrorCode::malformed, fmt::format("{}: {}", name, what));
  };
  Reader reader(content);
  const ByteView magic = reader.raw(kMagic.size());
  if (!std::ranges::equal(magic, kMagic)) return malformed(fmt::format("this is no {} of Herald", describe(kind)));
  const auto found = reader.fixed<std::uint8_t>();
  const auto format = reader.fixed<std::uint16_t>();
  const ByteView id = reader.raw(16);
  const auto size = reader.fixed<std::uint64_t>();
  if (!reader.ok()) return malformed("it ends too early; restore it from a copy");
  if (format != kFormat)
    return fail(ErrorCode::version, fmt::format("{}: this file has format {}, and this Herald reads format {}; open it "
                                                "with the Herald that wrote it",
                                                name, format, kFormat));
  if (found != static_cast<std::uint8_t>(kind)) return malformed(fmt::format("this is no {}", describe(kind)));
  const ByteView payload = reader.raw(static_cast<std::size_t>(size)), check = reader.raw(kCheckBytes);
  if (!reader.ok() || reader.remaining() != 0)
    return malformed("it is cut short or has something behind its end; restore it from a copy");
  if (!std::ranges::equal(check, check_of(content.first(content.size() - kCheckBytes))))
    return malformed("it is damaged (its checksum does not fit); restore it from a copy");
  if (payload.empty() || payload.size() > kPreSharedKeyBitsLimit / 8 ||
      (kind == SecretFileKind::store_key && payload.size() * 8 != kStoreKeyBits))
    return malformed(fmt::format("{} bytes are no length of a {}", payload.size(), describe(kind)));
  SecretFile file{{}, SecretBits(payload.size() * 8)};
  std::ranges::copy(id, file.id.bytes.begin());
  from_bytes(payload, file.bits.size(), file.bits.words());
  return file;
}

Result<SecretFile> read_secret_file(const std::filesystem::path& path, SecretFileKind kind) {
  HERALD_TRY(const SecretBytes content, read_private(path, kind));
  return parse_secret_file(content.expose_secret(), kind, path.string());
}

}  // namespace herald::store
