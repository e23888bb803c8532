/* SPDX-License-Identifier: MIT */
/*
 * Signals of the live screen.  Those that end, suspend or resize are handed to the loop through a
 * pipe; those that mean a crash give the terminal back at once and go on to their default action.
 * One screen at a time.
 */
#ifndef ACD_TUI_APP_SIGNALS_H
#define ACD_TUI_APP_SIGNALS_H

struct acd_screen;

/* What came since it was asked last. */
struct acd_signals {
    int ending; /* INT, TERM, HUP or QUIT; 0 none */
    int resized, suspended, continued;
};

/** Takes the signals over, before there is a screen. @return 0, -errno */
int acd_signals_open(void);
/** From now on a crash gives this screen's terminal back. */
void acd_signals_watch(const struct acd_screen *screen);
/** Puts them back as they were. */
void acd_signals_close(void);

/** Becomes readable when a signal came. */
int acd_signals_fd(void);
struct acd_signals acd_signals_take(void);

/** Stops the process as ^Z does, and returns when it goes on. The screen must be suspended. */
void acd_signals_stop_here(void);

/** Ends the process by the signal's default action. The screen must be closed. */
void acd_signals_end_by(int signal_number);

#endif
