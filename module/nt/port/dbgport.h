/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_NT_DBGPORT_H
#define _NTDBG_NT_DBGPORT_H

int dbgport_init(void);
void dbgport_exit(void);

#endif /* _NTDBG_NT_DBGPORT_H */
