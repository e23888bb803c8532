/* SPDX-License-Identifier: MIT */

/*
 * Who may write where: threads that each have a lane of their own, signal handlers
 * that emit too and may leave by longjmp, and the overflow lane under its try-lock.
 * A write to a lane is a few steps here; what the steps store is lane.pml's matter.
 * Of memory only what the lock must carry is modelled: the overflow lane's `next`,
 * of which a thread may read any value that is not older than what it knows.
 *
 * Invariant checked: the claims named below, and that nothing ever waits. Run by
 * tests/model/run.sh.
 */

#ifndef THREADS
#define THREADS 2
#endif
#ifndef CALLS
#define CALLS 2 /* emits of each thread outside of handlers */
#endif
#ifndef SIGNALS
#define SIGNALS 2 /* handlers that run, one emit each; they may nest */
#endif

#define ALL_CALLS (THREADS * CALLS + SIGNALS)

/* Never set: they name the claim in pan's message about a violated assertion. */
hidden byte alone;   /* one writer in a lane at a time */
hidden byte once;    /* no position of a lane is written twice */
hidden byte counted; /* every call is written, dropped or left by longjmp; counters are exact */
#define CLAIM(name, condition) assert((condition) || name)

/* Each thread. */
bool alive[THREADS];
byte running[THREADS]; /* depth of what runs on it: 0 the program, 1.. handlers */
bool jump[THREADS];    /* longjmp under way: everything down to depth 0 is left */
bool busy[THREADS];

/* Each thread's own lane. */
byte own_next[THREADS];
byte own_records[THREADS]; /* its counter: relaxed load, relaxed store */
byte own_inside[THREADS];

/* The overflow lane. `next` only grows, so that knowing a value is knowing a message. */
bool lock;
byte lock_view;           /* the `next` that who acquires the lock comes to know */
byte over_next;           /* the newest */
byte over_known[THREADS]; /* what each thread knows of it */
byte over_inside;
bool over_used[ALL_CALLS + 1];

/* The shared block: fetch_add. */
byte shared_records;
byte shared_dropped;

/* Ghosts. */
byte calls, published;
byte left;      /* calls that a longjmp left before they wrote or dropped */
byte uncounted; /* records that a longjmp left before they were counted */
byte jumps;
byte signals;

/* A step of the context that runs on its thread now; or it is left. */
#define STEP(statements) \
    atomic { \
        running[t] == depth; \
        if \
        :: jump[t] -> goto leave \
        :: else \
        fi; \
        statements \
    }

inline write_own()
{
    STEP(busy[t] = true);
    STEP(own_inside[t]++; CLAIM(alone, own_inside[t] == 1); pos = own_next[t]);
    STEP(CLAIM(once, pos == own_next[t]); published++; begun = false; owed = true);
    STEP(count = own_records[t]);
    STEP(own_records[t] = count + 1; owed = false);
    STEP(own_next[t] = pos + 1; own_inside[t]--; pos = 0; count = 0);
    STEP(busy[t] = false)
}

inline write_overflow()
{
    /* Relaxed, under the lock. */
    STEP(
        over_inside++;
        CLAIM(alone, over_inside == 1);
        pos = over_known[t];
        do
        :: break
        :: pos < over_next -> pos++
        od;
        over_known[t] = pos
    );
    STEP(
        CLAIM(once, !over_used[pos]);
        over_used[pos] = true;
        published++;
        begun = false;
        owed = true
    );
#ifdef NESTED_OWN_COUNT
    STEP(count = own_records[t]);
    STEP(own_records[t] = count + 1; count = 0; owed = false);
#else
    STEP(shared_records++; owed = false);
#endif
    STEP(over_next = pos + 1; over_known[t] = pos + 1; pos = 0);
    STEP(
        over_inside--;
#ifndef RELAXED_UNLOCK
        lock_view = over_known[t];
#endif
        lock = false
    )
}

inline emit()
{
    STEP(calls++; begun = true);
    STEP(own = !busy[t]);
#ifdef NO_BUSY
    own = true;
#endif
    if
    :: own -> own = false; write_own()
    :: else ->
        STEP(
            if
#ifdef NO_TRY_LOCK
            :: got = true
#else
            :: !lock ->
                lock = true;
                got = true;
#ifndef RELAXED_LOCK
                over_known[t] = (lock_view > over_known[t] -> lock_view : over_known[t])
#endif
#endif
#ifndef WAIT_FOR_LOCK
            /* It is taken; or the exchange failed on an old value, or for nothing. */
            :: shared_dropped++; begun = false
#endif
            fi
        );
        if
        :: got -> got = false; write_overflow()
        :: else
        fi
    fi
}

/* The program's own calls. After a longjmp it goes on with the next. */
proctype program(byte t)
{
    byte todo = CALLS;
    byte pos, count;
    bool begun, owed, own, got;
    byte depth = 0;

again:
    do
    :: todo > 0 -> todo--; emit()
    :: else -> break
    od;
    STEP(alive[t] = false; goto ended);

leave:
    atomic {
        left = left + begun;
        uncounted = uncounted + owed;
        begun = false;
        owed = false;
        own = false;
        got = false;
        pos = 0;
        count = 0;
        jump[t] = false;
        goto again
    }
ended:
    skip
}

/* A handler: one call, then it returns or jumps. */
proctype handler(byte t; byte depth)
{
    byte pos, count;
    bool begun, owed, own, got;

    emit();
    STEP(
        if
        :: true
#ifndef NO_LONGJMP
        :: jump[t] = true; jumps++
#endif
        fi
    );
leave:
    atomic {
        running[t] == depth;
        left = left + begun;
        uncounted = uncounted + owed;
        running[t]--
    }
}

/* The kernel: starts the threads, interrupts them, and looks at the end. */
init
{
    byte t;
    byte sum;

    atomic {
        do
        :: t < THREADS -> alive[t] = true; run program(t); t++
        :: else -> t = 0; break
        od
    }
    do
    :: atomic {
        signals < SIGNALS ->
        if
        :: t = 0
        :: t = 1
#if THREADS > 2
        :: t = 2
#endif
        fi;
        if
        :: alive[t] && !jump[t] ->
            signals++;
            running[t]++;
            run handler(t, running[t])
        :: else
        fi;
        t = 0
       }
    :: break
    od;
    atomic {
        _nr_pr == 1;
        do
        :: t < THREADS -> sum = sum + own_records[t]; t++
        :: else -> t = 0; break
        od;
        sum = sum + shared_records;
        CLAIM(counted, calls == published + shared_dropped + left);
        CLAIM(counted, published == sum + uncounted);
        CLAIM(counted, jumps > 0 || left + uncounted == 0)
    }
}
