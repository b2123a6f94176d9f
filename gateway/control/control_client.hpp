#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

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

    // Sends one line (without its end), and an open file if there is one, and waits for the answer.
    // The error is a sentence; then nothing more can be asked. An answer that says no is an answer.
    Result<text::Json, std::string> ask(std::string_view line, int file = -1);

  private:
    explicit ControlClient(runtime::FileDescriptor socket) : socket_(std::move(socket)) {}

    Status<std::string> send(std::string_view line, int file);
    Result<std::string, std::string> receive_line();

    runtime::FileDescriptor socket_;
    std::string received_;  // of the next answer
};

}  // namespace kleber::control
