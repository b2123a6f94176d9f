#include "gateway/codec/mqtt/lists.hpp"

#include "gateway/codec/mqtt/wire_writer.hpp"

namespace kleber::codec::mqtt {

Subscription read_subscription(ByteReader& in) {
    Subscription subscription{.filter = as_text(in.binary())};
    const std::uint8_t options = in.u8();
    subscription.qos = static_cast<Qos>(options & 0x03);
    subscription.no_local = (options & 0x04) != 0;
    subscription.retain_as_published = (options & 0x08) != 0;
    subscription.retain_handling = static_cast<RetainHandling>(options >> 4 & 0x03);
    return subscription;
}

std::string_view read_filter(ByteReader& in) {
    return as_text(in.binary());
}

bool append_subscription(ByteBuffer& out, const Subscription& subscription) {
    if (!append_filter(out, subscription.filter)) return false;
    const auto options = static_cast<unsigned>(subscription.qos) |
                         (subscription.no_local ? 0x04U : 0U) |
                         (subscription.retain_as_published ? 0x08U : 0U) |
                         static_cast<unsigned>(subscription.retain_handling) << 4;
    out.u8(static_cast<std::uint8_t>(options));
    return true;
}

bool append_filter(ByteBuffer& out, std::string_view filter) {
    if (filter.size() > kTextMax) return false;
    out.text(filter);
    return true;
}

}  // namespace kleber::codec::mqtt
