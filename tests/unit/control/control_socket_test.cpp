#include "gateway/control/control_socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "gateway/control/control_client.hpp"
#include "gateway/runtime/runtime.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kleber::control {
namespace {

using support::TemporaryFolder;

class NoLog : public LogSink {
  public:
    void write(LogLevel, std::string_view) override {}
};

// Goes to the broker and back.
class CountSessions : public ControlCommand {
  public:
    Answer begin(const text::Json&, CommandTurn& turn) override {
        turn.requests.push_back(port::Inspect{turn.token, port::InspectSubject::Clients, 0, 10});
        return std::nullopt;
    }
    Answer take(port::Reply&& reply, CommandTurn&) override {
        const auto& report = std::get<port::Report>(reply.body);
        return R"({"ok":true,"count":)" + std::to_string(report.rows->clients.size()) + "}";
    }
};

// Opens a file on a thread of its own, and sends it along.
class OpenOnThread : public ControlCommand {
  public:
    OpenOnThread(runtime::Lane& lane, std::string path) : lane_(lane), path_(std::move(path)) {}
    ~OpenOnThread() override { thread_.join(); }
    Answer begin(const text::Json&, CommandTurn& turn) override {
        thread_ = std::thread{[later = turn.later, &lane = lane_, path = path_] {
            LateAnswer answer{success()};
            answer.file = std::make_shared<runtime::FileDescriptor>(
                ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
            lane.post([later, answer] { later(answer); });
        }};
        return std::nullopt;
    }

  private:
    runtime::Lane& lane_;
    const std::string path_;
    std::thread thread_;
};

// A running gateway without anything but its control socket.
class ControlSocketTest : public testing::Test {
  protected:
    void SetUp() override {
        commands_.add("count", [] { return std::make_unique<CountSessions>(); });
        commands_.add("open", [this] {
            return std::make_unique<OpenOnThread>(runtime_.first_lane(), folder_.file("word"));
        });
        commands_.add("long", [](const text::Json&) {
            return R"({"ok":true,"text":")" + std::string(kLongBytes, 'x') + "\"}";
        });
        ASSERT_TRUE(socket_.open(path_).has_value());
        thread_ = std::thread{[this] { runtime_.run(); }};
    }
    void TearDown() override { stop(); }
    void stop() {
        runtime_.stop();
        if (thread_.joinable()) thread_.join();
    }
    ControlClient connect() { return *ControlClient::connect(path_); }
    static bool is_served(ControlClient& client) {
        const auto answer = client.ask(R"({"command":"count"})");
        return answer && *answer->boolean_at("ok");
    }

    static constexpr std::size_t kLongBytes = 4 << 20;

    TemporaryFolder folder_;
    const std::string path_ = folder_.file("control.sock");
    NoLog log_;
    runtime::Runtime runtime_{runtime::Runtime::Options{}, log_};
    ControlCommands commands_;
    ControlSocket socket_{runtime_.first_lane(), commands_};
    std::thread thread_;
};

TEST_F(ControlSocketTest, answers_what_the_broker_says) {
    ControlClient client = connect();
    for (int time = 0; time < 2; ++time) {
        const auto answer = client.ask(R"({"command":"count"})");
        ASSERT_TRUE(answer.has_value()) << answer.error();
        EXPECT_EQ(to_string(*answer), R"({"ok":true,"count":0})");
    }
}

TEST_F(ControlSocketTest, an_answer_from_another_thread_may_bring_a_file) {
    std::ofstream{folder_.file("word")} << "word";
    ControlClient client = connect();
    for (int time = 0; time < 2; ++time) {
        const auto answer = client.ask(R"({"command":"open"})");
        ASSERT_TRUE(answer.has_value()) << answer.error();
        EXPECT_EQ(to_string(*answer), success());
        const runtime::FileDescriptor file = client.take_file();
        std::array<char, 10> room{};
        EXPECT_EQ(::read(file.get(), room.data(), room.size()), 4);
        EXPECT_STREQ(room.data(), "word");
    }
    EXPECT_TRUE(is_served(client));
    EXPECT_FALSE(client.take_file().is_open());
}

TEST_F(ControlSocketTest, an_answer_for_somebody_who_has_gone_is_dropped) {
    {
        const auto socket = net::connect_unix(path_, net::Blocking::Yes);
        const std::string_view line = "{\"command\":\"open\"}\n";
        ASSERT_EQ(::send(socket->get(), line.data(), line.size(), 0),
                  static_cast<ssize_t>(line.size()));
    }
    ControlClient client = connect();
    EXPECT_TRUE(is_served(client));
}

TEST_F(ControlSocketTest, sends_a_long_answer_to_the_end) {
    ControlClient client = connect();
    for (int time = 0; time < 2; ++time) {
        const auto answer = client.ask(R"({"command":"long"})");
        ASSERT_TRUE(answer.has_value()) << answer.error();
        EXPECT_EQ(answer->string_at("text")->size(), kLongBytes);
    }
}

TEST_F(ControlSocketTest, serves_a_caller_who_shuts_his_end_at_once) {
    const auto socket = net::connect_unix(path_, net::Blocking::Yes);
    ASSERT_TRUE(socket.has_value());
    const std::string lines = "{\"command\":\"count\"}\n{\"command\":\"count\"}\n";
    ASSERT_EQ(::send(socket->get(), lines.data(), lines.size(), 0),
              static_cast<ssize_t>(lines.size()));
    ::shutdown(socket->get(), SHUT_WR);
    std::string received;
    std::array<char, 256> room;
    while (true) {
        const ssize_t count = ::recv(socket->get(), room.data(), room.size(), 0);
        if (count <= 0) break;
        received.append(room.data(), static_cast<std::size_t>(count));
    }
    EXPECT_EQ(received, "{\"ok\":true,\"count\":0}\n{\"ok\":true,\"count\":0}\n");
}

TEST_F(ControlSocketTest, outlives_callers_who_leave_while_they_are_answered) {
    for (const std::string line : {"{\"command\":\"long\"}\n", "{\"command\":\"count\"}\n", "{"}) {
        const auto socket = net::connect_unix(path_, net::Blocking::Yes);
        ASSERT_TRUE(socket.has_value());
        ASSERT_EQ(::send(socket->get(), line.data(), line.size(), 0),
                  static_cast<ssize_t>(line.size()));
    }
    EXPECT_TRUE(connect().ask(R"({"command":"count"})").has_value());
}

TEST_F(ControlSocketTest, has_room_for_a_few_callers_only) {
    std::vector<ControlClient> clients;
    for (std::uint32_t index = 0; index < ControlSocket::kLinksMax; ++index) {
        clients.push_back(connect());
        ASSERT_TRUE(is_served(clients.back()));
    }
    ControlClient refused = connect();
    EXPECT_FALSE(is_served(refused));
    EXPECT_TRUE(is_served(clients.front()));
    clients.pop_back();
    // The gateway may see the next one come before it sees the last one go, but not twice.
    ControlClient next = connect();
    if (is_served(next)) return;
    ControlClient after_next = connect();
    EXPECT_TRUE(is_served(after_next));
}

TEST_F(ControlSocketTest, ends_with_the_gateway) {
    ControlClient client = connect();
    ASSERT_TRUE(client.ask(R"({"command":"count"})").has_value());
    stop();
    EXPECT_FALSE(client.ask(R"({"command":"count"})").has_value());
}

TEST(ControlSocket, removes_its_file) {
    const TemporaryFolder folder;
    const std::string path = folder.file("control.sock");
    NoLog log;
    runtime::Runtime runtime{runtime::Runtime::Options{}, log};
    const ControlCommands commands;
    {
        ControlSocket socket{runtime.first_lane(), commands};
        ASSERT_TRUE(socket.open(path).has_value());
        EXPECT_TRUE(std::filesystem::exists(path));
        ControlSocket second{runtime.first_lane(), commands};
        EXPECT_FALSE(second.open(path).has_value());
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace kleber::control
