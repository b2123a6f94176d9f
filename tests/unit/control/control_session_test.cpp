#include "gateway/control/control_session.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

namespace kleber::control {
namespace {

constexpr port::Token kToken{7, 3};

// Asks the broker to end a client's connection, and says what came of it.
class Kick : public ControlCommand {
  public:
    Answer begin(const text::Json& request, CommandTurn& turn) override {
        const std::string* id = request.string_at("id");
        if (!id) return failure("no id");
        turn.requests.push_back(port::Administer{turn.token, std::make_unique<std::string>(*id)});
        return std::nullopt;
    }
    Answer take(port::Reply&& reply, CommandTurn&) override {
        const auto* done = std::get_if<port::Administered>(&reply.body);
        if (!done) return std::nullopt;
        return done->was_found ? success() : failure("not found");
    }
};

// Is answered from elsewhere.
class Late : public ControlCommand {
  public:
    Answer begin(const text::Json&, CommandTurn& turn) override {
        turn.later(std::string{"late"});
        return std::nullopt;
    }
};

// One caller's end of a session.
class Caller {
  public:
    Caller() {
        commands_.add("ping", [](const text::Json&) { return std::string{"pong"}; });
        commands_.add("kick", [] { return std::make_unique<Kick>(); });
        commands_.add("late", [] { return std::make_unique<Late>(); });
    }

    void send(std::string_view bytes) {
        ControlSession::Turn turn{now_, requests_, out_,
                                  [this](const LateAnswer& answer) { late_line_ = answer.line; }};
        session_.receive(bytes, turn);
    }
    void reply(bool was_found) {
        ControlSession::Turn turn{now_, requests_, out_};
        session_.take({kToken, port::Administered{was_found}}, turn);
    }
    // What was answered, which makes room for the next answer.
    std::string read() {
        std::string answer = std::exchange(out_, {});
        ControlSession::Turn turn{now_, requests_, out_};
        session_.proceed(turn);
        return answer;
    }
    std::string ask(std::string_view line) {
        send(std::string{line} + '\n');
        return read();
    }
    // What was given for later, given now.
    std::string late_answer() {
        ControlSession::Turn turn{now_, requests_, out_};
        session_.take_answer(late_line_, turn);
        return read();
    }
    const std::vector<port::Request>& requests() const { return requests_; }
    const ControlSession& session() const { return session_; }

  private:
    Now now_;
    std::vector<port::Request> requests_;
    std::string out_;
    std::string late_line_;
    ControlCommands commands_;
    ControlSession session_{commands_, kToken};
};

TEST(ControlSession, answers_a_line_with_a_line) {
    Caller caller;
    EXPECT_EQ(caller.ask(R"({"command":"ping"})"), "pong\n");
    EXPECT_EQ(caller.ask("{ \"command\" : \"ping\" }\r"), "pong\n");
}

TEST(ControlSession, what_is_answered_later_holds_back_what_follows) {
    Caller caller;
    EXPECT_EQ(caller.ask(R"({"command":"late"})"), "");
    EXPECT_TRUE(caller.session().is_busy());
    EXPECT_EQ(caller.ask(R"({"command":"ping"})"), "");
    EXPECT_EQ(caller.late_answer(), "late\n");
    EXPECT_EQ(caller.read(), "pong\n");
    EXPECT_EQ(caller.late_answer(), "") << "nobody asked any more";
}

TEST(ControlSession, takes_lines_as_they_come) {
    Caller caller;
    const std::string line = "{\"command\":\"ping\"}\n";
    for (const char character : line) {
        EXPECT_EQ(caller.read(), "");
        caller.send({&character, 1});
    }
    EXPECT_EQ(caller.read(), "pong\n");
    caller.send("\n \n" + line.substr(0, 5));
    EXPECT_EQ(caller.read(), "") << "empty lines are nothing";
    caller.send(line.substr(5));
    EXPECT_EQ(caller.read(), "pong\n");
}

TEST(ControlSession, begins_the_next_when_the_last_was_read) {
    Caller caller;
    caller.send("{\"command\":\"ping\"}\n{\"command\":\"ping\"}\n{\"command\":\"nix\"}\n");
    EXPECT_EQ(caller.read(), "pong\n");
    EXPECT_EQ(caller.read(), "pong\n");
    EXPECT_EQ(caller.read(), "{\"ok\":false,\"error\":\"unknown command nix\"}\n");
    EXPECT_EQ(caller.read(), "");
}

TEST(ControlSession, waits_for_the_broker) {
    Caller caller;
    EXPECT_EQ(caller.ask(R"({"command":"kick","id":"bulb"})"), "");
    EXPECT_TRUE(caller.session().is_busy());
    ASSERT_EQ(caller.requests().size(), 1U);
    const auto& administer = std::get<port::Administer>(caller.requests().front());
    EXPECT_EQ(administer.token, kToken);
    EXPECT_EQ(*administer.kick, "bulb");
    EXPECT_EQ(caller.ask(R"({"command":"ping"})"), "") << "one at a time";
    caller.reply(true);
    EXPECT_EQ(caller.read(), "{\"ok\":true}\n");
    EXPECT_EQ(caller.read(), "pong\n");
    EXPECT_FALSE(caller.session().is_busy());
}

TEST(ControlSession, ignores_a_reply_that_nobody_waits_for) {
    Caller caller;
    caller.reply(true);
    EXPECT_EQ(caller.read(), "");
}

TEST(ControlSession, says_what_is_wrong_and_goes_on) {
    for (const char* line : {"{", "nonsense", "[]", "1", "{}", R"({"command":1})",
                             R"({"command":"kick"})", R"({"command":"ping"} x)"}) {
        Caller caller;
        const std::string answer = caller.ask(line);
        EXPECT_EQ(answer.find(R"({"ok":false,"error":")"), 0U) << line << ": " << answer;
        EXPECT_EQ(answer.find('\n'), answer.size() - 1) << line;
        EXPECT_EQ(caller.ask(R"({"command":"ping"})"), "pong\n") << line;
    }
}

TEST(ControlSession, ends_with_a_line_that_is_too_long) {
    for (const bool has_end : {false, true}) {
        Caller caller;
        std::string line(ControlSession::kLineBytesMax + 1, ' ');
        if (has_end) line += '\n';
        caller.send(line);
        EXPECT_EQ(caller.read(), "{\"ok\":false,\"error\":\"the line is too long\"}\n");
        EXPECT_TRUE(caller.session().has_ended());
        EXPECT_EQ(caller.ask(R"({"command":"ping"})"), "");
    }
}

TEST(ControlSession, takes_a_line_that_is_just_not_too_long) {
    Caller caller;
    std::string line = R"({"command":"ping"})";
    line.resize(ControlSession::kLineBytesMax, ' ');
    EXPECT_EQ(caller.ask(line), "pong\n");
}

}  // namespace
}  // namespace kleber::control
