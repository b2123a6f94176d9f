#include "tests/soak/residents.hpp"

namespace kleber::soak {
namespace {

constexpr std::uint32_t kNever = 0xFFFF'FFFF;
constexpr std::uint32_t kVisitorExpiry = 20 * 60;
constexpr std::uint32_t kPhoneExpiry = 30 * 60;
constexpr std::uint32_t kAlarmExpiry = 5 * 60;
// How many are there at a time; the first of them goes when the next comes.
constexpr std::size_t kVisitorsMax = 3;

}  // namespace

Residents::Residents(Bug bug, std::uint64_t seed)
    : bug_(bug), random_(seed), logger_("logger", kNever), station_("station", kNever) {
    for (std::size_t number = 0; number < kSensors; ++number) {
        sensors_.emplace_back("sensor-" + std::to_string(number), kNever);
    }
    const std::uint32_t expiry = bug == Bug::KeepsSessions ? kNever : kPhoneExpiry;
    for (std::size_t number = 0; number < kPhones; ++number) {
        phones_.push_back({Device{"phone-" + std::to_string(number), expiry}, 0});
    }
}

void Residents::move_in(support::World& world) {
    for (Device& sensor : sensors_) sensor.connect(world);
    logger_.connect(world);
    logger_.subscribe("home/#", Qos::ExactlyOnce);
    station_.connect(world);
    station_.subscribe("home/visitor/+/hello", Qos::AtLeastOnce);
    station_.subscribe("$share/guests/home/parcel", Qos::AtLeastOnce);
}

void Residents::measure(std::uint64_t step) {
    for (std::size_t number = 0; number < kSensors; ++number) {
        if ((step + number) % 2 != 0) continue;
        const std::string topic = "home/sensor/" + std::to_string(number);
        const std::string payload = std::to_string(random_.below(1000));
        sensors_[number].publish({.topic = topic, .payload = payload, .retain = true});
    }
}

void Residents::live(support::World& world, std::uint64_t step) {
    measure(step);
    if (step % 4 == 0) {
        station_.publish({.topic = "home/alarm",
                          .payload = "something happened",
                          .qos = Qos::ExactlyOnce,
                          .expiry_seconds = kAlarmExpiry});
        const std::string topic = "home/news/" + std::to_string(++news_count_);
        station_.publish({.topic = topic,
                          .payload = std::string(100 + random_.below(400), 'n'),
                          .retain = true,
                          .expiry_seconds = kNewsExpiry});
        station_.publish({.topic = "home/parcel", .payload = "a parcel"});
    }
    see_visitors(world, step);
    see_phones(world, step);
}

// Each comes once, and its session expires after it.
void Residents::see_visitors(support::World& world, std::uint64_t step) {
    if (step % 2 != 0) return;
    const std::string id = "visitor-" + std::to_string(++visitor_count_);
    Device& visitor =
        visitors_.emplace_back(id, bug_ == Bug::KeepsSessions ? kNever : kVisitorExpiry);
    visitor.connect(world, "home/gone");
    visitor.subscribe("home/alarm", Qos::ExactlyOnce);
    visitor.subscribe("home/visitor/" + id + "/#", Qos::AtLeastOnce);
    visitor.subscribe("$share/guests/home/parcel", Qos::AtLeastOnce);
    visitor.publish(
        {.topic = "home/visitor/" + id + "/hello", .payload = "hello", .qos = Qos::ExactlyOnce});
    if (bug_ == Bug::LeaksMemory) leak_.emplace_back(300, 'x');
    if (visitors_.size() <= kVisitorsMax) return;
    // In the middle of a QoS 2 publish, which it never finishes.
    visitors_.front().publish(
        {.topic = "home/visitor/bye", .payload = "bye", .qos = Qos::ExactlyOnce});
    world.settle();
    visitors_.front().drop();
    visitors_.pop_front();
}

// They come back, sometimes too late.
void Residents::see_phones(support::World& world, std::uint64_t step) {
    for (Phone& phone : phones_) {
        if (phone.changes_at > step) continue;
        if (phone.device.has_link()) {
            phone.device.drop();
            phone.changes_at = step + 8 + random_.below(300);
            continue;
        }
        phone.device.connect(world, "home/gone");
        // As programs do, whether or not the session was there.
        phone.device.subscribe("home/alarm", Qos::AtLeastOnce);
        phone.device.subscribe("home/gone", Qos::ExactlyOnce);
        phone.changes_at = step + 4 + random_.below(40);
    }
}

void Residents::leave() {
    visitors_.clear();
    for (Phone& phone : phones_) phone.device.drop();
}

void Residents::hear() {
    for (Device& sensor : sensors_) sensor.hear();
    logger_.hear();
    station_.hear();
    for (Phone& phone : phones_) phone.device.hear();
    for (Device& visitor : visitors_) visitor.hear();
}

}  // namespace kleber::soak
