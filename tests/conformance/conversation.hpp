#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/codec/mqtt/properties.hpp"
#include "tests/support/test_client.hpp"
#include "tests/support/world.hpp"

namespace kleber::conformance {

namespace mqtt = codec::mqtt;
using codec::mqtt::PacketType;
using codec::mqtt::PropertyId;
using codec::mqtt::Subscription;
using connection::MqttPolicy;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::PublishOptions;
using support::ReceivedMessage;
using support::TestClient;
using support::World;
using Version = codec::mqtt::ProtocolVersion;

inline constexpr Qos kQos0 = Qos::AtMostOnce;
inline constexpr Qos kQos1 = Qos::AtLeastOnce;
inline constexpr Qos kQos2 = Qos::ExactlyOnce;

// A broker and clients that talk with it, in memory.
class Conversation : public testing::Test {
  protected:
    // A client that is not yet connected.
    TestClient& client(Version version, std::string id, const MqttPolicy* policy = nullptr) {
        clients_.push_back(std::make_unique<TestClient>(world, version, std::move(id), policy));
        return *clients_.back();
    }
    // One that is.
    TestClient& join(Version version, std::string id, const mqtt::Connect& connect = {},
                     support::Where where = {}) {
        TestClient& made = client(version, std::move(id));
        made.connect(connect, where);
        return made;
    }

    World world;

  private:
    std::vector<std::unique_ptr<TestClient>> clients_;
};

// What holds in every version.
class EveryVersion : public Conversation, public testing::WithParamInterface<Version> {
  protected:
    TestClient& client(std::string id, const MqttPolicy* policy = nullptr) {
        return Conversation::client(GetParam(), std::move(id), policy);
    }
    TestClient& join(std::string id, const mqtt::Connect& connect = {}, support::Where where = {}) {
        return Conversation::join(GetParam(), std::move(id), connect, where);
    }
    bool is_v5() const { return GetParam() == Version::V5; }
    bool is_v31() const { return GetParam() == Version::V31; }
    // No properties, in the notation of wire(): nothing before MQTT 5.
    std::string none() const { return is_v5() ? " 00 " : " "; }
    // A CONNECT of this version up to its flags, keep alive 0, and no properties.
    std::string connect_with(std::string_view flags) const;
};

inline const auto kEveryVersion = testing::Values(Version::V31, Version::V311, Version::V5);
inline const auto kSince311 = testing::Values(Version::V311, Version::V5);
inline const auto kBefore5 = testing::Values(Version::V31, Version::V311);
std::string version_name(const testing::TestParamInfo<Version>& info);

// A session that is kept: not clean, and in MQTT 5 for an hour.
mqtt::Connect lasting(bool clean_start = false);

// A property section of MQTT 5.
class Properties {
  public:
    Properties& number(PropertyId id, std::uint32_t value);
    Properties& text(PropertyId id, std::string_view value);
    Properties& user(std::string_view name, std::string_view value);
    // NOLINTNEXTLINE(google-explicit-constructor): is what packets take
    operator Bytes() const { return bytes_.bytes(); }

  private:
    ByteBuffer bytes_;
};

// The text of a property of a received message; empty if there is none.
std::string text_of(const ReceivedMessage& message, PropertyId id);
std::vector<std::pair<std::string, std::string>> user_properties_of(Bytes properties);

std::vector<std::string> payloads(const std::vector<ReceivedMessage>& messages);

}  // namespace kleber::conformance
