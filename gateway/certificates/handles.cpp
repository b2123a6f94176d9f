#include "gateway/certificates/handles.hpp"

#include <openssl/err.h>

#include <string_view>

namespace kleber::certificates {

BioHandle reading(std::string_view text) {
    return BioHandle{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

BioHandle buffer() {
    return BioHandle{BIO_new(BIO_s_mem())};
}

std::string taken_from(BIO& buffer) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(&buffer, &text);
    return size > 0 ? std::string{text, static_cast<std::size_t>(size)} : std::string{};
}

std::string openssl_error() {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    ERR_clear_error();
    return std::string{"OpenSSL says: "} + (reason ? reason : "no reason");
}

}  // namespace kleber::certificates
