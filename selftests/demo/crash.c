// SPDX-License-Identifier: GPL-2.0
/* A program with the oldest bug there is, for the demonstration. */

int main(void)
{
	volatile int *volatile nowhere = 0;

	*nowhere = 1;
	return 0;
}
