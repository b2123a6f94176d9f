#include "gateway/app/recorder_seat.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/app/control_place.hpp"
#include "gateway/recorder/number_in.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kClientId = "$recorder";
// What has come waits so long, or until it is so much, before it is written.
constexpr Duration kFlush = 60s;
constexpr std::size_t kBatchBytesMax = 64 << 10;
// What is too old goes, even if nothing comes.
constexpr Duration kLookAround = 1h;
// After trouble with the disk, and while the clock is not trusted.
constexpr Duration kTryAgain = 30s;
constexpr Duration kComeBack = 10s;
// Batches and questions that may wait for the disk, and bytes of messages.
constexpr std::size_t kWaitingMax = 64;
constexpr std::size_t kUnderWayBytesMax = 4 << 20;
constexpr std::uint32_t kCreditBytes = 1 << 20;

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

void tell(runtime::Lane& lane, const std::string& line) {
    lane.log().write(LogLevel::Warning, lane.now(), line);
}

}  // namespace

// The client, while there is something to listen to, and the seat's clock. Its session begins anew
// where other topics are wanted.
class RecorderSeat::Ear : public runtime::Participant {
  public:
    Ear(RecorderSeat& seat, port::Token token) : seat_(seat), lane_(seat.lane()), token_(token) {}

    void listen_to(std::vector<std::string> filters) {
        filters_ = std::move(filters);
        come_back_at_.reset();
        if (!is_attaching_) {
            detach();
            if (!filters_.empty()) attach();
        }
        set_deadline();
    }
    // The next writing comes then, unless one comes before.
    void flush_by(SteadyTime time) {
        if (flush_at_ && *flush_at_ <= time) return;
        flush_at_ = time;
        set_deadline();
    }
    void flushed() { flush_at_.reset(); }

    void on_reply(port::Reply&& reply) override {
        if (const auto* delivery = std::get_if<port::Deliver>(&reply.body)) {
            heard_bytes_ += delivery->message->weight_bytes();
            seat_.hear(*delivery);
            give_credit();
        } else if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
            client_ = attached->client;
            is_attaching_ = false;
            if (filters_.empty()) return detach();
            subscribe();
        } else if (const auto* subscribed = std::get_if<port::Subscribed>(&reply.body)) {
            if (subscribed->codes) look_at(*subscribed->codes);
        } else if (const auto* close = std::get_if<port::Close>(&reply.body)) {
            closed(close->reason);
        }
    }
    void on_deadline() override {
        const SteadyTime now = lane_.now().steady;
        if (come_back_at_ && *come_back_at_ <= now) attach();
        if (flush_at_ && *flush_at_ <= now) seat_.flush();
        set_deadline();
    }
    void on_stop() override {
        seat_.ear_ = nullptr;
        seat_.hand_over();
        detach();
        lane_.remove(token_);
    }

  private:
    void attach() {
        come_back_at_.reset();
        is_attaching_ = true;
        auto details = std::make_unique<port::Attach::Details>();
        details->client_id = kClientId;
        details->credit = {.slots = 0, .bytes = kCreditBytes};
        details->protocol = "inside";
        lane_.requests().push_back(port::Attach{token_, std::move(details)});
    }
    void detach() {
        if (client_ == port::ClientRef{}) return;
        lane_.requests().push_back(port::Detach{.client = client_});
        client_ = {};
        heard_bytes_ = 0;
    }
    // Kicked, or there are too many sessions. The log is told when that begins and when it ends.
    void closed(ReasonCode reason) {
        client_ = {};
        heard_bytes_ = 0;
        is_attaching_ = false;
        if (filters_.empty()) return;
        if (!std::exchange(is_away_, true)) {
            tell(lane_, "the recorder's session has ended (" + std::string{name_of(reason)} +
                            "); until it is back nothing is recorded");
        }
        come_back_at_ = lane_.now().steady + kComeBack;
        set_deadline();
    }
    void subscribe() {
        auto details = std::make_unique<port::Subscribe::Details>();
        for (const std::string& filter : filters_) {
            // What is retained was said some other time.
            details->filters.push_back(
                {.filter = filter,
                 .options = {.retain_as_published = true,
                             .retain_handling = port::RetainHandling::DoNotSend}});
        }
        lane_.requests().push_back(port::Subscribe{client_, {}, std::move(details)});
    }
    void look_at(const std::vector<ReasonCode>& codes) {
        if (std::exchange(is_away_, false)) tell(lane_, "the recorder's session is back");
        std::string refused;
        for (std::size_t number = 0; number < std::min(codes.size(), filters_.size()); ++number) {
            if (!is_error(codes[number])) continue;
            refused.append(refused.empty() ? "" : ", ").append(filters_[number]);
            refused.append(" (").append(name_of(codes[number])).append(")");
        }
        if (!refused.empty() && refused != refused_) {
            tell(lane_, "the broker refuses what the recorder is to listen to: " + refused);
        }
        refused_ = std::move(refused);
    }
    // In large portions: not a request a message.
    void give_credit() {
        if (heard_bytes_ < kCreditBytes / 4) return;
        lane_.requests().push_back(port::Credit{client_, {.slots = 0, .bytes = heard_bytes_}});
        heard_bytes_ = 0;
    }
    void set_deadline() {
        std::optional<SteadyTime> next = flush_at_;
        if (come_back_at_ && (!next || *come_back_at_ < *next)) next = come_back_at_;
        lane_.set_deadline(token_, next);
    }

    RecorderSeat& seat_;
    runtime::Lane& lane_;
    const port::Token token_;
    std::vector<std::string> filters_;
    port::ClientRef client_;
    bool is_attaching_ = false;
    bool is_away_ = false;  // as the log was told
    std::string refused_;   // the same
    std::uint32_t heard_bytes_ = 0;
    std::optional<SteadyTime> flush_at_;
    std::optional<SteadyTime> come_back_at_;
};

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
        if (const auto error = make_state_folder(state)) tell(lane(), *error);
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
        tell(lane(), std::to_string(count) +
                         " messages were not recorded: they came faster than the disk takes "
                         "them, or were larger than 4 MiB");
    }
    if (!ear_) return;
    ear_->flushed();
    ear_->flush_by(lane().now().steady + (is_given ? kLookAround : kTryAgain));
}

void RecorderSeat::report() {
    lane().post([this, news = recorder_->take_news(), state = recorder_->state(),
                 is_held_up = recorder_->is_held_up()] {
        for (const std::string& line : news) tell(lane(), line);
        last_state_ = state;
        if (is_held_up && ear_) ear_->flush_by(lane().now().steady + kTryAgain);
    });
}

}  // namespace kleber::app
