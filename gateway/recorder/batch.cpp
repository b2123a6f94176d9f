#include "gateway/recorder/batch.hpp"

#include <utility>

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

void Batch::drop_first(std::size_t count) {
    Batch rest;
    for_each([&](const Heard& heard) {
        if (count == 0) return rest.add(heard);
        --count;
    });
    *this = std::move(rest);
}

}  // namespace kleber::recorder
