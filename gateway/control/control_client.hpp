#pragma once

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

    // Sends one line (without its end) and waits for the answer, at most half a minute. The error
    // is a sentence; then nothing more can be asked. An answer that says no is an answer.
    Result<text::Json, std::string> ask(std::string_view line);

  private:
    explicit ControlClient(runtime::FileDescriptor socket) : socket_(std::move(socket)) {}

    Status<std::string> send(std::string_view line);
    Result<std::string, std::string> receive_line();

    runtime::FileDescriptor socket_;
    std::string received_;  // of the next answer
};

}  // namespace kleber::control
