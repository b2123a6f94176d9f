#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/recorder/recorder.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/runtime/worker.hpp"

namespace kleber::app {

// The recorder's place in the gateway: a client of the broker, `$recorder`, that takes what is to
// be recorded at QoS 0, and a thread on which the file is written. The broker never waits for it;
// what comes faster than the disk takes it is dropped, and the log says so.
class RecorderSeat {
  public:
    explicit RecorderSeat(runtime::Runtime& runtime) : runtime_(runtime) {}
    ~RecorderSeat();

    // Begins, changes or ends what is recorded; what is in the file can still be asked for, and
    // goes when it is too old. Before the runtime runs, or on the first lane's thread.
    void apply(const config::Config& config);

    // Calls it with the recorder, on the recorder's thread, when all is there that has come up to
    // now. False, and nothing happens: nothing is recorded, or too much waits. On the first lane's
    // thread.
    bool ask(std::function<void(recorder::Recorder&)> question);
    bool is_open() const { return recorder_ != nullptr; }

    // As it was when something was last written or asked for; none: nothing is kept.
    struct Report {
        recorder::RecorderState state;
        std::uint64_t dropped_count = 0;  // messages that never came to the recorder
    };
    std::optional<Report> last_report() const;

    runtime::Lane& lane() { return runtime_.first_lane(); }

  private:
    class Ear;

    void open(const std::string& path, const recorder::Wanted& wanted);
    void hear(const port::Deliver& delivery);
    void hand_over();
    void flush();
    void pass_on_wanted();
    void tell(const std::string& line);
    // On the worker's thread: tells the lane how it went.
    void report();

    runtime::Runtime& runtime_;
    recorder::Wanted wanted_;
    bool is_wanted_passed_on_ = true;  // to the recorder
    Ear* ear_ = nullptr;               // the lane owns it
    recorder::Batch batch_;
    std::atomic<std::size_t> under_way_bytes_ = 0;  // handed over, and not yet taken
    std::uint64_t dropped_count_ = 0;
    std::uint64_t told_dropped_count_ = 0;
    recorder::RecorderState last_state_;
    // Touched by the worker alone, once it is there; so it goes after it.
    std::unique_ptr<recorder::Recorder> recorder_;
    std::unique_ptr<runtime::Worker> worker_;
};

}  // namespace kleber::app
