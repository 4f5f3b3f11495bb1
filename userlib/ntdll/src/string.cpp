// SPDX-License-Identifier: MIT
// Counted strings. Lengths are bytes; a NUL is no part of a string.
#include <cstdlib>
#include <cstring>

#include <ntdbg/nt/convert.h>

#include "internal.h"

namespace {

constexpr size_t kUnit = sizeof(WCHAR);
constexpr size_t kMaximum = UINT16_MAX - 1; // bytes of a UNICODE_STRING, with its NUL

size_t units_of(const WCHAR *text) {
    size_t units = 0;
    while (text[units] != 0)
        units++;
    return units;
}

// A to Z only.
uint32_t folded(uint32_t unit, bool fold) {
    return fold && unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit;
}

// Appends what fits; false if that was not all, and then nothing.
bool append(UNICODE_STRING *to, const WCHAR *text, size_t length) {
    if (to->Length + length > to->MaximumLength)
        return false;
    memmove(to->Buffer + to->Length / kUnit, text, length);
    to->Length = static_cast<USHORT>(to->Length + length);
    if (to->Length + kUnit <= to->MaximumLength)
        to->Buffer[to->Length / kUnit] = 0;
    return true;
}

void init(STRING *string, const char *text) {
    constexpr size_t kLongest = UINT16_MAX - 1;
    size_t length = text ? strlen(text) : 0;
    if (length > kLongest)
        length = kLongest;
    string->Length = static_cast<USHORT>(length);
    string->MaximumLength = static_cast<USHORT>(text ? length + 1 : 0);
    string->Buffer = const_cast<char *>(text);
}

} // namespace

extern "C" {

VOID NTAPI RtlInitString(PSTRING DestinationString, PCSZ SourceString) {
    init(DestinationString, SourceString);
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString) {
    init(DestinationString, SourceString);
}

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    size_t length = SourceString ? units_of(SourceString) * kUnit : 0;
    if (length > kMaximum - kUnit)
        length = kMaximum - kUnit;
    DestinationString->Length = static_cast<USHORT>(length);
    DestinationString->MaximumLength = static_cast<USHORT>(SourceString ? length + kUnit : 0);
    DestinationString->Buffer = const_cast<WCHAR *>(SourceString);
}

VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
    DestinationString->Length = 0;
    if (!SourceString)
        return;
    size_t length = SourceString->Length;
    if (length > DestinationString->MaximumLength)
        length = DestinationString->MaximumLength;
    append(DestinationString, SourceString->Buffer, length);
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source) {
    if (!Source || append(Destination, Source, units_of(Source) * kUnit))
        return STATUS_SUCCESS;
    return STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
                                              PCUNICODE_STRING Source) {
    return append(Destination, Source->Buffer, Source->Length) ? STATUS_SUCCESS
                                                               : STATUS_BUFFER_TOO_SMALL;
}

LONG NTAPI RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                   BOOLEAN CaseInSensitive) {
    size_t units1 = String1->Length / kUnit;
    size_t units2 = String2->Length / kUnit;
    for (size_t i = 0; i < units1 && i < units2; i++) {
        uint32_t unit1 = folded(String1->Buffer[i], CaseInSensitive != FALSE);
        uint32_t unit2 = folded(String2->Buffer[i], CaseInSensitive != FALSE);
        if (unit1 != unit2)
            return static_cast<LONG>(unit1) - static_cast<LONG>(unit2);
    }
    return static_cast<LONG>(units1) - static_cast<LONG>(units2);
}

BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                                    BOOLEAN CaseInSensitive) {
    return String1->Length == String2->Length &&
           RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0;
}

NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                                            PCANSI_STRING SourceString,
                                            BOOLEAN AllocateDestinationString) {
    size_t length =
        kUnit * ntdbg_nt_utf16_from_bytes(nullptr, 0, SourceString->Buffer, SourceString->Length);
    if (length + kUnit > kMaximum)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        DestinationString->Buffer = static_cast<WCHAR *>(malloc(length + kUnit));
        if (!DestinationString->Buffer)
            return STATUS_NO_MEMORY;
        DestinationString->MaximumLength = static_cast<USHORT>(length + kUnit);
    } else if (length + kUnit > DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    ntdbg_nt_utf16_from_bytes(DestinationString->Buffer, length / kUnit, SourceString->Buffer,
                              SourceString->Length);
    DestinationString->Buffer[length / kUnit] = 0;
    DestinationString->Length = static_cast<USHORT>(length);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                                            PCUNICODE_STRING SourceString,
                                            BOOLEAN AllocateDestinationString) {
    size_t units = SourceString->Length / kUnit;
    size_t length = ntdbg_nt_bytes_from_utf16(nullptr, 0, SourceString->Buffer, units);
    if (length + 1 > UINT16_MAX)
        return STATUS_INVALID_PARAMETER_2;
    if (AllocateDestinationString) {
        DestinationString->Buffer = static_cast<char *>(malloc(length + 1));
        if (!DestinationString->Buffer)
            return STATUS_NO_MEMORY;
        DestinationString->MaximumLength = static_cast<USHORT>(length + 1);
    } else if (length + 1 > DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    ntdbg_nt_bytes_from_utf16(DestinationString->Buffer, length, SourceString->Buffer, units);
    DestinationString->Buffer[length] = 0;
    DestinationString->Length = static_cast<USHORT>(length);
    return STATUS_SUCCESS;
}

VOID NTAPI RtlFreeAnsiString(PANSI_STRING AnsiString) {
    free(AnsiString->Buffer);
    *AnsiString = {};
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) {
    free(UnicodeString->Buffer);
    *UnicodeString = {};
}

} // extern "C"
