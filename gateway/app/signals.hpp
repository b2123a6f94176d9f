#pragma once

#include <functional>

#include "gateway/base/result.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::app {

// SIGINT and SIGTERM stop, SIGHUP reloads: as events of a lane, never inside a handler.
class Signals : public runtime::Participant {
  public:
    // To be called before the first thread is started, so that all of them inherit it.
    static void block();

    Signals(runtime::Lane& lane, port::Token token, std::function<void()> on_stop_wanted,
            std::function<void()> on_reload_wanted);

    void on_ready(std::uint32_t events) override;
    void on_stop() override;

  private:
    runtime::Lane& lane_;
    const port::Token token_;
    runtime::FileDescriptor signals_;
    std::function<void()> on_stop_wanted_;
    std::function<void()> on_reload_wanted_;
};

}  // namespace kleber::app
