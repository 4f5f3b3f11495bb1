// SPDX-License-Identifier: MIT
// The small conversions under the NT face: statuses, protections, times, text.
#include <cerrno>
#include <gtest/gtest.h>
#include <string>
#include <sys/mman.h>

#include "nt/time.h"

#include <ntdbg/nt/convert.h>
#include <ntdbg/nt/ntdll.h>

namespace {

TEST(NtStatus, EveryErrno) {
    const struct {
        int error;
        NTSTATUS status;
    } rows[] = {
        {EBADF, STATUS_INVALID_HANDLE},
        {ENOTTY, STATUS_OBJECT_TYPE_MISMATCH},
        {EACCES, STATUS_ACCESS_DENIED},
        {EPERM, STATUS_ACCESS_DENIED},
        {EDEADLK, STATUS_ACCESS_DENIED},
        {ESRCH, STATUS_INVALID_CID},
        {EBUSY, STATUS_PORT_ALREADY_SET},
        {ENOTCONN, STATUS_PORT_NOT_SET},
        {EOWNERDEAD, STATUS_PROCESS_IS_TERMINATING},
        {ESHUTDOWN, STATUS_DEBUGGER_INACTIVE},
        {ECANCELED, STATUS_DEBUGGER_INACTIVE},
        {ECHILD, DBG_NO_STATE_CHANGE},
        {EAGAIN, STATUS_TIMEOUT},
        {ETIMEDOUT, STATUS_TIMEOUT},
        {EOVERFLOW, STATUS_SUSPEND_COUNT_EXCEEDED},
        {EFAULT, STATUS_ACCESS_VIOLATION},
        {EIO, STATUS_PARTIAL_COPY},
        {EINVAL, STATUS_INVALID_PARAMETER},
        {ENOMEM, STATUS_INSUFFICIENT_RESOURCES},
        {EOPNOTSUPP, STATUS_NOT_SUPPORTED},
        {ENOENT, STATUS_NO_SUCH_DEVICE},
        {EXDEV, STATUS_UNSUCCESSFUL},
    };
    for (const auto &row : rows) {
        EXPECT_EQ(ntdbg_nt_status_from_errno(row.error), row.status) << row.error;
        EXPECT_EQ(ntdbg_nt_status_from_errno(-row.error), row.status) << row.error;
    }
    EXPECT_EQ(ntdbg_nt_status_from_errno(0), STATUS_SUCCESS);
}

// No failure may look like a success, nor the other way round.
TEST(NtStatus, NoErrnoIsASuccess) {
    for (int error = 1; error < 134; error++) {
        NTSTATUS status = ntdbg_nt_status_from_errno(error);
        bool waits = error == EAGAIN || error == ETIMEDOUT || error == EINTR;
        EXPECT_EQ(NT_SUCCESS(status), waits) << error;
    }
}

TEST(NtStatus, DosErrors) {
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_SUCCESS), 0u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_PORT_ALREADY_SET), 87u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_PROCESS_IS_TERMINATING), 5u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_THREAD_IS_TERMINATING), 5u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_INVALID_CID), 87u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_DEBUGGER_INACTIVE), 1284u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_PORT_NOT_SET), 642u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_SUSPEND_COUNT_EXCEEDED), 156u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_TIMEOUT), 1460u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_INVALID_HANDLE), 6u);
    EXPECT_EQ(RtlNtStatusToDosError(STATUS_ACCESS_VIOLATION), 998u);
    EXPECT_EQ(RtlNtStatusToDosError(static_cast<NTSTATUS>(0xC7777777)), 317u);
}

// Every status that a call can return has an error of its own table.
TEST(NtStatus, EveryErrnoHasADosError) {
    for (int error = 0; error < 134; error++)
        EXPECT_NE(RtlNtStatusToDosError(ntdbg_nt_status_from_errno(error)), 317u) << error;
}

TEST(NtPage, FromProt) {
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_NONE, 0), PAGE_NOACCESS);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_READ, 0), PAGE_READONLY);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_WRITE, 0), PAGE_READWRITE);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_READ | PROT_WRITE, 0), PAGE_READWRITE);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_READ | PROT_WRITE, 1), PAGE_WRITECOPY);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_EXEC, 0), PAGE_EXECUTE);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_EXEC | PROT_READ, 1), PAGE_EXECUTE_READ);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_EXEC | PROT_READ | PROT_WRITE, 0),
              PAGE_EXECUTE_READWRITE);
    EXPECT_EQ(ntdbg_nt_page_from_prot(PROT_EXEC | PROT_READ | PROT_WRITE, 1),
              PAGE_EXECUTE_WRITECOPY);
}

TEST(NtPage, ToProt) {
    for (int prot : {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_EXEC, PROT_READ | PROT_EXEC,
                     PROT_READ | PROT_WRITE | PROT_EXEC}) {
        for (int copy : {0, 1})
            EXPECT_EQ(
                ntdbg_nt_prot_from_page(ntdbg_nt_page_from_prot(static_cast<uint32_t>(prot), copy)),
                prot);
    }
    EXPECT_EQ(ntdbg_nt_prot_from_page(0), -EINVAL);
    EXPECT_EQ(ntdbg_nt_prot_from_page(PAGE_READONLY | PAGE_READWRITE), -EINVAL);
    EXPECT_EQ(ntdbg_nt_prot_from_page(0x80000000), -EINVAL);
    EXPECT_EQ(ntdbg_nt_prot_from_page(PAGE_GUARD), -EINVAL);
    EXPECT_EQ(ntdbg_nt_prot_from_page(PAGE_READWRITE | PAGE_GUARD), -EOPNOTSUPP);
}

constexpr int64_t kEpoch = 116444736000000000; // 1970 in NT's time

TEST(NtTime, SystemTime) {
    EXPECT_EQ(ntdbg::nt::system_time(0), kEpoch);
    EXPECT_EQ(ntdbg::nt::system_time(1'000'000'000), kEpoch + 10'000'000);
}

TEST(NtTime, Deadlines) {
    using ntdbg::nt::deadline;
    ntdbg::nt::Clocks clocks{.real = 5'000'000'000, .monotonic = 1'000, .boot = 2'000};
    EXPECT_EQ(deadline(0, clocks), 0u);
    EXPECT_EQ(deadline(-1, clocks), 1'100u);
    EXPECT_EQ(deadline(-10'000'000, clocks), 1'000'001'000u);
    // A point of the system clock: one second ahead, now, and long ago.
    EXPECT_EQ(deadline(kEpoch + 60'000'000, clocks), 1'000'001'000u);
    EXPECT_EQ(deadline(kEpoch + 50'000'000, clocks), 0u);
    EXPECT_EQ(deadline(1, clocks), 0u);
    // So far away that nanoseconds cannot say it.
    EXPECT_EQ(deadline(INT64_MIN, clocks), NTDBG_WAIT_FOREVER);
    EXPECT_EQ(deadline(INT64_MIN + 1, clocks), NTDBG_WAIT_FOREVER);
    EXPECT_EQ(deadline(INT64_MAX, clocks), NTDBG_WAIT_FOREVER);
}

std::u16string wide(const std::string &bytes) {
    std::u16string out(ntdbg_nt_utf16_from_bytes(nullptr, 0, bytes.data(), bytes.size()), 0);
    EXPECT_EQ(ntdbg_nt_utf16_from_bytes(out.data(), out.size(), bytes.data(), bytes.size()),
              out.size());
    return out;
}

std::string narrow(const std::u16string &units) {
    std::string out(ntdbg_nt_bytes_from_utf16(nullptr, 0, units.data(), units.size()), 0);
    EXPECT_EQ(ntdbg_nt_bytes_from_utf16(out.data(), out.size(), units.data(), units.size()),
              out.size());
    return out;
}

TEST(NtText, Utf8) {
    EXPECT_EQ(wide("/bin/ls"), u"/bin/ls");
    EXPECT_EQ(wide("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), u"\u00E4\u20AC\U0001F600");
    EXPECT_EQ(narrow(u"\u00E4\u20AC\U0001F600\U0010FFFF"),
              "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
    EXPECT_EQ(wide(""), u"");
    EXPECT_EQ(wide(std::string(1, '\0')), std::u16string(1, u'\0'));
}

// Every byte that is no UTF-8 comes back as it was, whatever stands beside it.
TEST(NtText, AnyBytesSurvive) {
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            for (const char *tail : {"", "a", "\x80", "\xBF\xBF", "\xED\xA0\x80"}) {
                std::string bytes{static_cast<char>(first), static_cast<char>(second)};
                bytes += tail;
                EXPECT_EQ(narrow(wide(bytes)), bytes) << first << " " << second;
            }
        }
    }
}

TEST(NtText, BadFormsAreBytes) {
    EXPECT_EQ(wide("\xFF"), std::u16string(1, char16_t{0xDCFF}));
    EXPECT_EQ(wide("\xC0\x80").size(), 2u);         // an overlong NUL
    EXPECT_EQ(wide("\xED\xA0\x80").size(), 3u);     // a surrogate
    EXPECT_EQ(wide("\xF4\x90\x80\x80").size(), 4u); // beyond Unicode
    EXPECT_EQ(wide("\xE2\x82").size(), 2u);         // cut off
}

TEST(NtText, FillsNoMoreThanThereIs) {
    char16_t units[4] = {1, 1, 1, 1};
    EXPECT_EQ(ntdbg_nt_utf16_from_bytes(units, 2, "abcd", 4), 4u);
    EXPECT_EQ(units[1], u'b');
    EXPECT_EQ(units[2], 1);
}

} // namespace
