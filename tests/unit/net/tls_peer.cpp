#include "tests/unit/net/tls_peer.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace kleber::net {
namespace {

// Debian's openssl, as a user would do it.
void make(const std::string& folder, const std::string& commands) {
    const std::string line = "cd " + folder + " && ( " + commands + " ) >log 2>&1";
    if (std::system(line.c_str()) != 0) ADD_FAILURE() << commands;
}

constexpr const char* kNewKey = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";

}  // namespace

Certificates::Certificates() {
    std::string name = testing::TempDir() + "tlsXXXXXX";
    folder_ = ::mkdtemp(name.data()) ? name : std::string{};
    const std::string new_key = kNewKey;
    make(folder_, new_key + "-x509 -days 2 -subj /CN=home -keyout ca.key -out ca.pem");
    for (const std::string who : {"server", "client"}) {
        const std::string subject = who == "server" ? "/CN=localhost" : "/O=home/CN=sensor-7";
        make(folder_, new_key + "-subj " + subject + " -keyout " + who + ".key -out " + who +
                          ".csr && openssl x509 -req -days 2 -in " + who +
                          ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -out " + who + ".pem");
    }
    make(folder_,
         "touch index && echo 01 > number && printf '[ca]\\ndefault_ca=c\\n[c]\\ndatabase=index\\n"
         "crlnumber=number\\ndefault_md=sha256\\ndefault_crl_days=2\\n' > ca.conf && "
         "openssl ca -config ca.conf -keyfile ca.key -cert ca.pem -revoke client.pem && "
         "openssl ca -config ca.conf -keyfile ca.key -cert ca.pem -gencrl -out void.pem");
}

Certificates::~Certificates() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

TlsPeer::TlsPeer(const Certificates& certificates, const Options& options, int socket)
    : context_(SSL_CTX_new(TLS_client_method())), psk_(options.psk) {
    if (options.version_max != 0) SSL_CTX_set_max_proto_version(context_, options.version_max);
    SSL_CTX_set_app_data(context_, this);
    if (!psk_.empty()) {
        SSL_CTX_set_psk_client_callback(
            context_,
            [](SSL* connection, const char*, char* identity, unsigned int, unsigned char* key,
               unsigned int) -> unsigned int {
                const auto* self =
                    static_cast<TlsPeer*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
                std::strcpy(identity, "sensor-7");
                std::memcpy(key, self->psk_.data(), self->psk_.size());
                return static_cast<unsigned int>(self->psk_.size());
            });
    }
    if (options.has_certificate) {
        SSL_CTX_use_certificate_chain_file(context_, certificates.file("client.pem").c_str());
        SSL_CTX_use_PrivateKey_file(context_, certificates.file("client.key").c_str(),
                                    SSL_FILETYPE_PEM);
    }
    SSL_CTX_load_verify_file(context_, certificates.file("ca.pem").c_str());
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    static constexpr std::array<unsigned char, 5> kAlpn{4, 'm', 'q', 't', 't'};
    SSL_CTX_set_alpn_protos(context_, kAlpn.data(), kAlpn.size());
    connection_ = SSL_new(context_);
    SSL_set_connect_state(connection_);
    SSL_set_fd(connection_, socket);
}

TlsPeer::~TlsPeer() {
    SSL_free(connection_);
    SSL_CTX_free(context_);
}

bool TlsPeer::shake_hands() {
    ERR_clear_error();
    const int result = SSL_do_handshake(connection_);
    const int error = SSL_get_error(connection_, result);
    has_failed_ = result != 1 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
    return result == 1;
}

void TlsPeer::renew_keys(int count, std::size_t block_bytes) {
    SSL_set_block_padding(connection_, block_bytes);
    for (; count > 0; --count) {
        ASSERT_EQ(SSL_key_update(connection_, SSL_KEY_UPDATE_REQUESTED), 1);
        if (SSL_do_handshake(connection_) != 1) return;
    }
}

void TlsPeer::write(std::string_view text) {
    ASSERT_EQ(SSL_write(connection_, text.data(), static_cast<int>(text.size())),
              static_cast<int>(text.size()));
}

void TlsPeer::say_goodbye() {
    SSL_shutdown(connection_);
}

std::string TlsPeer::read() {
    std::string text;
    std::array<char, 4096> room;
    std::size_t count = 0;
    while (SSL_read_ex(connection_, room.data(), room.size(), &count) == 1) {
        text.append(room.data(), count);
    }
    return text;
}

std::string TlsPeer::chosen_protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(connection_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

}  // namespace kleber::net
