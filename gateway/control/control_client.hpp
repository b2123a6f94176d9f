#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "gateway/base/result.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/text/json.hpp"

namespace kleber::control {

// The other end of the control socket, for commands: blocks.
class ControlClient {
  public:
    static Result<ControlClient, std::error_code> connect(const std::string& path);

    // How long it waits for an answer from now on; half a minute unless told.
    void set_patience(std::chrono::seconds longest);

    // Sends one line (without its end) and waits for the answer. The error is a sentence; then
    // nothing more can be asked. An answer that says no is an answer.
    Result<text::Json, std::string> ask(std::string_view line);
    // What came with the last answer, open; mostly nothing.
    runtime::FileDescriptor take_file() { return std::move(file_); }

  private:
    explicit ControlClient(runtime::FileDescriptor socket) : socket_(std::move(socket)) {}

    Status<std::string> send(std::string_view line);
    Result<std::string, std::string> receive_line();

    runtime::FileDescriptor socket_;
    std::string received_;  // of the next answer
    runtime::FileDescriptor file_;
};

}  // namespace kleber::control
