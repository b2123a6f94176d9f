#include "gateway/net/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "gateway/base/utf8.hpp"

namespace kleber::net {
namespace {

// Pieces of one write: a record takes 16 KiB, and each has its price.
constexpr std::size_t kPieces = 32;

// It is known to rules and the store from here on, and to people.
constexpr std::size_t kNameMax = 256;

bool is_fit_for_a_name(std::string_view text) {
    const bool has_control = std::any_of(text.begin(), text.end(), [](char one) {
        return static_cast<unsigned char>(one) < 0x20 || one == 0x7F;
    });
    return text.size() <= kNameMax && !has_control && is_mqtt_utf8(text);
}

// In UTF-8, whatever it is written in. What is cut off could be the name of somebody else.
std::string common_name_of(X509_NAME* name) {
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const ASN1_STRING* written = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    const int size = ASN1_STRING_to_UTF8(&text, written);
    if (size < 0) return {};
    std::string common_name{text, text + size};
    OPENSSL_free(text);
    return is_fit_for_a_name(common_name) ? common_name : std::string{};
}

std::string subject_of(X509_NAME* name) {
    BIO* memory = BIO_new(BIO_s_mem());
    if (!memory) return {};
    X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string subject{text, static_cast<std::size_t>(std::max(size, 0L))};
    BIO_free(memory);
    return subject;
}

// The client's, if it was found good; else null.
X509* checked_certificate(const SSL* connection) {
    if (SSL_get_verify_result(connection) != X509_V_OK) return nullptr;
    return SSL_get0_peer_certificate(connection);
}

}  // namespace

std::unique_ptr<TlsStream> TlsStream::make(std::shared_ptr<const TlsContext> context, int socket) {
    std::unique_ptr<TlsStream> stream{new TlsStream{std::move(context)}};
    stream->connection_ = stream->context_->make_connection(stream->psk_identity_);
    if (!stream->connection_ || SSL_set_fd(stream->connection_, socket) != 1) return nullptr;
    SSL_set_msg_callback(stream->connection_, on_message);
    SSL_set_msg_callback_arg(stream->connection_, stream.get());
    return stream;
}

// OpenSSL goes on to the next message by itself, as long as the client has one ready.
void TlsStream::on_message(int is_ours, int, int type, const void* bytes, std::size_t size,
                           SSL* connection, void* stream) {
    if (is_ours != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
    if (*static_cast<const std::uint8_t*>(bytes) != SSL3_MT_KEY_UPDATE) return;
    // Nothing more can be read then: it is as if the connection had broken.
    if (++static_cast<TlsStream*>(stream)->new_keys_ > kNewKeysMax) {
        BIO_set_fd(SSL_get_rbio(connection), -1, BIO_NOCLOSE);
    }
}

TlsStream::~TlsStream() {
    SSL_free(connection_);
}

TlsStream::Handshake TlsStream::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(connection_);
    if (result == 1) return Handshake::Done;
    switch (SSL_get_error(connection_, result)) {
        case SSL_ERROR_WANT_READ:
            return Handshake::WantsToRead;
        case SSL_ERROR_WANT_WRITE:
            return Handshake::WantsToWrite;
        case SSL_ERROR_SYSCALL:
            failure_ = errno != 0 ? std::strerror(errno) : "the client has gone";
            break;
        default:
            failure_ = tls_error();
            // What OpenSSL does not trust says more than that it does not.
            if (const long doubt = SSL_get_verify_result(connection_); doubt != X509_V_OK) {
                failure_ += std::string{": "} + X509_verify_cert_error_string(doubt);
            }
    }
    is_over_ = true;
    return Handshake::Failed;
}

Received TlsStream::receive(std::span<std::uint8_t> room) {
    if (end_) return {*end_, 0};
    wants_to_write_ = false;
    may_have_more_ = false;
    new_keys_ = 0;
    std::size_t size = 0;
    // OpenSSL reads from the socket what there is, many records at a time.
    do {
        std::size_t count = 0;
        ERR_clear_error();
        const int result = SSL_read_ex(connection_, room.data() + size, room.size() - size, &count);
        if (result == 1) {
            size += count;
            continue;
        }
        const int error = SSL_get_error(connection_, result);
        wants_to_write_ = error == SSL_ERROR_WANT_WRITE;
        may_have_more_ = error != SSL_ERROR_WANT_READ;
        if (error == SSL_ERROR_WANT_READ || wants_to_write_) break;
        is_over_ = error != SSL_ERROR_ZERO_RETURN;
        end_ = is_over_ ? Receiving::Broken : Receiving::Ended;
        // What came before it is still good.
        return size > 0 ? Received{Receiving::Some, size} : Received{*end_, 0};
    } while (size < room.size() && SSL_has_pending(connection_) == 1);
    if (size == room.size()) may_have_more_ = true;
    return size > 0 ? Received{Receiving::Some, size} : Received{};
}

Sending TlsStream::send(connection::Outgoing& out) {
    // Only reading goes on with that, once the socket takes something.
    if (out.empty() && wants_to_write_) return Sending::Blocked;
    while (!out.empty()) {
        std::array<connection::Piece, kPieces> pieces;
        const std::size_t piece_count = out.gather(pieces);
        std::size_t written = 0;
        for (std::size_t index = 0; index < piece_count; ++index) {
            const connection::Piece& piece = pieces[index];
            std::size_t count = 0;
            ERR_clear_error();
            const int result = SSL_write_ex(connection_, piece.data, piece.size, &count);
            written += count;
            if (result == 1 && count == piece.size) continue;
            if (result == 1) break;
            out.consume(written);
            const int error = SSL_get_error(connection_, result);
            if (error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ) {
                return Sending::Blocked;
            }
            is_over_ = true;
            return Sending::Broken;
        }
        out.consume(written);
    }
    return Sending::Done;
}

bool TlsStream::has_pending() const {
    return end_ || (may_have_more_ && (wants_to_write_ || SSL_has_pending(connection_) == 1));
}

bool TlsStream::say_goodbye() {
    if (is_over_) return false;
    is_over_ = true;
    ERR_clear_error();
    SSL_shutdown(connection_);
    return false;
}

std::string TlsStream::user() const {
    if (!psk_identity_.empty()) {
        return is_fit_for_a_name(psk_identity_) ? psk_identity_ : std::string{};
    }
    const X509* certificate = checked_certificate(connection_);
    if (!certificate) return {};
    switch (context_->certificate_user()) {
        case CertificateUser::CommonName:
            return certificate_name();
        case CertificateUser::Subject:
            return subject_of(X509_get_subject_name(certificate));
        case CertificateUser::None:
            break;
    }
    return {};
}

std::string TlsStream::certificate_name() const {
    const X509* certificate = checked_certificate(connection_);
    return certificate ? common_name_of(X509_get_subject_name(certificate)) : std::string{};
}

const char* TlsStream::version() const {
    return SSL_get_version(connection_);
}

}  // namespace kleber::net
