#include "gateway/app/file_watch.hpp"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

namespace kleber::app {
namespace {

constexpr Duration kLeftAlone = std::chrono::seconds{1};
// Folders, not files: who replaces a file renames another one over it, or sets a link.
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE;
// Nothing more will be told of a folder, or something was not.
constexpr std::uint32_t kLost = IN_IGNORED | IN_Q_OVERFLOW;
constexpr std::size_t kRoom = 4096;

}  // namespace

FileWatch::FileWatch(runtime::Lane& lane, port::Token token, std::function<void()> on_change)
    : lane_(lane), token_(token), on_change_(std::move(on_change)) {}

void FileWatch::set_files(const std::vector<std::string>& files) {
    stop_watching();
    names_.clear();
    if (files.empty()) return;
    events_ = runtime::FileDescriptor{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (!events_.is_open()) return;
    std::set<std::string> folders;
    for (const std::string& file : files) {
        const std::filesystem::path path{file};
        names_.insert(path.filename().string());
        folders.insert(path.has_parent_path() ? path.parent_path().string() : ".");
    }
    for (const std::string& folder : folders) {
        ::inotify_add_watch(events_.get(), folder.c_str(), kEvents);
    }
    lane_.watch(events_.get(), token_, EPOLLIN);
}

void FileWatch::on_ready(std::uint32_t) {
    alignas(inotify_event) std::array<char, kRoom> room;
    bool has_changed = false;
    while (true) {
        const ssize_t size = ::read(events_.get(), room.data(), room.size());
        if (size <= 0) break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, room.data() + at, sizeof event);
            // The name is filled up with zeros.
            const char* name = room.data() + at + sizeof event;
            has_changed = has_changed || (event.mask & kLost) != 0 ||
                          (event.len > 0 && names_.contains(std::string_view{name}));
            at += sizeof event + event.len;
        }
    }
    if (has_changed) lane_.set_deadline(token_, lane_.now().steady + kLeftAlone);
}

void FileWatch::on_stop() {
    stop_watching();
    lane_.remove(token_);
}

void FileWatch::stop_watching() {
    if (!events_.is_open()) return;
    lane_.unwatch(events_.get());
    events_.reset();
}

}  // namespace kleber::app
