#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_session_st;
struct ssl_st;

namespace kleber::bench {

// What a server gave a client, so that it comes in more cheaply the next time.
class TlsTicket {
  public:
    ssl_session_st* session() const { return session_.get(); }
    void keep(ssl_session_st* session) { session_.reset(session); }

  private:
    struct Free {
        void operator()(ssl_session_st* session) const;
    };
    std::unique_ptr<ssl_session_st, Free> session_;
};

// What the clients of a run share of TLS: whom they trust.
class TlsClients {
  public:
    // `authority`: file, PEM; throws if it is none.
    explicit TlsClients(const std::string& authority);
    ~TlsClients();
    TlsClients(const TlsClients&) = delete;
    TlsClients& operator=(const TlsClients&) = delete;

    // A client's end on a connected socket. Comes with the ticket, if there is something in it, and
    // keeps in it what the server gives; the ticket outlives it.
    ssl_st* make_connection(int socket, TlsTicket& ticket) const;

  private:
    ssl_ctx_st* context_;
};

}  // namespace kleber::bench
