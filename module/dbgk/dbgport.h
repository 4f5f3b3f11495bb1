/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NTDBG_DBGK_DBGPORT_H
#define _NTDBG_DBGK_DBGPORT_H

int dbgport_init(void);
void dbgport_exit(void);

#endif /* _NTDBG_DBGK_DBGPORT_H */
