#pragma once

#include "gateway/codec/http/request_head.hpp"

namespace kleber::web {

// Whether the answer may, and had better, be compressed: Accept-Encoding names gzip (or *), gives
// it a weight above nothing, and wants nothing else more than that.
bool prefers_gzip(const codec::http::RequestHead& request);

}  // namespace kleber::web
