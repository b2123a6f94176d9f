// A day of a home in a minute; see README.md.

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/soak/home.hpp"

namespace kleber::soak {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKiB = 1024;
// What the day may add: to a quiet home, for capacities that a crowd left, and to each hour, for
// as many as happen to be there.
constexpr std::uint64_t kHeapAddedMax = 64 * kKiB;
constexpr std::uint64_t kFileAddedMax = 64 * kKiB;
constexpr std::uint64_t kHourlyPercentMax = 130;
// It is folded every 30 s.
constexpr std::uint64_t kJournalMax = 256 * kKiB;

struct Options {
    std::uint32_t hours = 24;
    std::uint64_t seed = 1;
    bool plants_bugs = false;
};

class Folder {
  public:
    Folder() {
        path_ = std::filesystem::temp_directory_path() / "soakXXXXXX";
        if (!::mkdtemp(path_.data())) throw std::runtime_error{"no temporary folder"};
    }
    ~Folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

void print(const std::string& when, const Home::Figures& figures) {
    std::cout << std::left << std::setw(10) << when << std::right << std::setw(9)
              << figures.kept.sessions << std::setw(14) << figures.kept.subscriptions
              << std::setw(11) << figures.kept.deliveries << std::setw(9) << figures.kept.messages
              << std::setw(8) << figures.kept.inbound << std::setw(9) << figures.kept.retained
              << std::setw(9) << figures.kept.memories << std::setw(9) << figures.heap_bytes / kKiB
              << std::setw(9) << figures.file_bytes / kKiB << '\n';
}

void must_not_exceed(const std::string& what, std::uint64_t value, std::uint64_t limit) {
    if (value <= limit) return;
    throw std::runtime_error{what + ": " + std::to_string(value) + ", more than " +
                             std::to_string(limit)};
}

void must_be(const std::string& what, std::uint64_t value, std::uint64_t expected) {
    if (value == expected) return;
    throw std::runtime_error{what + " in a quiet home: " + std::to_string(value) + ", not " +
                             std::to_string(expected)};
}

// Nobody is there but those who live there, and nothing waits.
void check_quiet(const Home::Figures& figures) {
    must_be("sessions", figures.kept.sessions, Residents::kQuietSessions + 1);  // and the rule's
    must_be("subscriptions", figures.kept.subscriptions, Residents::kQuietSubscriptions);
    must_be("deliveries", figures.kept.deliveries, 0);
    must_be("messages", figures.kept.messages, 0);
    must_be("open QoS 2 publishes", figures.kept.inbound, 0);
    must_be("retained messages", figures.kept.retained, Residents::kQuietRetained);
}

// A day without one of these was none.
void check_busy(const port::BrokerStatistics& broker) {
    const auto expired = static_cast<std::size_t>(port::DropReason::Expired);
    for (const std::uint64_t count : {broker.sessions_expired, broker.resumes,
                                      broker.wills_published, broker.dropped[expired]}) {
        if (count == 0) throw std::runtime_error{"something never happened"};
    }
    std::cout << broker.messages_published << " messages published, " << broker.messages_delivered
              << " delivered, " << broker.dropped[expired] << " expired before; "
              << broker.sessions_expired << " sessions expired, " << broker.resumes << " resumed, "
              << broker.wills_published << " wills\n";
}

// Throws where the day leaves something behind.
void run(const Options& options, Bug bug) {
    const Folder folder;
    Home home{folder.path(), bug, options.seed};
    std::cout << "            sessions subscriptions deliveries messages inbound retained memories"
                 " heap KiB file KiB\n";
    home.live(3h);
    const Home::Figures busy = home.look();
    print("warm", busy);
    home.calm_down();
    const Home::Figures before = home.look();
    print("quiet", before);
    check_quiet(before);
    for (std::uint32_t hour = 1; hour <= options.hours; ++hour) {
        home.live(1h);
        const Home::Figures figures = home.look();
        print("hour " + std::to_string(hour), figures);
        must_not_exceed("bytes of the journal", figures.journal_bytes, kJournalMax);
        must_not_exceed("bytes of heap", figures.heap_bytes,
                        busy.heap_bytes * kHourlyPercentMax / 100);
        must_not_exceed("bytes of the file", figures.file_bytes,
                        busy.file_bytes * kHourlyPercentMax / 100);
    }
    home.calm_down();
    const Home::Figures after = home.look();
    print("quiet", after);
    check_quiet(after);
    must_not_exceed("bytes of heap", after.heap_bytes, before.heap_bytes + kHeapAddedMax);
    must_not_exceed("bytes of the file", after.file_bytes, before.file_bytes + kFileAddedMax);
    check_busy(after.broker);
}

bool passes(const Options& options, Bug bug) {
    try {
        run(options, bug);
    } catch (const std::runtime_error& error) {
        std::cout << error.what() << '\n';
        return false;
    }
    return true;
}

int find_planted_bugs(const Options& options) {
    int missed = 0;
    for (std::size_t bug = 1; bug < kBugNames.size(); ++bug) {
        std::cout << "-- " << kBugNames[bug] << '\n';
        if (!passes(options, static_cast<Bug>(bug))) continue;
        std::cout << "NOT FOUND\n";
        ++missed;
    }
    return missed == 0 ? 0 : 1;
}

template <typename Number>
bool parse(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int at = 1; at < argc; ++at) {
        const std::string_view name = argv[at];
        const std::string_view value = at + 1 < argc ? argv[at + 1] : "";
        if (name == "--planted-bugs") {
            options.plants_bugs = true;
        } else if ((name == "--hours" && parse(value, options.hours)) ||
                   (name == "--seed" && parse(value, options.seed))) {
            ++at;
        } else {
            std::cerr << "usage: soak [--hours COUNT] [--seed SEED] [--planted-bugs]\n";
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace
}  // namespace kleber::soak

int main(int argc, char** argv) {
    const auto options = kleber::soak::parse(argc, argv);
    if (!options) return 2;
    if (options->plants_bugs) return kleber::soak::find_planted_bugs(*options);
    return kleber::soak::passes(*options, kleber::soak::Bug::None) ? 0 : 1;
}
