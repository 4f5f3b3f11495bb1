// SPDX-License-Identifier: MIT
// Malformed records: an error each, and never a look outside the buffer (the
// buffers end where the record does, so a sanitizer build would see it).
#include <cerrno>
#include <gtest/gtest.h>

#include "samples.h"

namespace {

using samples::Sample;

ssize_t check(const Sample &sample) {
    return ntdbg_record_check(sample.bytes().data(), sample.bytes().size());
}

TEST(Record, SoundOnesOfEveryType) {
    for (const Sample &sample :
         {samples::create_process(), samples::create_thread(), samples::load_image(),
          samples::unload_image(), samples::exception(samples::null_write()),
          samples::exit_event(NTDBG_EVENT_EXIT_THREAD, 0),
          samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0, NTDBG_EXIT_BY_EXCEPTION)})
        EXPECT_EQ(check(sample), static_cast<ssize_t>(sample.bytes().size()));
}

TEST(Record, CutOffAnywhere) {
    Sample sample = samples::load_image();
    for (size_t len = 0; len < sample.bytes().size(); len++) {
        std::vector<std::byte> cut(sample.bytes().begin(),
                                   sample.bytes().begin() + static_cast<ptrdiff_t>(len));
        EXPECT_EQ(ntdbg_record_check(cut.data(), len), -EMSGSIZE) << len;
    }
}

TEST(Record, NotAligned) {
    Sample sample = samples::create_thread();
    std::vector<std::byte> moved(sample.bytes().size() + 8);
    std::copy(sample.bytes().begin(), sample.bytes().end(), moved.begin() + 1);
    EXPECT_EQ(ntdbg_record_check(moved.data() + 1, sample.bytes().size()), -EINVAL);
}

TEST(Record, SizeTooSmallForItsType) {
    for (Sample sample : {samples::create_process(), samples::create_thread(),
                          samples::load_image(), samples::exception(samples::null_write()),
                          samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0)}) {
        sample.header().size = sizeof(ntdbg_event);
        EXPECT_EQ(check(sample), -EBADMSG);
    }
}

TEST(Record, SizeThatCannotBe) {
    for (uint32_t size : {0u, 8u, 39u, 65u, 68u, 0x80000000u, 0xFFFFFFF8u, 8200u}) {
        Sample sample = samples::create_thread();
        sample.header().size = size;
        EXPECT_EQ(check(sample), -EBADMSG) << size;
    }
}

TEST(Record, PathOutsideTheRecord) {
    const Sample good = samples::load_image("/x");
    auto broken = [&](auto change) {
        Sample sample = good;
        change(sample.as<ntdbg_event_image>().image);
        return check(sample);
    };
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_offset = 0; }), -EBADMSG);
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_offset = 8; }), -EBADMSG);
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_offset = 0xFFFFFFF8; }), -EBADMSG);
    EXPECT_EQ(
        broken([&](ntdbg_image &i) { i.path_offset = static_cast<uint32_t>(good.bytes().size()); }),
        -EBADMSG);
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_len = 8; }), -EBADMSG);
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_len = 0xFFFFFFFF; }), -EBADMSG);
    EXPECT_EQ(broken([](ntdbg_image &i) { i.path_len = 1; }), -EBADMSG); // no NUL there
}

TEST(Record, InstructionLongerThanItsField) {
    auto fault = samples::null_write();
    fault.insn_len = NTDBG_INSN_MAX + 1;
    EXPECT_EQ(check(samples::exception(fault)), -EBADMSG);
}

TEST(Record, SoftwareExceptionThatCannotBe) {
    Sample sample = samples::software(DBG_CONTROL_C, {1});
    EXPECT_GT(check(sample), 0);
    sample.as<ntdbg_event_exception>().software.nr_parameters = 16;
    EXPECT_EQ(check(sample), -EBADMSG);
    // It says that there is more, and there is not.
    sample = samples::software(DBG_CONTROL_C, {});
    sample.header().size = NTDBG_EVENT_EXCEPTION_SIZE;
    EXPECT_EQ(check(sample), -EBADMSG);
    // Without the flag nothing more is needed, nor looked at.
    sample.as<ntdbg_event_exception>().chance = NTDBG_EXCEPTION_FIRST_CHANCE;
    sample.as<ntdbg_event_exception>().software.nr_parameters = 99;
    EXPECT_GT(check(sample), 0);
}

TEST(Record, UnknownTypeAndNewerTailPass) {
    Sample unknown = samples::create_thread();
    unknown.header().type = 99;
    EXPECT_GT(check(unknown), 0);
    DBGKM_MSG msg;
    EXPECT_EQ(ntdbg_translate(unknown.bytes().data(), unknown.bytes().size(), nullptr, &msg),
              -ENOTSUP);
    EXPECT_EQ(unknown.record().message(), std::nullopt);

    // A later kernel appends fields: the path is found by its offset all the same.
    auto longer = Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
    struct Longer {
        ntdbg_event_image old;
        uint64_t more;
    };
    longer = Sample::of<Longer>(NTDBG_EVENT_LOAD_IMAGE);
    longer.path("/lib/new.so");
    EXPECT_EQ(longer.record().path(), "/lib/new.so");
}

TEST(Record, PathsAndParts) {
    EXPECT_EQ(samples::create_process().record().path(), "/bin/crash-av");
    EXPECT_EQ(samples::load_image("").record().path(), "");
    auto none = Sample::of<ntdbg_event_image>(NTDBG_EVENT_LOAD_IMAGE);
    EXPECT_EQ(none.record().path(), std::nullopt);
    EXPECT_EQ(samples::create_thread().record().path(), std::nullopt);
    EXPECT_EQ(samples::create_thread().record().image(), nullptr);
    EXPECT_EQ(samples::create_thread().record().fault(), nullptr);
    EXPECT_EQ(samples::exit_event(NTDBG_EVENT_EXIT_PROCESS, 0).record().fault(), nullptr);
    EXPECT_NE(samples::exception(samples::null_write()).record().fault(), nullptr);
}

TEST(Record, IterationEndsAtTheBrokenOne) {
    std::vector<std::byte> all;
    for (const Sample &sample : {samples::create_process(), samples::load_image()})
        all.insert(all.end(), sample.bytes().begin(), sample.bytes().end());
    std::vector<uint32_t> types;
    ntdbg::records good(all);
    for (const ntdbg::record &rec : good)
        types.push_back(rec.header().type);
    EXPECT_EQ(types, (std::vector<uint32_t>{NTDBG_EVENT_CREATE_PROCESS, NTDBG_EVENT_LOAD_IMAGE}));
    EXPECT_FALSE(good.error());

    all.resize(all.size() - 8);
    ntdbg::records bad(all);
    size_t n = 0;
    for (const ntdbg::record &rec : bad) {
        (void)rec;
        n++;
    }
    EXPECT_EQ(n, 1u);
    ASSERT_TRUE(bad.error());
    EXPECT_EQ(bad.error()->code(), EMSGSIZE);
}

} // namespace
