#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace kleber {

// A password on its way: there is one copy of it, which moves, and is wiped when it goes.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string_view bytes) : bytes_(new char[bytes.size()]), size_(bytes.size()) {
        std::copy(bytes.begin(), bytes.end(), bytes_.get());
    }
    Secret(Secret&& other) noexcept
        : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
    Secret& operator=(Secret&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Secret() {
        // No compiler may leave that out, although nobody looks at it again.
        std::fill_n(static_cast<volatile char*>(bytes_.get()), size_, '\0');
    }

    std::string_view bytes() const { return {bytes_.get(), size_}; }
    bool empty() const { return size_ == 0; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

}  // namespace kleber
