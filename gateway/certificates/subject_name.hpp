#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"

namespace kleber::certificates {

// What a server is called by those who connect to it: a name, or an address.
struct SubjectName {
    enum class Kind : std::uint8_t { Dns, Address };
    Kind kind = Kind::Dns;
    std::string text;  // in small letters; an address in its shortest form

    bool operator==(const SubjectName&) const = default;
};

// As somebody wrote it: "mqtt.home", "*.home", "192.168.1.5", "fd00::5". The error is a sentence.
Result<SubjectName, std::string> subject_name(std::string_view text);

}  // namespace kleber::certificates
