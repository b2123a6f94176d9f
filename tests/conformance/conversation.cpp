#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {

std::string EveryVersion::connect_with(std::string_view flags) const {
    const std::string text{flags};
    switch (GetParam()) {
        case Version::V31:
            return "<MQIsdp> 03 " + text + " 00 00 ";
        case Version::V311:
            return "<MQTT> 04 " + text + " 00 00 ";
        case Version::V5:
            return "<MQTT> 05 " + text + " 00 00 00 ";
    }
    return {};
}

std::string version_name(const testing::TestParamInfo<Version>& info) {
    switch (info.param) {
        case Version::V31:
            return "V31";
        case Version::V311:
            return "V311";
        case Version::V5:
            return "V5";
    }
    return {};
}

mqtt::Connect lasting(bool clean_start) {
    return {.clean_start = clean_start, .session_expiry = 3600};
}

Properties& Properties::number(PropertyId id, std::uint32_t value) {
    mqtt::append_property(bytes_, id, value);
    return *this;
}

Properties& Properties::text(PropertyId id, std::string_view value) {
    EXPECT_TRUE(mqtt::append_property(bytes_, id, value));
    return *this;
}

Properties& Properties::user(std::string_view name, std::string_view value) {
    EXPECT_TRUE(mqtt::append_user_property(bytes_, name, value));
    return *this;
}

std::string text_of(const ReceivedMessage& message, PropertyId id) {
    const auto property = mqtt::find_property(message.properties, id);
    return property ? std::string{property->text()} : std::string{};
}

std::vector<std::pair<std::string, std::string>> user_properties_of(Bytes properties) {
    std::vector<std::pair<std::string, std::string>> all;
    mqtt::for_each_user_property(properties, [&](std::string_view name, std::string_view value) {
        all.emplace_back(name, value);
    });
    return all;
}

std::vector<std::string> payloads(const std::vector<ReceivedMessage>& messages) {
    std::vector<std::string> all;
    for (const ReceivedMessage& message : messages) all.push_back(message.payload);
    return all;
}

}  // namespace kleber::conformance
