// SPDX-License-Identifier: MIT
// Raw records as the kernel would make them.
#ifndef NTDBG_TESTS_SAMPLES_H
#define NTDBG_TESTS_SAMPLES_H

#include <cstring>
#include <initializer_list>
#include <string_view>
#include <vector>

#include <ntdbg/ntdbg.hpp>

namespace samples {

constexpr uint32_t kPid = 0x10a4;
constexpr uint32_t kTid = 0x10a7;
constexpr uint64_t kSecond = 1'000'000'000;

class Sample {
public:
    template <typename T>
    static Sample of(uint32_t type) {
        Sample sample;
        sample.bytes_.resize(sizeof(T));
        sample.header().type = type;
        sample.header().size = sizeof(T);
        sample.header().seq = 1;
        sample.header().cpu = 3;
        sample.header().time_ns = kSecond;
        sample.header().pid = kPid;
        sample.header().tid = kPid;
        return sample;
    }

    template <typename T>
    T &as() {
        return *reinterpret_cast<T *>(bytes_.data());
    }
    ntdbg_event &header() { return as<ntdbg_event>(); }
    std::span<const std::byte> bytes() const { return bytes_; }
    ntdbg::record record() const { return ntdbg::record::parse(bytes()).value(); }

    Sample &seq(uint64_t value, uint64_t time_ns = kSecond) {
        header().seq = value;
        header().time_ns = time_ns;
        return *this;
    }
    Sample &thread(uint32_t tid) {
        header().tid = tid;
        return *this;
    }
    Sample &process(uint32_t pid) {
        header().pid = header().tid = pid;
        return *this;
    }
    Sample &flags(uint32_t value) {
        header().flags = value;
        return *this;
    }
    // Appends the path, with its NUL and padding.
    Sample &path(std::string_view text) {
        size_t offset = bytes_.size();
        bytes_.resize((offset + text.size() + 1 + 7) / 8 * 8);
        std::memcpy(bytes_.data() + offset, text.data(), text.size());
        header().size = static_cast<uint32_t>(bytes_.size());
        auto *image = const_cast<ntdbg_image *>(ntdbg_record_image(&header()));
        image->path_offset = static_cast<uint32_t>(offset);
        image->path_len = static_cast<uint32_t>(text.size());
        return *this;
    }

private:
    std::vector<std::byte> bytes_; // operator new aligns it to 16
};

inline ntdbg_image image(uint64_t base, uint64_t end) {
    ntdbg_image out{};
    out.base = base;
    out.end = end;
    out.dev = (uint64_t{8} << 32) | 1;
    out.ino = 4242;
    out.file_fd = -1;
    return out;
}

inline Sample create_process() {
    auto sample = Sample::of<ntdbg_event_create_process>(NTDBG_EVENT_CREATE_PROCESS);
    auto &event = sample.as<ntdbg_event_create_process>();
    event.image = image(0x555555554000, 0x555555559000);
    event.image.entry = 0x555555555060;
    event.start_address = 0x7ffff7fe4000;
    event.stack = 0x7fffffffe000;
    event.ppid = 0x1000;
    return sample.path("/bin/crash-av");
}

inline Sample load_image(std::string_view path = "/usr/lib/libc.so.6") {
    auto sample = Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
    sample.as<ntdbg_event_image>().image = image(0x7ffff7dc0000, 0x7ffff7fa5000);
    return sample.path(path);
}

inline Sample unload_image() {
    auto sample = load_image();
    sample.header().type = NTDBG_EVENT_UNLOAD_IMAGE;
    return sample;
}

inline Sample create_thread() {
    auto sample = Sample::of<ntdbg_event_create_thread>(NTDBG_EVENT_CREATE_THREAD);
    auto &event = sample.as<ntdbg_event_create_thread>();
    event.start_address = 0x7ffff7dd0010;
    event.stack = 0x7ffff6000000;
    event.tls = 0x7ffff6000700;
    return sample.thread(kTid);
}

inline ntdbg_fault fault(int signo, int code, uint32_t trap, uint64_t error_code = 0,
                         uint64_t address = 0) {
    ntdbg_fault out{};
    out.signo = signo;
    out.code = code;
    out.trap = trap;
    out.error_code = error_code;
    out.address = address;
    out.ip = 0x555555555139;
    out.regs.rip = out.ip;
    out.regs.cs = 0x33;
    return out;
}

inline ntdbg_fault with_insn(ntdbg_fault f, std::initializer_list<uint8_t> insn) {
    f.insn_len = 0;
    for (uint8_t byte : insn)
        f.insn[f.insn_len++] = byte;
    return f;
}

inline ntdbg_fault null_write() {
    return with_insn(fault(11, 1, 14, 6, 0), {0xc7, 0x00, 0x2a, 0, 0, 0});
}

inline Sample exception(const ntdbg_fault &f, uint32_t chance = NTDBG_EXCEPTION_FIRST_CHANCE) {
    auto sample = Sample::of<ntdbg_event_exception>(NTDBG_EVENT_EXCEPTION);
    sample.as<ntdbg_event_exception>().chance = chance;
    sample.as<ntdbg_event_exception>().fault = f;
    return sample.thread(kTid);
}

inline Sample software(NTSTATUS code, std::initializer_list<uint64_t> parameters) {
    auto sample =
        exception(fault(0, 0, 0), NTDBG_EXCEPTION_FIRST_CHANCE | NTDBG_EXCEPTION_SOFTWARE);
    auto &made = sample.as<ntdbg_event_exception>().software;
    made.code = static_cast<uint32_t>(code);
    made.address = 0x555555555200;
    for (uint64_t parameter : parameters)
        made.information[made.nr_parameters++] = parameter;
    return sample;
}

inline Sample exit_event(uint32_t type, uint32_t wait_status, uint32_t how = 0) {
    auto sample = Sample::of<ntdbg_event_exit>(type);
    sample.as<ntdbg_event_exit>().wait_status = wait_status;
    sample.as<ntdbg_event_exit>().how = how;
    if (how & NTDBG_EXIT_BY_EXCEPTION)
        sample.as<ntdbg_event_exit>().fault = null_write();
    return sample;
}

} // namespace samples

#endif
