/* SPDX-License-Identifier: MIT */
/*
 * Text that is char or WCHAR, as _UNICODE says. For WCHAR (char16_t) libc has no functions, so
 * of those there are here only the few that a page of C can do; printing is for char alone.
 */
#ifndef NTDBG_WIN32_TCHAR_H
#define NTDBG_WIN32_TCHAR_H

#if defined(_UNICODE) && !defined(UNICODE)
#error "_UNICODE without UNICODE: define both."
#endif

#include "windef.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef TCHAR _TCHAR;
#define _T(quote) __TEXT(quote)
#define _TEXT(quote) __TEXT(quote)

#ifdef _UNICODE
static inline size_t _tcslen(const TCHAR *text) {
    size_t size = 0;
    while (text[size])
        size++;
    return size;
}

static inline TCHAR *_tcscpy(TCHAR *target, const TCHAR *source) {
    size_t at = 0;
    do
        target[at] = source[at];
    while (source[at++]);
    return target;
}

static inline TCHAR *_tcscat(TCHAR *target, const TCHAR *source) {
    _tcscpy(target + _tcslen(target), source);
    return target;
}

static inline int _tcscmp(const TCHAR *a, const TCHAR *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a < *b ? -1 : *a > *b;
}
#else
#define _tmain main
#define _tcslen strlen
#define _tcscpy strcpy
#define _tcscat strcat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tprintf printf
#define _ftprintf fprintf
#define _sntprintf snprintf
#define _putts puts
#define _ttoi atoi
#define _tcstoul strtoul
#endif

#endif /* NTDBG_WIN32_TCHAR_H */
