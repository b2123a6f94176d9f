#pragma once

#include <unistd.h>

#include <utility>

namespace kleber::certificates {

// Owns an open file or folder.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (is_open()) ::close(number_);
    }

    bool is_open() const { return number_ >= 0; }
    int get() const { return number_; }

  private:
    int number_;
};

}  // namespace kleber::certificates
