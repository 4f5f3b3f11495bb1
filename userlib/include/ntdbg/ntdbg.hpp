// SPDX-License-Identifier: MIT
// libntdbg for C++20: header-only over the C ABI, so no C++ symbol crosses the
// library's border. Nothing here throws but result<T>::value().
#ifndef NTDBG_NTDBG_HPP
#define NTDBG_NTDBG_HPP

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <ntdbg/ntdbg.h>

namespace ntdbg {

// What failed, as an errno and in words.
class error {
public:
    error(int code, std::string text) : code_(code < 0 ? -code : code), text_(std::move(text)) {}
    error(int code, const ntdbg_advice &advice)
        : code_(code < 0 ? -code : code), cause_(advice.cause), name_(advice.code),
          text_(advice.text), remedy_(advice.remedy) {}

    int code() const { return code_; } // a positive errno
    int cause() const { return cause_; }
    const std::string &name() const { return name_; } // such as "module-not-loaded"
    const std::string &text() const { return text_; }
    const std::string &remedy() const { return remedy_; } // lines to type

private:
    int code_;
    int cause_ = NTDBG_CAUSE_OTHER;
    std::string name_ = "other";
    std::string text_;
    std::string remedy_;
};

// A value or an error, with the interface of C++23's std::expected.
template <typename T>
class [[nodiscard]] result {
public:
    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(class error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T &operator*() & { return *std::get_if<0>(&state_); }
    const T &operator*() const & { return *std::get_if<0>(&state_); }
    T &&operator*() && { return std::move(*std::get_if<0>(&state_)); }
    T *operator->() { return std::get_if<0>(&state_); }
    const T *operator->() const { return std::get_if<0>(&state_); }
    const class error &error() const { return *std::get_if<1>(&state_); }

    T value() && {
        if (!has_value())
            throw std::system_error(error().code(), std::generic_category(), error().text());
        return std::move(**this);
    }

private:
    std::variant<T, class error> state_;
};

struct done {}; // result<done>: worked, nothing to give

// One checked record in somebody's buffer.
class record {
public:
    // The record at the start of the bytes, or what is wrong with it.
    static result<record> parse(std::span<const std::byte> bytes) {
        ssize_t size = ntdbg_record_check(bytes.data(), bytes.size());
        if (size < 0)
            return error(static_cast<int>(size), size == -EMSGSIZE
                                                     ? "the record is cut off"
                                                     : "the record contradicts itself");
        return record(bytes.first(static_cast<size_t>(size)));
    }

    const ntdbg_event &header() const { return *as<ntdbg_event>(); }
    ntdbg_event_type type() const { return static_cast<ntdbg_event_type>(header().type); }
    std::span<const std::byte> bytes() const { return bytes_; }
    const ntdbg_image *image() const { return ntdbg_record_image(&header()); }
    const ntdbg_fault *fault() const { return ntdbg_record_fault(&header()); }

    // Bytes as the kernel has them; nullopt if the record has no path.
    std::optional<std::string_view> path() const {
        size_t len = 0;
        const char *text = ntdbg_record_path(&header(), &len);
        if (!text)
            return std::nullopt;
        return std::string_view(text, len);
    }

    const ntdbg_event_exception *exception() const {
        return only<ntdbg_event_exception>(type() == NTDBG_EVENT_EXCEPTION);
    }
    const ntdbg_event_create_process *create_process() const {
        return only<ntdbg_event_create_process>(type() == NTDBG_EVENT_CREATE_PROCESS);
    }
    const ntdbg_event_create_thread *create_thread() const {
        return only<ntdbg_event_create_thread>(type() == NTDBG_EVENT_CREATE_THREAD);
    }
    const ntdbg_event_exit *exit() const {
        return only<ntdbg_event_exit>(type() == NTDBG_EVENT_EXIT_THREAD ||
                                      type() == NTDBG_EVENT_EXIT_PROCESS);
    }

    // The message that NT would send; nullopt for a type that it has none for.
    std::optional<DBGKM_MSG> message(const ntdbg_translate_opts *opts = nullptr) const {
        DBGKM_MSG msg;
        if (ntdbg_translate(bytes_.data(), bytes_.size(), opts, &msg) < 0)
            return std::nullopt;
        return msg;
    }

private:
    explicit record(std::span<const std::byte> bytes) : bytes_(bytes) {}

    template <typename T>
    const T *as() const {
        return reinterpret_cast<const T *>(bytes_.data());
    }
    template <typename T>
    const T *only(bool yes) const {
        return yes ? as<T>() : nullptr;
    }

    std::span<const std::byte> bytes_;
};

// All records of a buffer that port::read() filled:
//     for (const record &r : records(bytes)) ...
// ends at the first one that is not sound; error() then says why.
class records {
public:
    explicit records(std::span<const std::byte> bytes) : bytes_(bytes) {}

    class iterator {
    public:
        using value_type = record;
        using difference_type = std::ptrdiff_t;

        explicit iterator(records *owner) : owner_(owner) { next(); }
        const record &operator*() const { return *current_; }
        iterator &operator++() {
            owner_->bytes_ = owner_->bytes_.subspan(current_->bytes().size());
            next();
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return !current_; }

    private:
        void next() {
            current_.reset();
            if (owner_->bytes_.empty())
                return;
            auto parsed = record::parse(owner_->bytes_);
            if (parsed)
                current_ = *parsed;
            else
                owner_->error_ = parsed.error();
        }

        records *owner_;
        std::optional<record> current_;
    };

    iterator begin() { return iterator(this); }
    static std::default_sentinel_t end() { return {}; }
    const std::optional<class error> &error() const { return error_; }

private:
    std::span<const std::byte> bytes_;
    std::optional<class error> error_;
};

// A buffer that every record fits into.
struct alignas(8) event_buffer {
    std::byte bytes[NTDBG_EVENT_MAX_SIZE];
};

// nullopt: no limit.
using timeout = std::optional<std::chrono::nanoseconds>;

// One debug object; the last port to it that closes tears it down.
class port {
public:
    static result<port> open(const char *device = nullptr, uint32_t flags = 0) {
        auto opts = NTDBG_OPTS(ntdbg_open_opts);
        opts.device = device;
        opts.flags = flags;
        ntdbg_port *raw = nullptr;
        int ret = ntdbg_port_open(&raw, &opts);
        if (ret < 0) {
            auto advice = NTDBG_OPTS(ntdbg_advice);
            ntdbg_explain_open(ret, device, &advice);
            return error(ret, advice);
        }
        return port(raw);
    }

    ntdbg_port *get() const { return raw_.get(); }
    int fd() const { return ntdbg_port_fd(get()); }

    result<ntdbg_info> info() const {
        ntdbg_info info;
        return check(ntdbg_port_info(get(), &info), "info", info);
    }
    result<ntdbg_stats> stats() const {
        ntdbg_stats stats;
        return check(ntdbg_port_stats(get(), &stats), "stats", stats);
    }
    result<std::vector<ntdbg_feature>> features() const {
        std::vector<ntdbg_feature> all;
        ntdbg_feature feature;
        int ret = 0;
        for (uint32_t i = 0; (ret = ntdbg_port_feature(get(), i, &feature)) == 0; i++)
            all.push_back(feature);
        return check(ret == -ENOENT ? 0 : ret, "features", std::move(all));
    }
    result<done> set_flags(uint32_t flags) {
        return check(ntdbg_port_set_flags(get(), flags), "set flags", done{});
    }

    result<pid_t> launch(const std::vector<std::string> &argv, uint32_t flags = 0,
                         const char *cwd = nullptr) {
        std::vector<char *> pointers;
        pointers.reserve(argv.size() + 1);
        for (const std::string &arg : argv)
            pointers.push_back(const_cast<char *>(arg.c_str()));
        pointers.push_back(nullptr);
        auto opts = NTDBG_OPTS(ntdbg_launch_opts);
        opts.flags = flags;
        opts.cwd = cwd;
        pid_t pid = ntdbg_port_launch(get(), pointers.data(), &opts);
        if (pid > 0)
            return pid;
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_launch(pid, opts.failed_stage, argv.empty() ? "" : argv[0].c_str(), &advice);
        return error(pid, advice);
    }
    result<done> attach(pid_t pid) {
        int ret = ntdbg_port_attach(get(), pid);
        if (ret == 0)
            return done{};
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_attach(ret, pid, &advice);
        return error(ret, advice);
    }
    result<done> detach(pid_t pid) {
        int ret = ntdbg_port_detach(get(), pid);
        if (ret == 0)
            return done{};
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_detach(ret, pid, &advice);
        return error(ret, advice);
    }

    // The next event, held in buffer. Time running out is an error with ETIMEDOUT,
    // nobody left to wait for one with ECHILD.
    result<record> wait(event_buffer &buffer, timeout limit = std::nullopt, uint32_t flags = 0) {
        return finish(buffer, ntdbg_port_wait(get(), &buffer, sizeof(buffer), ns(limit), flags));
    }
    result<done> continue_event(const ntdbg_event &event, uint32_t status) {
        int ret = ntdbg_port_continue(get(), id(event.pid), id(event.tid), status);
        if (ret == 0)
            return done{};
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_continue(ret, id(event.pid), id(event.tid), &advice);
        return error(ret, advice);
    }
    // Both in one system call; event may be in buffer.
    result<record> continue_wait(const ntdbg_event &event, uint32_t status, event_buffer &buffer,
                                 timeout limit = std::nullopt, uint32_t flags = 0,
                                 uint32_t *halves = nullptr) {
        return finish(buffer,
                      ntdbg_port_continue_wait(get(), id(event.pid), id(event.tid), status, &buffer,
                                               sizeof(buffer), ns(limit), flags, halves));
    }
    result<records> read(std::span<std::byte> bytes) {
        ssize_t n = ntdbg_port_read(get(), bytes.data(), bytes.size());
        if (n < 0)
            return wait_error(static_cast<int>(n));
        return records(bytes.first(static_cast<size_t>(n)));
    }

private:
    struct closer {
        void operator()(ntdbg_port *raw) const { ntdbg_port_close(raw); }
    };

    explicit port(ntdbg_port *raw) : raw_(raw) {}

    static pid_t id(uint32_t value) { return static_cast<pid_t>(value); }
    static int64_t ns(timeout limit) { return limit ? limit->count() : NTDBG_FOREVER; }

    template <typename T>
    static result<T> check(int ret, const char *what, T value) {
        if (ret < 0)
            return error(ret, std::string(what) + ": " + std::strerror(-ret));
        return value;
    }
    static class error wait_error(int ret) {
        auto advice = NTDBG_OPTS(ntdbg_advice);
        ntdbg_explain_wait(ret, &advice);
        return {ret, advice};
    }
    static result<record> finish(const event_buffer &buffer, ssize_t size) {
        if (size < 0)
            return wait_error(static_cast<int>(size));
        return record::parse(std::span(buffer.bytes).first(static_cast<size_t>(size)));
    }

    std::unique_ptr<ntdbg_port, closer> raw_;
};

} // namespace ntdbg

#endif // NTDBG_NTDBG_HPP
