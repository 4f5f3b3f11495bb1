// SPDX-License-Identifier: MIT
// Checking a raw record, so that everybody after this may believe it.
#include <cerrno>
#include <cstdint>

#include <ntdbg/ntdbg.h>

namespace {

// The least that a record of this type has; a newer kernel may append to it.
size_t least_size(uint32_t type) {
    switch (type) {
    case NTDBG_EVENT_EXCEPTION:
        return NTDBG_EVENT_EXCEPTION_SIZE;
    case NTDBG_EVENT_CREATE_THREAD:
        return sizeof(ntdbg_event_create_thread);
    case NTDBG_EVENT_CREATE_PROCESS:
        return sizeof(ntdbg_event_create_process);
    case NTDBG_EVENT_EXIT_THREAD:
    case NTDBG_EVENT_EXIT_PROCESS:
        return sizeof(ntdbg_event_exit);
    case NTDBG_EVENT_LOAD_IMAGE:
    case NTDBG_EVENT_UNLOAD_IMAGE:
        return sizeof(ntdbg_event_image);
    default:
        return sizeof(ntdbg_event);
    }
}

// Of an exception made by software a record has more.
bool software_is_sound(const ntdbg_event *record) {
    if (record->type != NTDBG_EVENT_EXCEPTION)
        return true;
    const auto *event = reinterpret_cast<const ntdbg_event_exception *>(record);
    if (!(event->chance & NTDBG_EXCEPTION_SOFTWARE))
        return true;
    return record->size >= sizeof(*event) &&
           event->software.nr_parameters <= NTDBG_EXCEPTION_MAX_PARAMETERS;
}

// The path has to lie behind the fixed part, inside the record, with its NUL.
bool path_is_sound(const ntdbg_event *record, const ntdbg_image *image) {
    if (image->path_offset == 0)
        return image->path_len == 0;
    if (image->path_offset < least_size(record->type) || image->path_offset >= record->size)
        return false;
    if (image->path_len >= record->size - image->path_offset)
        return false;
    const char *path = reinterpret_cast<const char *>(record) + image->path_offset;
    return path[image->path_len] == '\0';
}

} // namespace

extern "C" {

const struct ntdbg_image *ntdbg_record_image(const struct ntdbg_event *record) {
    switch (record->type) {
    case NTDBG_EVENT_CREATE_PROCESS:
        return &reinterpret_cast<const ntdbg_event_create_process *>(record)->image;
    case NTDBG_EVENT_LOAD_IMAGE:
    case NTDBG_EVENT_UNLOAD_IMAGE:
        return &reinterpret_cast<const ntdbg_event_image *>(record)->image;
    default:
        return nullptr;
    }
}

const struct ntdbg_fault *ntdbg_record_fault(const struct ntdbg_event *record) {
    switch (record->type) {
    case NTDBG_EVENT_EXCEPTION:
        return &reinterpret_cast<const ntdbg_event_exception *>(record)->fault;
    case NTDBG_EVENT_EXIT_THREAD:
    case NTDBG_EVENT_EXIT_PROCESS: {
        const auto *exit = reinterpret_cast<const ntdbg_event_exit *>(record);
        return exit->how & NTDBG_EXIT_BY_EXCEPTION ? &exit->fault : nullptr;
    }
    default:
        return nullptr;
    }
}

const char *ntdbg_record_path(const struct ntdbg_event *record, size_t *len) {
    const ntdbg_image *image = ntdbg_record_image(record);
    if (len)
        *len = image ? image->path_len : 0;
    if (!image || image->path_offset == 0)
        return nullptr;
    return reinterpret_cast<const char *>(record) + image->path_offset;
}

ssize_t ntdbg_record_check(const void *buf, size_t len) {
    if (reinterpret_cast<uintptr_t>(buf) % alignof(ntdbg_event) != 0)
        return -EINVAL;
    if (len < sizeof(ntdbg_event))
        return -EMSGSIZE;
    const auto *record = static_cast<const ntdbg_event *>(buf);
    if (record->size % 8 != 0 || record->size < least_size(record->type) ||
        record->size > NTDBG_EVENT_MAX_SIZE)
        return -EBADMSG;
    if (record->size > len)
        return -EMSGSIZE;
    if (!software_is_sound(record))
        return -EBADMSG;
    const ntdbg_image *image = ntdbg_record_image(record);
    if (image && !path_is_sound(record, image))
        return -EBADMSG;
    const ntdbg_fault *fault = ntdbg_record_fault(record);
    if (fault && fault->insn_len > NTDBG_INSN_MAX)
        return -EBADMSG;
    return static_cast<ssize_t>(record->size);
}

} // extern "C"
