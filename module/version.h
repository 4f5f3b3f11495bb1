/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_VERSION_H
#define _NTDBG_VERSION_H

#define NTDBG_VERSION "0.1.0"

#endif /* _NTDBG_VERSION_H */
