#include "gateway/app/welcomes.hpp"

#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/base/ip_network.hpp"
#include "gateway/net/psk_file.hpp"
#include "gateway/web/file_folder.hpp"

namespace kleber::app {
namespace {

net::ClientCertificate client_certificate(config::ClientCertificate wanted) {
    switch (wanted) {
        case config::ClientCertificate::None:
            return net::ClientCertificate::None;
        case config::ClientCertificate::Optional:
            return net::ClientCertificate::Optional;
        case config::ClientCertificate::Required:
            return net::ClientCertificate::Required;
    }
    return net::ClientCertificate::None;
}

net::CertificateUser certificate_user(config::CertificateUser user) {
    switch (user) {
        case config::CertificateUser::None:
            return net::CertificateUser::None;
        case config::CertificateUser::CommonName:
            return net::CertificateUser::CommonName;
        case config::CertificateUser::Subject:
            return net::CertificateUser::Subject;
    }
    return net::CertificateUser::None;
}

Result<std::shared_ptr<const net::TlsContext>, std::string> tls_of(const config::Tls& tls) {
    net::FindPsk find_psk;
    if (tls.psk) {
        auto read = net::read_psk_file(*tls.psk);
        if (!read) return fail(read.error());
        find_psk = std::move(*read);
    }
    return net::TlsContext::load(
        {.certificate = tls.certificate.value_or(""),
         .key = tls.key.value_or(""),
         .authorities = tls.ca.value_or(""),
         .revoked = tls.crl.value_or(""),
         .client_certificate = client_certificate(tls.client_certificate),
         .certificate_user = certificate_user(tls.user),
         .version_min = tls.version_min == config::TlsVersion::Tls13 ? net::TlsVersion::Tls13
                                                                     : net::TlsVersion::Tls12},
        std::move(find_psk));
}

Result<std::shared_ptr<const net::WebPlace>, std::string> web_of(const config::Listener& listener,
                                                                 Duration patience) {
    auto place = std::make_shared<net::WebPlace>();
    if (listener.path) place->paths = {*listener.path};
    place->origins = listener.origins;
    place->patience = patience;
    if (listener.files) {
        auto folder = web::FileFolder::create(*listener.files);
        if (!folder) return fail(folder.error());
        place->service = std::make_shared<const web::FileFolder>(std::move(*folder));
    }
    return std::shared_ptr<const net::WebPlace>{std::move(place)};
}

// The configuration has checked them.
std::shared_ptr<const std::vector<IpNetwork>> networks_of(const std::vector<std::string>& texts) {
    if (texts.empty()) return nullptr;
    std::vector<IpNetwork> networks;
    for (const std::string& text : texts) {
        const auto network = IpNetwork::parse(text);
        KLEBER_ASSERT(network);
        networks.push_back(*network);
    }
    return std::make_shared<const std::vector<IpNetwork>>(std::move(networks));
}

}  // namespace

Result<net::Welcome, std::string> welcome_of(const config::Listener& listener,
                                             const connection::MqttPolicy& policy) {
    net::Welcome welcome{.policy = &policy, .proxies = networks_of(listener.proxy_protocol.from)};
    if (has_tls(listener.kind)) {
        auto tls = tls_of(listener.tls);
        if (!tls) return fail(to_string(listener.place) + ": " + tls.error());
        welcome.tls = std::move(*tls);
    }
    if (has_web(listener.kind)) {
        auto web = web_of(listener, policy.connect_timeout);
        if (!web) return fail(to_string(listener.place) + ": " + web.error());
        welcome.web = std::move(*web);
    }
    return welcome;
}

}  // namespace kleber::app
