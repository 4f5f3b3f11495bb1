// SPDX-License-Identifier: MIT
// The explanations with the machine as an argument, so that tests can fake it.
#ifndef NTDBG_SRC_ADVICE_H
#define NTDBG_SRC_ADVICE_H

#include <ntdbg/ntdbg.h>

#include "machine.h"

namespace ntdbg::detail {

void explain_open(const Machine &machine, int error, const char *device, ntdbg_advice *advice);
void explain_attach(const Machine &machine, int error, pid_t pid, ntdbg_advice *advice);
void explain_launch(int error, uint32_t stage, const char *program, ntdbg_advice *advice);

} // namespace ntdbg::detail

#endif
