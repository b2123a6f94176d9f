#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::bench {

class LoadClient;

// Who waits for many clients on one thread.
class LoadPoll {
  public:
    LoadPoll();

    // Waits until something happens, at most that long; then everybody has read and written.
    void turn(std::chrono::nanoseconds longest);
    // Turns until the condition holds; throws if that takes longer.
    void turn_until(const std::function<bool()>& condition, std::chrono::seconds longest);
    // Turns that long.
    void turn_for(std::chrono::duration<double> time);

    // For clients. `operation`: as epoll_ctl() has it.
    void watch(LoadClient& client, std::uint32_t events, int operation);
    // Not while a turn is under way.
    void remove(LoadClient& client);
    // It has something to send.
    void touch(LoadClient& client);
    // Where they read into.
    std::span<std::uint8_t> room() { return room_; }

  private:
    void flush();

    runtime::FileDescriptor epoll_;
    std::vector<LoadClient*> dirty_;
    std::vector<std::uint8_t> room_;
};

}  // namespace kleber::bench
