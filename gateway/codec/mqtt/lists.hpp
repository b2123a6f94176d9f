#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/qos.hpp"

// The payloads of SUBSCRIBE and UNSUBSCRIBE stay in their wire form and are walked, so that a
// packet of 10,000 filters costs no memory beyond its own bytes.
namespace kleber::codec::mqtt {

enum class RetainHandling : std::uint8_t { Send, SendIfNew, DoNotSend };

struct Subscription {
    std::string_view filter{};
    Qos qos = Qos::AtMostOnce;
    bool no_local = false;
    bool retain_as_published = false;
    RetainHandling retain_handling = RetainHandling::Send;
};

// A view of entries in wire form. Holds only bytes that were decoded or appended by the functions
// below: walking does not check again. An end iterator is where the bytes end.
template <typename Entry, Entry (*read)(ByteReader&)>
class WireList {
  public:
    class Iterator {
      public:
        explicit Iterator(Bytes bytes) : rest_(bytes) {}
        Entry operator*() const {
            ByteReader in{rest_};
            return read(in);
        }
        Iterator& operator++() {
            ByteReader in{rest_};
            read(in);
            rest_ = in.rest();
            return *this;
        }
        bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

      private:
        Bytes rest_;
    };

    WireList() = default;
    explicit WireList(Bytes bytes) : bytes_(bytes) {}

    Iterator begin() const { return Iterator{bytes_}; }
    Iterator end() const { return Iterator{bytes_.last(0)}; }
    bool empty() const { return bytes_.empty(); }
    std::size_t count() const {
        std::size_t entries = 0;
        for (Iterator at = begin(); at != end(); ++at) ++entries;
        return entries;
    }
    Bytes bytes() const { return bytes_; }

  private:
    Bytes bytes_{};
};

Subscription read_subscription(ByteReader& in);
std::string_view read_filter(ByteReader& in);

using SubscriptionList = WireList<Subscription, read_subscription>;
using FilterList = WireList<std::string_view, read_filter>;

// Make the wire form, to be viewed by a SubscriptionList or FilterList. False, and nothing is
// appended, if the filter is longer than the 65,535 bytes that the wire can say.
[[nodiscard]] bool append_subscription(ByteBuffer& out, const Subscription& subscription);
[[nodiscard]] bool append_filter(ByteBuffer& out, std::string_view filter);

}  // namespace kleber::codec::mqtt
