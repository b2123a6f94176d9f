#include "gateway/web/file_body.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kleber::web {

std::size_t FileBody::read(std::span<std::uint8_t> room) {
    std::size_t size = 0;
    while (size < room.size() && left_bytes_ > 0) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(room.size() - size, left_bytes_));
        const ssize_t count =
            ::pread(file_.get(), room.data() + size, wanted, static_cast<off_t>(offset_));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            // The file is shorter than it was, or its disk fails: here it ends, once and for all.
            left_bytes_ = 0;
            break;
        }
        size += static_cast<std::size_t>(count);
        offset_ += static_cast<std::uint64_t>(count);
        left_bytes_ -= static_cast<std::uint64_t>(count);
    }
    return size;
}

std::size_t TextBody::read(std::span<std::uint8_t> room) {
    const std::size_t size = std::min(room.size(), text_.size() - read_bytes_);
    if (size > 0) std::memcpy(room.data(), text_.data() + read_bytes_, size);
    read_bytes_ += size;
    return size;
}

}  // namespace kleber::web
