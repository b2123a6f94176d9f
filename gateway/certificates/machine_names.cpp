#include "gateway/certificates/machine_names.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <set>

namespace kleber::certificates {
namespace {

constexpr unsigned kTemporary = 0x01;  // IFA_F_TEMPORARY of <linux/if_addr.h>

struct FreeAddresses {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

// What this machine calls itself; empty if that is no name.
std::string host_name() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    const auto found = subject_name(name.data());
    const bool is_name = found && found->kind == SubjectName::Kind::Dns;
    return is_name && !found->text.starts_with('*') ? found->text : std::string{};
}

// Bytes in hexadecimal, as the kernel writes them. getifaddrs() does not tell of flags.
std::set<std::string> temporary_addresses() {
    std::set<std::string> found;
    std::ifstream list{"/proc/net/if_inet6"};
    std::string line;
    while (std::getline(list, line)) {
        std::array<char, 33> bytes{};
        unsigned flags = 0;
        if (std::sscanf(line.c_str(), "%32s %*x %*x %*x %x", bytes.data(), &flags) == 2 &&
            (flags & kTemporary) != 0) {
            found.insert(bytes.data());
        }
    }
    return found;
}

std::string hexadecimal(const in6_addr& address) {
    std::string text;
    for (const unsigned char byte : address.s6_addr) {
        std::array<char, 3> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", unsigned{byte});
        text += digits.data();
    }
    return text;
}

std::optional<std::string> useful_address(const sockaddr& address,
                                          const std::set<std::string>& temporary) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.sa_family == AF_INET) {
        sockaddr_in there{};
        std::memcpy(&there, &address, sizeof there);
        const std::uint32_t number = ntohl(there.sin_addr.s_addr);
        if (number >> 16 == 0xA9FE) return std::nullopt;  // 169.254.0.0/16
        ::inet_ntop(AF_INET, &there.sin_addr, text.data(), text.size());
        return text.data();
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 there{};
        std::memcpy(&there, &address, sizeof there);
        if (IN6_IS_ADDR_LINKLOCAL(&there.sin6_addr)) return std::nullopt;
        if (temporary.contains(hexadecimal(there.sin6_addr))) return std::nullopt;
        ::inet_ntop(AF_INET6, &there.sin6_addr, text.data(), text.size());
        return text.data();
    }
    return std::nullopt;
}

}  // namespace

std::string host_label() {
    const std::string name = host_name();
    return name.empty() ? "kleber" : name.substr(0, name.find('.'));
}

std::vector<SubjectName> machine_names() {
    std::vector<SubjectName> names;
    const auto add = [&](SubjectName::Kind kind, const std::string& text) {
        const SubjectName name{kind, text};
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    const std::string name = host_name();
    if (!name.empty()) {
        const std::string label = host_label();
        add(SubjectName::Kind::Dns, name);
        add(SubjectName::Kind::Dns, label);
        if (label != "localhost") add(SubjectName::Kind::Dns, label + ".local");
    }
    add(SubjectName::Kind::Dns, "localhost");

    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) list = nullptr;
    const std::unique_ptr<ifaddrs, FreeAddresses> addresses{list};
    const std::set<std::string> temporary = temporary_addresses();
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const unsigned flags = entry->ifa_flags;
        if (!entry->ifa_addr || (flags & IFF_UP) == 0 || (flags & IFF_LOOPBACK) != 0) continue;
        if (const auto address = useful_address(*entry->ifa_addr, temporary)) {
            add(SubjectName::Kind::Address, *address);
        }
    }
    add(SubjectName::Kind::Address, "127.0.0.1");
    add(SubjectName::Kind::Address, "::1");
    return names;
}

}  // namespace kleber::certificates
