#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/control/control_session.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::control {

// A socket with one caller of the gateway behind it.
class ControlLink : public runtime::Participant {
  public:
    // How long a caller may be silent, or take to read an answer. A command takes as long as it
    // takes.
    static constexpr Duration kIdleMax = std::chrono::seconds{60};

    // `open_count` counts this link until it is closed.
    ControlLink(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                const ControlCommands& commands, std::uint32_t& open_count);

    // Once it is a participant of its lane.
    void start() { renew_deadline(); }

    void on_ready(std::uint32_t events) override;
    void on_reply(port::Reply&& reply) override;
    void on_deadline() override { close(); }
    void on_stop() override { close(); }

  private:
    ControlSession::Turn turn() { return {lane_.now(), lane_.requests(), out_, later_}; }
    AnswerLater answer_later();
    void read();
    // What follows from what was received or answered.
    void settle();
    // False if the caller takes no more for now, or is gone.
    bool write();
    void watch_for(std::uint32_t events);
    void take_answer(const LateAnswer& answer);
    void renew_deadline() { lane_.set_deadline(token_, lane_.now().steady + kIdleMax); }
    void close();

    runtime::Lane& lane_;
    const port::Token token_;
    runtime::FileDescriptor socket_;
    std::uint32_t& open_count_;
    // Answers that come later find the link here, until it is closed.
    std::shared_ptr<ControlLink*> self_;
    const AnswerLater later_;
    ControlSession session_;
    std::string out_;
    std::shared_ptr<runtime::FileDescriptor> file_;  // goes with the next bytes
    std::uint32_t watched_;
    bool has_caller_finished_ = false;  // it sends no more, but may still read
};

}  // namespace kleber::control
