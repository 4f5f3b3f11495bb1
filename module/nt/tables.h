/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_NT_TABLES_H
#define _NTDBG_NT_TABLES_H

int nt_tables_init(void);

#endif /* _NTDBG_NT_TABLES_H */
