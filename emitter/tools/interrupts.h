/* SPDX-License-Identifier: MIT */
/*
 * Signals of the pipe.  They are let in only while it waits for its input or output, so that none comes
 * between a look at the flags and a wait.  One user, the program's main thread.
 */
#ifndef ACD_EMITTER_TOOLS_INTERRUPTS_H
#define ACD_EMITTER_TOOLS_INTERRUPTS_H

#include <stdbool.h>

void acd_interrupts_install(void);

/** Waits until `fd` can be read, or written: 1; 0 when a signal came instead; else -errno. */
int acd_interrupts_wait(int fd, bool write);

/** Was SIGUSR1 sent since it was asked last? */
bool acd_interrupts_asked(void);
/** The signal that says: end now.  0: none.  INT, the first time, waits for the input's end. */
int acd_interrupts_ending(bool input_is_terminal);
/** Any that came and says how to end. 0: none. */
int acd_interrupts_last(void);

/** Ends the process by the signal's default action, if that ends it. */
void acd_interrupts_die(int signal_number);

#endif
