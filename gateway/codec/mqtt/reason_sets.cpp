#include "gateway/codec/mqtt/reason_sets.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace kleber::codec::mqtt {
namespace {

using enum ReasonCode;

class ReasonSet {
  public:
    constexpr ReasonSet(std::initializer_list<ReasonCode> reasons) {
        for (const ReasonCode reason : reasons) words_[word(reason)] |= bit(reason);
    }
    constexpr bool has(ReasonCode reason) const {
        return (words_[word(reason)] & bit(reason)) != 0;
    }

  private:
    static constexpr std::size_t word(ReasonCode reason) {
        return static_cast<std::size_t>(reason) / 64;
    }
    static constexpr std::uint64_t bit(ReasonCode reason) {
        return std::uint64_t{1} << (static_cast<unsigned>(reason) % 64);
    }

    std::array<std::uint64_t, 4> words_{};
};

constexpr ReasonSet kConnack{Success,
                             UnspecifiedError,
                             MalformedPacket,
                             ProtocolError,
                             ImplementationSpecificError,
                             UnsupportedProtocolVersion,
                             ClientIdentifierNotValid,
                             BadUserNameOrPassword,
                             NotAuthorized,
                             ServerUnavailable,
                             ServerBusy,
                             Banned,
                             BadAuthenticationMethod,
                             TopicNameInvalid,
                             PacketTooLarge,
                             QuotaExceeded,
                             PayloadFormatInvalid,
                             RetainNotSupported,
                             QosNotSupported,
                             UseAnotherServer,
                             ServerMoved,
                             ConnectionRateExceeded};
// PUBACK and PUBREC.
constexpr ReasonSet kReceived{Success,       NoMatchingSubscribers, UnspecifiedError,
                              NotAuthorized, TopicNameInvalid,      ImplementationSpecificError,
                              QuotaExceeded, PacketIdentifierInUse, PayloadFormatInvalid};
// PUBREL and PUBCOMP.
constexpr ReasonSet kReleased{Success, PacketIdentifierNotFound};
constexpr ReasonSet kSuback{Success,
                            GrantedQos1,
                            GrantedQos2,
                            UnspecifiedError,
                            ImplementationSpecificError,
                            NotAuthorized,
                            TopicFilterInvalid,
                            PacketIdentifierInUse,
                            QuotaExceeded,
                            SharedSubscriptionsNotSupported,
                            SubscriptionIdentifiersNotSupported,
                            WildcardSubscriptionsNotSupported};
constexpr ReasonSet kUnsuback{Success,
                              NoSubscriptionExisted,
                              UnspecifiedError,
                              NotAuthorized,
                              TopicFilterInvalid,
                              ImplementationSpecificError,
                              PacketIdentifierInUse};
constexpr ReasonSet kClientDisconnect{Success,
                                      DisconnectWithWill,
                                      UnspecifiedError,
                                      MalformedPacket,
                                      ProtocolError,
                                      ImplementationSpecificError,
                                      BadAuthenticationMethod,
                                      TopicNameInvalid,
                                      ReceiveMaximumExceeded,
                                      TopicAliasInvalid,
                                      PacketTooLarge,
                                      MessageRateTooHigh,
                                      QuotaExceeded,
                                      AdministrativeAction,
                                      PayloadFormatInvalid};
constexpr ReasonSet kServerDisconnect{Success,
                                      UnspecifiedError,
                                      MalformedPacket,
                                      ProtocolError,
                                      ImplementationSpecificError,
                                      NotAuthorized,
                                      ServerBusy,
                                      ServerShuttingDown,
                                      BadAuthenticationMethod,
                                      KeepAliveTimeout,
                                      SessionTakenOver,
                                      TopicFilterInvalid,
                                      TopicNameInvalid,
                                      ReceiveMaximumExceeded,
                                      TopicAliasInvalid,
                                      PacketTooLarge,
                                      MessageRateTooHigh,
                                      QuotaExceeded,
                                      AdministrativeAction,
                                      PayloadFormatInvalid,
                                      RetainNotSupported,
                                      QosNotSupported,
                                      UseAnotherServer,
                                      ServerMoved,
                                      SharedSubscriptionsNotSupported,
                                      ConnectionRateExceeded,
                                      MaximumConnectTime,
                                      SubscriptionIdentifiersNotSupported,
                                      WildcardSubscriptionsNotSupported};
constexpr ReasonSet kClientAuth{ContinueAuthentication, ReAuthenticate};
constexpr ReasonSet kServerAuth{Success, ContinueAuthentication};

}  // namespace

bool is_connack_reason(ReasonCode reason) {
    return kConnack.has(reason);
}

bool is_ack_reason(PacketType type, ReasonCode reason) {
    const bool is_first = type == PacketType::Puback || type == PacketType::Pubrec;
    return (is_first ? kReceived : kReleased).has(reason);
}

bool is_suback_reason(ReasonCode reason) {
    return kSuback.has(reason);
}

bool is_unsuback_reason(ReasonCode reason) {
    return kUnsuback.has(reason);
}

bool is_disconnect_reason(Sender sender, ReasonCode reason) {
    return (sender == Sender::Client ? kClientDisconnect : kServerDisconnect).has(reason);
}

bool is_auth_reason(Sender sender, ReasonCode reason) {
    return (sender == Sender::Client ? kClientAuth : kServerAuth).has(reason);
}

}  // namespace kleber::codec::mqtt
