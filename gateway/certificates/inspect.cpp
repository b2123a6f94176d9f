#include "gateway/certificates/inspect.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "gateway/certificates/pem.hpp"
#include "gateway/certificates/read_certificate.hpp"
#include "gateway/certificates/read_file.hpp"

namespace kleber::certificates {

Result<std::vector<Certificate>, std::string> inspect(const std::string& file) {
    const auto text = read_file(AT_FDCWD, file, Links::Follow, Contents::Public);
    if (!text) return fail(file + " " + text.error());
    const auto found = certificates_in(*text);
    if (!found) return fail(file + " " + found.error());
    std::vector<Certificate> certificates;
    for (const CertificateHandle& one : *found) {
        auto certificate = read_certificate(*one);
        if (!certificate) {
            return fail(file + " is damaged: certificate " +
                        std::to_string(certificates.size() + 1) + " in it makes no sense");
        }
        certificates.push_back(std::move(*certificate));
    }
    return certificates;
}

KeyBeside key_beside(const std::string& file) {
    using State = KeyBeside::State;
    const std::size_t name = file.rfind('/') + 1;  // 0 where there is no slash
    const std::size_t dot = file.rfind('.');
    KeyBeside key{.state = State::None, .file = file, .why = {}};
    if (dot != std::string::npos && dot > name) key.file.resize(dot);
    key.file += ".key";
    struct stat found {};
    if (key.file == file || ::stat(key.file.c_str(), &found) != 0) return {};

    const auto certificate_text = read_file(AT_FDCWD, file, Links::Follow, Contents::Public);
    if (!certificate_text) return {};
    const auto certificates = certificates_in(*certificate_text);
    if (!certificates) return {};
    if (::access(key.file.c_str(), R_OK) != 0) {
        key.state = State::Hidden;
        return key;
    }
    key.state = State::Unusable;
    const auto text = read_file(AT_FDCWD, key.file, Links::Follow, Contents::Secret);
    if (!text) {
        key.why = text.error();
        return key;
    }
    const auto read = key_in(*text);
    if (!read) {
        key.why = read.error();
        return key;
    }
    // The first is the server's own; those behind it vouch for it.
    const bool fits = X509_check_private_key(certificates->front().get(), read->get()) == 1;
    if (!fits) openssl_error();
    key.state = fits ? State::Fits : State::Differs;
    return key;
}

}  // namespace kleber::certificates
