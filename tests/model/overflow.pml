/* SPDX-License-Identifier: MIT */

/*
 * Who may write where: threads that each have a lane of their own, signal handlers
 * that emit too and may leave by longjmp or end their thread, and the overflow lane
 * under its try-lock, which is inherited from a holder whose thread has ended.
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
#ifndef SHARING
#define SHARING 1 /* threads, the last ones, that found no lane: all their calls go to the overflow lane */
#endif
#ifndef SIGNALS
#define SIGNALS 2 /* handlers that run, one emit each; they may nest */
#endif

#ifdef ID_REUSED
#define ALL_CALLS (2 * THREADS * CALLS + SIGNALS)
#else
#define ALL_CALLS (THREADS * CALLS + SIGNALS)
#endif

/* Never set: they name the claim in pan's message about a violated assertion. */
hidden byte alone;   /* one writer in a lane at a time */
hidden byte once;    /* no position of a lane is written twice */
hidden byte counted; /* every call is written, dropped or left by longjmp; counters are exact */
#define CLAIM(name, condition) assert((condition) || name)

/* Each thread. */
bool alive[THREADS];
byte running[THREADS]; /* depth of what runs on it: 0 the program, 1.. handlers */
bool jump[THREADS];    /* longjmp under way: everything down to depth 0 is left */
bool ending[THREADS];  /* the same, and then the thread ends */
bool busy[THREADS];

/* Each thread's own lane. */
byte own_next[THREADS];
byte own_records[THREADS]; /* its counter: relaxed load, relaxed store */
byte own_inside[THREADS];

/* The overflow lane. `next` only grows, so that knowing a value is knowing a message. */
byte lock;                /* who holds it: thread + 1 */
byte turn;                /* how often it was taken: the other half of the word */
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
        inside = true;
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
#endif
    STEP(
#ifndef NESTED_OWN_COUNT
        shared_records++;
        owed = false;
#endif
        over_next = pos + 1;
        over_known[t] = pos + 1;
        pos = 0
    );
    STEP(
        over_inside--;
        inside = false;
#ifndef RELAXED_UNLOCK
        lock_view = over_known[t];
#endif
        lock = 0
    )
}

/* The kernel's word that the holder is gone makes all that it did known. */
inline inherit()
{
    STEP(
        if
#ifdef BARE_ID
        :: lock == holder ->
#else
        :: lock == holder && turn == held ->
#endif
            lock = t + 1;
            turn++;
            got = true;
#ifndef NO_ATTACH
            over_next = (over_used[over_next] -> over_next + 1 : over_next);
#endif
            over_known[t] = over_next
        :: else -> shared_dropped++; begun = false
        fi;
        holder = 0;
        held = 0
    )
}

inline emit()
{
    STEP(
        calls++;
        begun = true;
#ifdef NO_BUSY
        own = (t + SHARING < THREADS)
#else
        own = (t + SHARING < THREADS && !busy[t])
#endif
    );
    if
#if SHARING < THREADS
    :: own -> own = false; write_own()
#endif
    :: else ->
        STEP(
            if
#ifdef NO_TRY_LOCK
            :: got = true
#else
            :: lock == 0 ->
                lock = t + 1;
                turn++;
                got = true;
#ifndef RELAXED_LOCK
                over_known[t] = (lock_view > over_known[t] -> lock_view : over_known[t])
#endif
#endif
#ifndef WAIT_FOR_LOCK
            /* It is taken; or the exchange failed on an old value, or for nothing. */
            :: shared_dropped++; begun = false
            /* It is taken, by a thread of which the kernel knows no more. */
            :: lock != 0 && !alive[lock - 1] -> holder = lock; held = turn
#endif
            fi
        );
        if
        :: holder != 0 -> inherit()
        :: else
        fi;
        if
        :: got -> got = false; write_overflow()
        :: else
        fi
    fi
}

/* Whoever is left in the middle of a call never comes back to it. */
inline leave_call()
{
    left = left + begun;
    uncounted = uncounted + owed;
    over_inside = over_inside - inside
}

/* The program's own calls. After a longjmp it goes on with the next. */
proctype program(byte t)
{
    byte todo = CALLS;
    byte pos, count, holder, held;
    bool begun, owed, own, got, inside;
    byte depth = 0;

again:
    do
    :: todo > 0 -> todo--; emit()
    :: else -> break
    od;
    STEP(alive[t] = false; goto ended);

leave:
    atomic {
        leave_call();
        jump[t] = false;
        begun = false;
        owed = false;
        own = false;
        got = false;
        inside = false;
        holder = 0;
        held = 0;
        pos = 0;
        count = 0;
        if
        :: ending[t] -> alive[t] = false
        :: else -> goto again
        fi
    }
#ifdef ID_REUSED
    /* A new thread, to which the kernel gives the number of the one that ended. */
    atomic { ending[t] = false; busy[t] = false; alive[t] = true; todo = CALLS; goto again }
#endif
ended:
    skip
}

/* A handler: one call, then it returns, jumps, or ends the thread. */
proctype handler(byte t; byte depth)
{
    byte pos, count, holder, held;
    bool begun, owed, own, got, inside;

    emit();
    STEP(
        if
        :: true
#ifndef NO_LONGJMP
        :: jump[t] = true; jumps++
        :: jump[t] = true; jumps++; ending[t] = true
#endif
        fi
    );
leave:
    atomic {
        running[t] == depth;
        leave_call();
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
