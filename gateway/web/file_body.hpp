#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "gateway/net/http_service.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::web {

// A part of an open file. What was there when it was opened need not be there when it is read: a
// file that has become shorter ends too early, one that has become longer does not go on.
class FileBody final : public net::HttpBody {
  public:
    FileBody(runtime::FileDescriptor file, std::uint64_t offset, std::uint64_t size_bytes)
        : file_(std::move(file)), offset_(offset), left_bytes_(size_bytes) {}

    std::size_t read(std::span<std::uint8_t> room) override;

  private:
    runtime::FileDescriptor file_;
    std::uint64_t offset_;
    std::uint64_t left_bytes_;
};

// A text, for those who get no file.
class TextBody final : public net::HttpBody {
  public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}

    std::size_t read(std::span<std::uint8_t> room) override;

  private:
    std::string text_;
    std::size_t read_bytes_ = 0;
};

}  // namespace kleber::web
