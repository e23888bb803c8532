/* SPDX-License-Identifier: MIT */
/*
 * Pause points between any two steps of the writer, for the tests that stop, kill or interrupt it
 * there.  Compiled in with --enable-pause-points only; otherwise they are nothing.
 */
#ifndef ACD_PAUSE_H
#define ACD_PAUSE_H

enum acd_pause_point {
    ACD_PAUSE_BUSY, /* busy is set */
    ACD_PAUSE_MARKED,
    ACD_PAUSE_FENCED,
    ACD_PAUSE_PAYLOAD,
    ACD_PAUSE_STAMPED,
    ACD_PAUSE_FIRST_STAMPED,
    ACD_PAUSE_NEXT,
    ACD_PAUSE_RECORDS,
    ACD_PAUSE_OVERFLOW_LOCKED,
    ACD_PAUSE_COUNTED,      /* between a denominator and its numerator */
    ACD_PAUSE_SITE_TAKEN,   /* a site has its number, not yet its text */
    ACD_PAUSE_LANE_TAKEN,   /* a lane has its new owner, nothing else */
    ACD_PAUSE_LANE_MADE,    /* a lane is allocated, not yet in the directory */
    ACD_PAUSE_NO_ROOM,      /* chunks were found missing, not yet paid for */
    ACD_PAUSE_OPEN_HIDDEN,  /* the file is complete, not yet visible */
    ACD_PAUSE_CLOSE_MARKED, /* closed, still mapped */
    ACD_PAUSE_COUNT
};

#ifdef ACD_PAUSE_POINTS
/* Set by a test before the threads that it wants to catch start. */
extern void (*acd_pause_hook)(enum acd_pause_point point);
#define ACD_PAUSE(point)                                                                           \
    do {                                                                                           \
        if (acd_pause_hook)                                                                        \
            acd_pause_hook(point);                                                                 \
    } while (0)
#else
#define ACD_PAUSE(point) ((void)0)
#endif

#endif
