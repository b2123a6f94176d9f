#include "gateway/recorder/batch.hpp"

namespace kleber::recorder {

void Batch::add(const Heard& heard) {
    entries_.push_back({heard.at, static_cast<std::uint32_t>(heard.payload.size()),
                        static_cast<std::uint16_t>(heard.topic.size()), heard.qos, heard.retain});
    bytes_.append(heard.topic).append(as_text(heard.payload));
}

void Batch::clear() {
    // Not their memory: a burst would stay for ever.
    *this = {};
}

}  // namespace kleber::recorder
