#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/text/json.hpp"

namespace kleber::control {

// One line of JSON without its end; none while it is awaited from the broker or another thread.
using Answer = std::optional<std::string>;

// An answer that was not there at once, and an open file that goes with it; mostly none.
struct LateAnswer {
    // NOLINTNEXTLINE(google-explicit-constructor): a line is an answer
    LateAnswer(std::string text) : line(std::move(text)) {}

    std::string line;
    std::shared_ptr<runtime::FileDescriptor> file;
};

// Gives it. To be called on the lane's thread, while the lane is there; it may be carried through
// others. Where the caller has gone, it does nothing.
using AnswerLater = std::function<void(const LateAnswer& answer)>;

// {"ok":true} and {"ok":false,"error":"..."}
std::string success();
std::string failure(std::string_view error);

// What a command has to work with.
struct CommandTurn {
    port::Token token;  // replies to requests that name it come to ControlCommand::take()
    const Now& now;
    std::vector<port::Request>& requests;
    AnswerLater later = {};
};

// One call of a command by one caller.
class ControlCommand {
  public:
    virtual ~ControlCommand() = default;
    // `request` is the whole object that the caller has sent.
    virtual Answer begin(const text::Json& request, CommandTurn& turn) = 0;
    // The broker's reply to a request that names the turn's token.
    virtual Answer take(port::Reply&& /*reply*/, CommandTurn& /*turn*/) { return std::nullopt; }
};

// The commands that there are, by name. Whoever has something to say about the running gateway adds
// one, before the socket is opened.
class ControlCommands {
  public:
    using Make = std::function<std::unique_ptr<ControlCommand>()>;
    using AnswerAtOnce = std::function<std::string(const text::Json& request)>;

    // One that asks the broker, or another thread.
    void add(std::string name, Make make);
    // One that needs nobody else.
    void add(std::string name, AnswerAtOnce answer);

    // The error is a sentence with "did you mean".
    Result<std::unique_ptr<ControlCommand>, std::string> make(std::string_view name) const;

  private:
    std::map<std::string, Make, std::less<>> commands_;
};

}  // namespace kleber::control
