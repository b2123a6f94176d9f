#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/app/command_pub.hpp"
#include "gateway/app/command_sub.hpp"
#include "gateway/app/streams.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {

// Both ends of a pipe.
class Pipe {
  public:
    Pipe();
    int read_end() const { return read_end_.get(); }
    int write_end() const { return write_end_.get(); }
    void write(std::string_view text);
    void close_read_end() { read_end_.reset(); }
    void close_write_end() { write_end_.reset(); }
    // Waits until all of this has come; returns what came.
    std::string read_until(std::string_view end);
    std::string read_all();

  private:
    bool read_more();

    runtime::FileDescriptor read_end_;
    runtime::FileDescriptor write_end_;
    std::string unread_;
};

struct Outcome {
    int status = -1;
    std::string out;
    std::string error;
};

// Runs a command here until its end. What it prints must fit a pipe.
Outcome run_pub(const PubOptions& options, std::string_view input = {});
Outcome run_sub(const SubOptions& options);

// `kleber sub` on a thread of its own, to be ended by what it waits for.
class SubOnThread {
  public:
    explicit SubOnThread(SubOptions options);
    ~SubOnThread();
    Pipe& out() { return out_; }
    Pipe& error() { return error_; }
    void interrupt();
    // Waits for its end.
    int status();

  private:
    Pipe out_;
    Pipe error_;
    const SubOptions options_;
    int status_ = -1;
    std::thread thread_;
};

}  // namespace kleber::app
