// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "last_error.h"
#include "text.h"

namespace ntdbg::win32 {
namespace {

struct Message {
    DWORD code;
    const char *text;
};

// In the order of the numbers. The sentences say what the code means in this library.
constexpr Message messages[] = {
    {ERROR_SUCCESS, "It worked."},
    {ERROR_INVALID_FUNCTION, "This cannot be done with that."},
    {ERROR_FILE_NOT_FOUND, "There is no such file."},
    {ERROR_PATH_NOT_FOUND, "There is no such path."},
    {ERROR_TOO_MANY_OPEN_FILES, "Too many files are open."},
    {ERROR_ACCESS_DENIED, "You may not do that, or it is ending."},
    {ERROR_INVALID_HANDLE, "The handle is none, or of another kind."},
    {ERROR_NOT_ENOUGH_MEMORY, "There is not enough memory for it."},
    {ERROR_BAD_LENGTH, "The length is wrong."},
    {ERROR_GEN_FAILURE, "It failed."},
    {ERROR_SHARING_VIOLATION, "Somebody else is writing to the file."},
    {ERROR_NOT_SUPPORTED, "This is not supported here."},
    {ERROR_DEV_NOT_EXIST, "There is no debug port: the module ntdbg is not loaded."},
    {ERROR_INVALID_PARAMETER, "An argument is wrong, or not right at this time."},
    {ERROR_NO_PROC_SLOTS, "No further process can be made."},
    {ERROR_SEM_TIMEOUT, "Nothing came in time."},
    {ERROR_INSUFFICIENT_BUFFER, "The buffer is too small."},
    {ERROR_SIGNAL_REFUSED, "The thread cannot be suspended once more."},
    {ERROR_BAD_EXE_FORMAT, "The file is no program for this machine."},
    {ERROR_FILENAME_EXCED_RANGE, "The name, or the list of arguments, is too long."},
    {ERROR_NO_MORE_ITEMS, "No event will come: nothing is debugged any more."},
    {ERROR_DIRECTORY, "The directory cannot be entered."},
    {ERROR_PARTIAL_COPY, "Not all of the memory could be read or written."},
    {ERROR_MR_MID_NOT_FOUND, "There is no message for this number."},
    {ERROR_INVALID_ADDRESS, "Nothing is mapped at that address."},
    {ERROR_PORT_NOT_SET, "Nobody debugs the process by that debug object."},
    {ERROR_OPERATION_ABORTED, "The wait was cancelled."},
    {ERROR_NOACCESS, "A pointer is bad."},
    {ERROR_INVALID_FLAGS, "The flags are wrong."},
    {ERROR_DEBUGGER_INACTIVE, "The debug object was closed."},
    {ERROR_NO_SYSTEM_RESOURCES, "The system lacks the means for it."},
    {ERROR_CANT_RESOLVE_FILENAME, "The name leads in a circle."},
};

const char *find(DWORD code) {
    for (const Message &message : messages) {
        if (message.code == code)
            return message.text;
    }
    return nullptr;
}

const char *text_of(DWORD flags, DWORD code) {
    constexpr DWORD elsewhere = FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_FROM_HMODULE;
    if (flags & elsewhere || !(flags & FORMAT_MESSAGE_FROM_SYSTEM)) {
        fail(flags & elsewhere ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER);
        return nullptr;
    }
    const char *text = find(code);
    if (!text)
        fail(ERROR_MR_MID_NOT_FOUND);
    return text;
}

// The characters without the NUL, 0 if that failed.
template <typename Char>
DWORD give(DWORD flags, const char *text, Char *buffer, DWORD room) {
    // Windows' messages end with a line's end, unless the caller breaks lines itself.
    const char *end = (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) ? " " : "\r\n";
    size_t size = strlen(text) + strlen(end);
    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        size_t least = room;
        auto **allocated = reinterpret_cast<Char **>(buffer);
        buffer = static_cast<Char *>(calloc(size + 1 > least ? size + 1 : least, sizeof(Char)));
        *allocated = buffer;
        if (!buffer)
            return static_cast<DWORD>(fail(ERROR_NOT_ENOUGH_MEMORY));
    } else if (size >= room) {
        return static_cast<DWORD>(fail(ERROR_INSUFFICIENT_BUFFER));
    }
    // The messages are ASCII.
    for (const char *part : {text, end}) {
        while (*part)
            *buffer++ = static_cast<Char>(*part++);
    }
    *buffer = 0;
    return static_cast<DWORD>(size);
}

template <typename Char>
DWORD format(DWORD flags, DWORD code, Char *buffer, DWORD room) {
    if (!buffer)
        return static_cast<DWORD>(fail(ERROR_INVALID_PARAMETER));
    const char *text = text_of(flags, code);
    return text ? give(flags, text, buffer, room) : 0;
}

} // namespace
} // namespace ntdbg::win32

using namespace ntdbg::win32;

DWORD FormatMessageA(DWORD flags, LPCVOID, DWORD message, DWORD, LPSTR buffer, DWORD size,
                     va_list *) {
    return format(flags, message, buffer, size);
}

DWORD FormatMessageW(DWORD flags, LPCVOID, DWORD message, DWORD, LPWSTR buffer, DWORD size,
                     va_list *) {
    return format(flags, message, buffer, size);
}

HLOCAL LocalFree(HLOCAL memory) {
    free(memory);
    return nullptr;
}
