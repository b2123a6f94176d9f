#include "tests/support/crash_folder.hpp"

#include <set>

namespace kleber::support {
namespace {

std::string_view folder_of(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

void carry_out(const std::vector<std::pair<std::string, CrashFolder::File>>& change,
               CrashFolder::Names& to) {
    for (const auto& [name, file] : change) {
        if (file) {
            to[name] = file;
        } else {
            to.erase(name);
        }
    }
}

}  // namespace

CrashFolder::File CrashFolder::find(std::string_view name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

void CrashFolder::make(Change change) {
    carry_out(change, names_);
    unsynced_.push_back(std::move(change));
}

void CrashFolder::put(const std::string& name, File file) {
    make({{name, std::move(file)}});
}

void CrashFolder::remove(const std::string& name) {
    make({{name, nullptr}});
}

void CrashFolder::rename(const std::string& from, const std::string& to) {
    make({{from, nullptr}, {to, find(from)}});
}

void CrashFolder::sync(std::string_view name) {
    std::erase_if(unsynced_, [&](const Change& change) {
        if (folder_of(change.back().first) != folder_of(name)) return false;
        carry_out(change, synced_);
        return true;
    });
}

void CrashFolder::cut_power(sim::Random& random) {
    const std::uint32_t percent = random.below(101);
    std::set<std::string_view> undone;
    for (const Change& change : unsynced_) {
        bool happened = random.chance(percent);
        for (const auto& [name, file] : change) happened = happened && !undone.contains(name);
        if (happened) {
            carry_out(change, synced_);
        } else {
            for (const auto& [name, file] : change) undone.insert(name);
        }
    }
    unsynced_.clear();
    names_ = synced_;
    for (const auto& [name, file] : names_) file->cut_power(random);
}

}  // namespace kleber::support
