// SPDX-License-Identifier: MIT
// The module's generic netlink family, read with libnl.
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <ntdbg/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services.h"

namespace ntdbg::tool {

namespace {

struct Refused {
    int error = 0; // negative errno
    std::string text;
};

// The sentence that the kernel gives with a refusal.
std::string sentence(const nlmsgerr *refusal) {
    const char *base = reinterpret_cast<const char *>(refusal);
    const auto *header = reinterpret_cast<const nlmsghdr *>(base - NLMSG_HDRLEN);
    if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
        return "";
    size_t offset = sizeof(*refusal);
    if (!(header->nlmsg_flags & NLM_F_CAPPED))
        offset += refusal->msg.nlmsg_len - sizeof(refusal->msg);
    const auto *end = reinterpret_cast<const char *>(header) + header->nlmsg_len;
    if (base + offset >= end)
        return "";
    auto *first = reinterpret_cast<nlattr *>(const_cast<char *>(base + offset));
    int size = static_cast<int>(end - (base + offset));
    const nlattr *text = nla_find(first, size, NLMSGERR_ATTR_MSG);
    return text ? std::string(nla_get_string(const_cast<nlattr *>(text))) : "";
}

class Family {
public:
    using Each = void (*)(nlattr **attributes, void *argument);

    Family() : socket_(nl_socket_alloc(), nl_socket_free) {}

    result<done> open() {
        if (!socket_)
            return error(-ENOMEM, "no memory for a netlink socket");
        nl_socket_disable_auto_ack(socket_.get());
        if (int problem = genl_connect(socket_.get()); problem < 0)
            return error(-EIO, fmt::format("no netlink socket: {}", nl_geterror(problem)));
        int one = 1;
        setsockopt(nl_socket_get_fd(socket_.get()), SOL_NETLINK, NETLINK_EXT_ACK, &one,
                   sizeof(one));
        id_ = genl_ctrl_resolve(socket_.get(), NTDBG_GENL_NAME);
        if (id_ >= 0)
            return done{};
        auto advice = NTDBG_OPTS(ntdbg_advice);
        int device = access(NTDBG_DEVICE, F_OK) == 0 ? 0 : -errno;
        if (device == 0)
            return error(-ENOTSUP,
                         "the module that is loaded has no netlink family \"" NTDBG_GENL_NAME
                         "\": it is older than this tool");
        ntdbg_explain_open(device, NTDBG_DEVICE, &advice);
        return error(device, advice);
    }

    // @each sees every message of a dump.
    result<done> dump(uint8_t command, const std::string &profile, std::optional<uint32_t> table,
                      Each each, void *argument) {
        std::unique_ptr<nl_msg, void (*)(nl_msg *)> message(nlmsg_alloc(), nlmsg_free);
        std::unique_ptr<nl_cb, void (*)(nl_cb *)> callbacks(nl_cb_alloc(NL_CB_DEFAULT), nl_cb_put);
        if (!message || !callbacks ||
            !genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, id_, 0,
                         NLM_F_REQUEST | NLM_F_DUMP, command, NTDBG_GENL_VERSION) ||
            (!profile.empty() &&
             nla_put_string(message.get(), NTDBG_GENL_A_PROFILE_NAME, profile.c_str()) < 0) ||
            (table && nla_put_u32(message.get(), NTDBG_GENL_A_TABLE, *table) < 0))
            return error(-ENOMEM, "no memory for a netlink message");
        Refused refused;
        std::pair<Each, void *> whom(each, argument);
        nl_cb_set(callbacks.get(), NL_CB_VALID, NL_CB_CUSTOM, on_message, &whom);
        nl_cb_err(callbacks.get(), NL_CB_CUSTOM, on_error, &refused);
        int problem = nl_send_auto(socket_.get(), message.get());
        if (problem >= 0)
            problem = nl_recvmsgs(socket_.get(), callbacks.get());
        if (refused.error != 0)
            return error(refused.error, fmt::format("the module refuses: {}",
                                                    refused.text.empty() ? strerror(-refused.error)
                                                                         : refused.text.c_str()));
        if (problem < 0)
            return error(-EIO, fmt::format("netlink: {}", nl_geterror(problem)));
        return done{};
    }

private:
    static int on_message(nl_msg *message, void *argument) {
        auto *whom = static_cast<std::pair<Each, void *> *>(argument);
        nlattr *attributes[NTDBG_GENL_A_MAX + 1];
        if (genlmsg_parse(nlmsg_hdr(message), 0, attributes, NTDBG_GENL_A_MAX, nullptr) == 0)
            whom->first(attributes, whom->second);
        return NL_OK;
    }

    static int on_error(sockaddr_nl *, nlmsgerr *refusal, void *argument) {
        auto *refused = static_cast<Refused *>(argument);
        refused->error = refusal->error;
        refused->text = sentence(refusal);
        return NL_STOP;
    }

    std::unique_ptr<nl_sock, void (*)(nl_sock *)> socket_;
    int id_ = -1;
};

uint32_t number(nlattr *attribute) {
    return attribute ? nla_get_u32(attribute) : 0;
}

std::string string(nlattr *attribute) {
    return attribute ? nla_get_string(attribute) : "";
}

void take_service(nlattr **attributes, void *argument) {
    Service service;
    service.number = number(attributes[NTDBG_GENL_A_TABLE]) << 12;
    service.number |= number(attributes[NTDBG_GENL_A_INDEX]);
    service.name = string(attributes[NTDBG_GENL_A_NAME]);
    service.arguments = number(attributes[NTDBG_GENL_A_ARGUMENTS]);
    service.stack = number(attributes[NTDBG_GENL_A_STACK]);
    service.entry = static_cast<int32_t>(number(attributes[NTDBG_GENL_A_ENTRY]));
    service.routine = string(attributes[NTDBG_GENL_A_ROUTINE]);
    if (nlattr *address = attributes[NTDBG_GENL_A_ADDRESS])
        service.address = nla_get_u64(address);
    service.implemented = attributes[NTDBG_GENL_A_IMPLEMENTED] != nullptr;
    if (nlattr *calls = attributes[NTDBG_GENL_A_CALLS])
        service.calls = nla_get_u64(calls);
    static_cast<ServiceTables *>(argument)->services.push_back(std::move(service));
}

// The one of this name, or the first, which is that of new NT processes.
void take_profile(nlattr **attributes, void *argument) {
    auto *tables = static_cast<ServiceTables *>(argument);
    std::string name = string(attributes[NTDBG_GENL_A_PROFILE_NAME]);
    if (!tables->profile.empty() && tables->profile != name)
        return;
    tables->profile = name;
    tables->build = number(attributes[NTDBG_GENL_A_BUILD]);
}

} // namespace

result<ServiceTables> gather_services(const std::string &profile) {
    Family family;
    ServiceTables tables;
    tables.profile = profile;
    if (auto opened = family.open(); !opened)
        return opened.error();
    for (uint32_t table : {0u, 1u}) {
        auto dumped =
            family.dump(NTDBG_GENL_CMD_SERVICE_GET, profile, table, take_service, &tables);
        if (!dumped)
            return dumped.error();
    }
    if (auto dumped =
            family.dump(NTDBG_GENL_CMD_PROFILE_GET, "", std::nullopt, take_profile, &tables);
        !dumped)
        return dumped.error();
    return tables;
}

} // namespace ntdbg::tool
