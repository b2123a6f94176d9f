#include "tests/bench/doors/tls_clients.hpp"

#include <openssl/ssl.h>

#include <stdexcept>

namespace kleber::bench {
namespace {

int keep_ticket(SSL* connection, SSL_SESSION* session) {
    static_cast<TlsTicket*>(SSL_get_app_data(connection))->keep(session);
    return 1;  // it is ours now
}

}  // namespace

void TlsTicket::Free::operator()(SSL_SESSION* session) const {
    SSL_SESSION_free(session);
}

TlsClients::TlsClients(const std::string& authority) : context_(SSL_CTX_new(TLS_client_method())) {
    if (!context_ || SSL_CTX_load_verify_file(context_, authority.c_str()) != 1) {
        SSL_CTX_free(context_);
        throw std::runtime_error{"no authority in " + authority};
    }
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_read_ahead(context_, 1);
    SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context_,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context_, keep_ticket);
}

TlsClients::~TlsClients() {
    SSL_CTX_free(context_);
}

SSL* TlsClients::make_connection(int socket, TlsTicket& ticket) const {
    SSL* connection = SSL_new(context_);
    if (!connection || SSL_set_fd(connection, socket) != 1) throw std::bad_alloc{};
    SSL_set_app_data(connection, &ticket);
    if (ticket.session()) SSL_set_session(connection, ticket.session());
    return connection;
}

}  // namespace kleber::bench
