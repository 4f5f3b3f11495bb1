// SPDX-License-Identifier: MIT
// Tables of services as text and as JSON. Nothing here asks the module.
#include "services.h"

#include <algorithm>
#include <fmt/format.h>
#include <fnmatch.h>
#include <map>

#include "json_writer.h"
#include "text.h"

namespace ntdbg::tool {

namespace {

const char *state_word(const Service &service) {
    return service.implemented ? "yes" : "no";
}

size_t longest_name(const std::vector<Service> &services) {
    size_t width = 4;
    for (const Service &service : services)
        width = std::max(width, service.name.size());
    return width;
}

std::string header(const ServiceTables &tables) {
    return fmt::format("{} (build {})", tables.profile, tables.build);
}

void add_service(JsonWriter &json, const Service &service) {
    json.hex("number", service.number).text("name", service.name);
    json.count("arguments", service.arguments).count("stack", service.stack);
    json.status("entry", static_cast<uint32_t>(service.entry)).text("routine", service.routine);
    if (service.address)
        json.hex("address", *service.address);
    json.boolean("implemented", service.implemented);
    if (service.calls)
        json.count("calls", *service.calls);
}

const char *kind_word(ChangeKind kind) {
    switch (kind) {
    case ChangeKind::Added:
        return "added";
    case ChangeKind::Removed:
        return "removed";
    case ChangeKind::Moved:
        break;
    }
    return "moved";
}

// Which way the services have gone: "9d" or "-".
std::string place(const std::optional<Service> &service) {
    return service ? fmt::format("{:03x}/{}", service->number, service->arguments) : "-";
}

} // namespace

std::vector<Service> matching(std::vector<Service> services, const std::string &glob) {
    if (!glob.empty())
        std::erase_if(services, [&](const Service &service) {
            return fnmatch(glob.c_str(), service.name.c_str(), FNM_CASEFOLD) != 0;
        });
    return services;
}

std::vector<Change> differences(const std::vector<Service> &before,
                                const std::vector<Service> &after) {
    std::map<std::string_view, const Service *> there;
    for (const Service &service : after)
        there[service.name] = &service;
    std::vector<Change> changes;
    for (const Service &service : before) {
        auto found = there.find(service.name);
        if (found == there.end())
            changes.push_back({ChangeKind::Removed, service.name, service, std::nullopt});
        else if (found->second->number != service.number ||
                 found->second->arguments != service.arguments)
            changes.push_back({ChangeKind::Moved, service.name, service, *found->second});
        if (found != there.end())
            there.erase(found);
    }
    for (const Service &service : after) {
        if (there.contains(service.name))
            changes.push_back({ChangeKind::Added, service.name, std::nullopt, service});
    }
    return changes;
}

std::string format_services(const ServiceTables &tables, bool raw) {
    size_t width = longest_name(tables.services);
    bool counted = std::any_of(tables.services.begin(), tables.services.end(),
                               [](const Service &service) { return service.calls.has_value(); });
    bool placed = std::any_of(tables.services.begin(), tables.services.end(),
                              [](const Service &service) { return service.address.has_value(); });
    auto implemented = std::count_if(tables.services.begin(), tables.services.end(),
                                     [](const Service &service) { return service.implemented; });
    std::string out = fmt::format("number  {:<{}}  args  stack", "name", width);
    if (raw)
        out += placed ? "  entry     address          " : "  entry   ";
    out += counted ? "  implemented       calls  routine\n" : "  implemented  routine\n";
    for (const Service &service : tables.services) {
        out += fmt::format("{:>6x}  {:<{}}  {:>4}  {:>5}", service.number, printable(service.name),
                           width, service.arguments, service.stack);
        if (raw) {
            out += fmt::format("  {:08x}", static_cast<uint32_t>(service.entry));
            if (placed)
                out += "  " + (service.address ? address(*service.address) : std::string(17, ' '));
        }
        out += fmt::format("  {:<11}", state_word(service));
        if (counted)
            out += fmt::format("  {:>10}", service.calls.value_or(0));
        out += "  " + printable(service.routine) + "\n";
    }
    out += fmt::format("{}: {}, {} implemented.\n", header(tables),
                       tool::counted(tables.services.size(), "service"), implemented);
    return out;
}

std::string format_services_json(const ServiceTables &tables) {
    std::string out;
    size_t implemented = 0;
    for (const Service &service : tables.services) {
        JsonWriter json;
        json.begin_object().text("type", "service").text("profile", tables.profile);
        add_service(json, service);
        out += json.end_object().take() + "\n";
        implemented += service.implemented;
    }
    JsonWriter json;
    json.begin_object().text("type", "end").text("profile", tables.profile);
    json.count("build", tables.build).count("services", tables.services.size());
    json.count("implemented", implemented);
    return out + json.end_object().take() + "\n";
}

std::string format_changes(const ServiceTables &before, const ServiceTables &after,
                           const std::vector<Change> &changes) {
    size_t width = 4;
    size_t counts[3] = {};
    for (const Change &change : changes) {
        width = std::max(width, change.name.size());
        counts[static_cast<size_t>(change.kind)]++;
    }
    std::string out =
        fmt::format("change   {:<{}}  {:<16}  {}\n", "name", width, before.profile, after.profile);
    for (const Change &change : changes)
        out +=
            fmt::format("{:<7}  {:<{}}  {:<16}  {}\n", kind_word(change.kind),
                        printable(change.name), width, place(change.before), place(change.after));
    out += fmt::format("{} to {}: {} moved, {} added, {} removed.\n", header(before), header(after),
                       counts[0], counts[1], counts[2]);
    return out;
}

std::string format_changes_json(const ServiceTables &before, const ServiceTables &after,
                                const std::vector<Change> &changes) {
    std::string out;
    size_t counts[3] = {};
    for (const Change &change : changes) {
        JsonWriter json;
        json.begin_object().text("type", kind_word(change.kind)).text("name", change.name);
        if (change.before) {
            json.begin_object("before").hex("number", change.before->number);
            json.count("arguments", change.before->arguments).end_object();
        }
        if (change.after) {
            json.begin_object("after").hex("number", change.after->number);
            json.count("arguments", change.after->arguments).end_object();
        }
        out += json.end_object().take() + "\n";
        counts[static_cast<size_t>(change.kind)]++;
    }
    JsonWriter json;
    json.begin_object().text("type", "end").text("before", before.profile);
    json.text("after", after.profile).count("moved", counts[0]).count("added", counts[1]);
    json.count("removed", counts[2]);
    return out + json.end_object().take() + "\n";
}

} // namespace ntdbg::tool
