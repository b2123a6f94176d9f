#include "gateway/app/recorder_seat.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "gateway/app/control_place.hpp"
#include "gateway/app/recorder_ear.hpp"
#include "gateway/recorder/number_in.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

// What has come waits so long, or until it is so much, before it is written.
constexpr Duration kFlush = 60s;
constexpr std::size_t kBatchBytesMax = 64 << 10;
// What is too old goes, even if nothing comes.
constexpr Duration kLookAround = 1h;
// After trouble with the disk, and while the clock is not trusted.
constexpr Duration kTryAgain = 30s;
// Batches and questions that may wait for the disk, and bytes of messages.
constexpr std::size_t kWaitingMax = 64;
constexpr std::size_t kUnderWayBytesMax = 4 << 20;

recorder::Wanted wanted_of(const config::Config& config) {
    return {.history = config.history.topics,
            .recording = config.recording.topics,
            .recording_keep = config.recording.keep,
            .recording_bytes = config.recording.size_bytes};
}

// All filters, each once.
std::vector<std::string> filters_of(const recorder::Wanted& wanted) {
    std::vector<std::string> filters = wanted.history;
    filters.insert(filters.end(), wanted.recording.begin(), wanted.recording.end());
    std::sort(filters.begin(), filters.end());
    filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
    return filters;
}

}  // namespace

RecorderSeat::~RecorderSeat() {
    worker_.reset();
    if (recorder_) recorder_->flush(runtime::read_clock());
}

void RecorderSeat::apply(const config::Config& config) {
    recorder::Wanted wanted = wanted_of(config);
    if (recorder_ && wanted == wanted_) return;
    if (!recorder_) {
        const std::string& state = config.gateway.state;
        const std::string path = state + "/recorder.db";
        // What is there from earlier days can be asked for, and goes when it is too old.
        std::error_code ignored;
        if (!wanted.is_anything() && !std::filesystem::exists(path, ignored)) return;
        if (const auto error = make_state_folder(state)) tell(*error);
        open(path, wanted);
    } else {
        hand_over();
        is_wanted_passed_on_ = false;
    }
    const bool has_other_topics = filters_of(wanted) != filters_of(wanted_);
    wanted_ = std::move(wanted);
    pass_on_wanted();
    if (ear_ && has_other_topics) ear_->listen_to(filters_of(wanted_));
    // Opens the file, and tells at once what is wrong with it.
    flush();
}

void RecorderSeat::open(const std::string& path, const recorder::Wanted& wanted) {
    recorder_ = std::make_unique<recorder::Recorder>(path, wanted);
    worker_ = std::make_unique<runtime::Worker>(kWaitingMax);
    const port::Token token = lane().next_token();
    auto ear = std::make_unique<Ear>(*this, token);
    ear_ = ear.get();
    lane().add(std::move(ear));
}

// Where too much waits for the disk, with the next writing.
void RecorderSeat::pass_on_wanted() {
    if (is_wanted_passed_on_) return;
    is_wanted_passed_on_ =
        worker_->give([this, wanted = wanted_] { recorder_->set_wanted(wanted); });
}

bool RecorderSeat::ask(std::function<void(recorder::Recorder&)> question) {
    if (!recorder_) return false;
    hand_over();
    return worker_->give([this, question = std::move(question)] {
        question(*recorder_);
        report();
    });
}

std::optional<RecorderSeat::Report> RecorderSeat::last_report() const {
    if (!recorder_) return std::nullopt;
    return Report{last_state_, dropped_count_};
}

void RecorderSeat::hear(const port::Deliver& delivery) {
    const port::Message& message = *delivery.message;
    Bytes payload = message.payload();
    // Where nothing is recorded, what is too long for a number need not be carried over.
    if (wanted_.recording.empty()) {
        payload = payload.first(std::min(payload.size(), recorder::kNumberBytesMax + 1));
    }
    const SteadyTime now = lane().now().steady;
    if (ear_) ear_->flush_by(now + kFlush);
    if (batch_.size_bytes() + under_way_bytes_ + payload.size() > kUnderWayBytesMax) {
        ++dropped_count_;
        return;
    }
    batch_.add({now, message.topic(), payload, message.qos(), delivery.retain});
    if (batch_.size_bytes() >= kBatchBytesMax) hand_over();
}

void RecorderSeat::hand_over() {
    if (batch_.is_empty()) return;
    const std::uint64_t count = batch_.message_count();
    const std::size_t bytes = batch_.size_bytes();
    auto batch = std::make_shared<recorder::Batch>(std::move(batch_));
    batch_.clear();
    under_way_bytes_ += bytes;
    const bool is_given = worker_->give([this, batch, bytes] {
        recorder_->take(*batch);
        batch->clear();
        under_way_bytes_ -= bytes;
        if (!recorder_->is_full()) return;
        recorder_->flush(runtime::read_clock());
        report();
    });
    if (is_given) return;
    under_way_bytes_ -= bytes;
    dropped_count_ += count;
}

void RecorderSeat::flush() {
    hand_over();
    pass_on_wanted();
    const bool is_given = worker_->give([this] {
        recorder_->flush(runtime::read_clock());
        report();
    });
    if (const auto count = dropped_count_ - std::exchange(told_dropped_count_, dropped_count_)) {
        tell(std::to_string(count) +
             " messages were not recorded: they came faster than the disk takes "
             "them, or were larger than 4 MiB");
    }
    if (!ear_) return;
    ear_->flushed();
    ear_->flush_by(lane().now().steady + (is_given ? kLookAround : kTryAgain));
}

void RecorderSeat::tell(const std::string& line) {
    lane().log().write(LogLevel::Warning, lane().now(), line);
}

void RecorderSeat::report() {
    lane().post([this, news = recorder_->take_news(), state = recorder_->state(),
                 is_held_up = recorder_->is_held_up()] {
        for (const std::string& line : news) tell(line);
        last_state_ = state;
        if (is_held_up && ear_) ear_->flush_by(lane().now().steady + kTryAgain);
    });
}

}  // namespace kleber::app
