/* SPDX-License-Identifier: MIT */

/*
 * The lane protocol of emitter/ring.h: one writer at a time, owners that follow
 * one another and may die at any step, one reader that may be anywhere and as
 * late as it likes. Memory is C11's, not the machine's: see README.md, which
 * also says how the words here map to the code and what is not modelled.
 *
 * Every store is a message in one list, in the order in which the lane's owners
 * made them; ownership is handed over with happens-before, so that order is the
 * modification order of each word. What a thread knows after an acquire is
 * everything up to some message: a view is one number. A load returns any
 * message of its word that is not older than what the thread knows, so loads
 * and stores between fences are seen in every order that C11 allows.
 *
 * Invariant checked: the claims named below. Run by tests/model/run.sh.
 */

#ifndef CELLS
#define CELLS 4 /* of the lane */
#endif
#ifndef MAXK
#define MAXK 2 /* cells of a record, at most half of the lane's (the code: a quarter) */
#endif
#ifndef RECORDS
#define RECORDS 3 /* that all owners begin together */
#endif
#ifndef OWNERS
#define OWNERS 2 /* of the lane, one after the other */
#endif
#ifndef WORDS
#define WORDS 1 /* of payload in a cell */
#endif

/* A stamp: position << 2 | state. */
#define EMPTY 0
#define WRITING 1
#define FIRST 2
#define CONT 3
#define STAMP(pos, state) (((pos) << 2) | (state))
#define STATE(stamp) ((stamp) & 3)
#define POS(stamp) ((stamp) >> 2)
#define IS_AT(stamp, pos) ((stamp) != EMPTY && POS(stamp) == (pos))

/* The words of the lane. */
#define W_STAMP(pos) ((pos) % CELLS)
#define W_DATA(pos, word) (CELLS + ((pos) % CELLS) * WORDS + (word))
#define W_NEXT (CELLS * (1 + WORDS))
#define W_RECORDS (W_NEXT + 1)
#define LOCATIONS (W_NEXT + 2)

/* A record: two stamps and the payload for each cell, next, records. An owner: next and
 * records when it takes over, and the marks of a record that it did not come to begin. */
#define MESSAGES (RECORDS * (MAXK * (2 + WORDS) + 2) + OWNERS * (2 + MAXK))

/*
 * Each names a claim in pan's message about a violated assertion, and is 0. MIX_ONLY
 * leaves the first alone, to show that a control fails by a mix and not only by a count.
 */
#ifdef MIX_ONLY
#define OTHERS 1
#else
#define OTHERS 0
#endif
hidden byte whole;              /* what is accepted is one record, all of it, at its position */
hidden byte ordered = OTHERS;   /* ordinals: one a published record, in order, and seen so */
hidden byte once = OTHERS;      /* a final stamp of a position is stored once */
hidden byte counted = OTHERS;   /* at rest, seen + lost = written */
hidden byte last = OTHERS;      /* only the last record of an owner can be unfinished */
hidden byte complete = OTHERS;  /* who sees the first cell finds the rest, or was lapped */
hidden byte below = OTHERS;     /* what is below `next` is final, or abandoned for good */
#define CLAIM(name, condition) assert((condition) || name)

byte m_word[MESSAGES + 1];  /* 1.. : message -> its word (0: every word's initial 0) */
byte m_value[MESSAGES + 1];
byte m_view[MESSAGES + 1];  /* messages up to here are known to who acquires it */
byte messages;

/* Ghosts. A payload word holds the number of its record; this is what it stands for. */
byte record_pos[RECORDS + 1];
byte record_cells[RECORDS + 1];
byte record_ordinal[RECORDS + 1];
byte begun;
byte written; /* records published: their first cell's final stamp is stored */
bool done;    /* nobody will write any more */

/* ------------------------------------------------------------------ the writer */

/* `view` is evaluated when the message has its number. */
inline store(word, value, view)
{
    messages++;
    m_word[messages] = word;
    m_value[messages] = value;
    m_view[messages] = view
}
#define store_relaxed(word, value) store(word, value, fence)
#define store_release(word, value) store(word, value, messages)

#ifdef RELAXED_STAMP
#define store_stamp store_relaxed
#else
#define store_stamp store_release
#endif
#ifdef RELAXED_NEXT
#define store_next store_relaxed
#else
#define store_next store_release
#endif

/* What the owner reads itself: it has everything that was stored before. */
inline newest(word, ret)
{
    i = messages;
    do
    :: i > 0 && m_word[i] != (word) -> i--
    :: else -> break
    od;
    ret = (i > 0 -> m_value[i] : 0);
    i = 0
}

/* Sets `ret` if the message was ever stored. */
inline find(word, value, ret)
{
    i = messages;
    do
    :: i > 0 && !(m_word[i] == (word) && m_value[i] == (value)) -> i--
    :: else -> break
    od;
    ret = (i > 0);
    i = 0
}

inline store_final(word, value)
{
    find(word, value, n);
    CLAIM(once, n == 0);
    n = 0;
    store_stamp(word, value)
}

/* The first cell's final stamp. */
inline publish()
{
    store_final(W_STAMP(p), STAMP(p, FIRST));
    CLAIM(ordered, ordinal == written);
    written++
}

/* After any store the owner may be gone. */
#define MAY_DIE \
    if \
    :: true \
    :: goto gone \
    fi

/*
 * Relaxed stores between two fences happen in any order, which matters to the next
 * owner: who dies among them leaves any subset. Who does not, leaves all; then their
 * order makes no difference to any view.
 */
#define ALL_OR_GONE(count, statement) \
    if \
    :: w = 0; \
       do \
       :: w < (count) -> atomic { statement; w++ } \
       :: else -> w = 0; break \
       od \
    :: w = 0; \
       do \
       :: w < (count) -> \
           atomic { \
               if \
               :: statement \
               :: true \
               fi; \
               w++ \
           } \
       :: else -> w = 0; goto gone \
       od \
    fi

/* acd_lane_attach(): goes past what the owner before left at `next` or after it. */
inline skip_scan()
{
    newest(W_STAMP(p), s);
    do
    :: w < CELLS && IS_AT(s, p) ->
        ordinal = (STATE(s) == FIRST -> ordinal + 1 : ordinal);
        p++;
        w++;
        newest(W_STAMP(p), s)
    :: else -> break
    od;
    w = 0;
    s = 0
}

/* The same: the owner before may have died between `next` and `records`. */
inline back_scan()
{
    n = p;
    do
    :: w < CELLS && n > 0 ->
        n--;
        newest(W_STAMP(n), s);
        if
        :: IS_AT(s, n) && STATE(s) != FIRST -> w++
        :: IS_AT(s, n) && STATE(s) == FIRST ->
            newest(W_DATA(n, 0), s);
            ordinal = (record_ordinal[s] == ordinal -> ordinal + 1 : ordinal);
            break
        :: else -> break
        fi
    :: else -> break
    od;
    n = 0;
    w = 0;
    s = 0
}

/* Unfinished cells of this owner are at `next` or after it. */
inline check_last()
{
    newest(W_NEXT, n);
    do
    :: w < CELLS ->
        newest(W_STAMP(w), s);
        CLAIM(last, STATE(s) != WRITING || POS(s) >= n || POS(s) < from);
        w++
    :: else -> break
    od;
    w = 0;
    s = 0;
    n = 0
}

active proctype owners()
{
    byte owner;   /* how many there were before this one */
    byte from;    /* position at which this one began */
    byte p;       /* position of its next record */
    byte ordinal; /* of its next record, which is how many there are */
    byte k;       /* cells of the record under way */
    byte fence;   /* messages before this owner's last release fence */
    bool hoist;   /* it is past the fence of a record and has more to store for it */
    byte w, i, n, s;

#if OWNERS > 1
    goto write; /* the first finds the lane empty */

take_over:
    atomic {
        fence = 0;
        newest(W_NEXT, p);
        newest(W_RECORDS, ordinal);
#ifndef NO_SKIP_SCAN
        skip_scan();
#endif
#ifndef NO_BACK_SCAN
        back_scan();
#endif
        from = p
    }
#ifndef NO_HANDOVER
    atomic { store_next(W_NEXT, p); MAY_DIE }
    atomic { store_next(W_RECORDS, ordinal); MAY_DIE }
#endif

write:
#endif
    do
    :: begun < RECORDS ->
        atomic {
            begun++;
            if
            :: k = 1
#if MAXK > 1
            :: k = 2
#endif
#if MAXK > 2
            :: k = 3
#endif
            fi;
            record_pos[begun] = p;
            record_cells[begun] = k;
            record_ordinal[begun] = ordinal
        }
#ifndef NO_MARK
        ALL_OR_GONE(k, store_relaxed(W_STAMP(p + w), STAMP(p + w, WRITING)));
#endif
        atomic {
#ifndef NO_RELEASE_FENCE
            fence = messages;
#endif
            hoist = true
        }
        ALL_OR_GONE(k * WORDS, store_relaxed(W_DATA(p + w / WORDS, w % WORDS), begun));
#ifdef FIRST_EARLY
        atomic { publish(); MAY_DIE }
#endif
        w = k - 1;
        do
        :: w > 0 -> atomic { store_final(W_STAMP(p + w), STAMP(p + w, CONT)); w--; MAY_DIE }
        :: else -> break
        od;
#ifndef FIRST_EARLY
        atomic { publish(); MAY_DIE }
#endif
        atomic { store_next(W_NEXT, p + k); MAY_DIE }
        atomic {
            ordinal++;
            store_next(W_RECORDS, ordinal);
            hoist = false;
            p = p + k;
            k = 0;
            MAY_DIE
        }
    :: goto gone /* the thread ends, or its process */
    od;

gone:
    w = 0;
    /*
     * Nothing in C11 keeps the marks of the next record behind the release stores of
     * this one, so an owner that died between them may have left some of those marks.
     */
    do
    :: hoist && w < MAXK && k + w < CELLS ->
        atomic {
            if
            :: store_relaxed(W_STAMP(p + k + w), STAMP(p + k + w, WRITING))
            :: true
            fi;
            w++
        }
    :: else -> w = 0; break
    od;
    atomic {
        hoist = false;
        k = 0;
        check_last();
        owner++
    }
    if
#if OWNERS > 1
    :: owner < OWNERS -> goto take_over
#endif
    :: done = true
    fi
}

/* ------------------------------------------------------------------ the reader */

#define ORDINAL (seen + lost) /* of the record that is to come */
#define ACQUIRE true
#ifdef RELAXED_LOAD
#define ACQUIRE_STAMP false
#else
#define ACQUIRE_STAMP true
#endif
#define RELAXED false

/* i = the message of `word` that follows `at`, 0 for none. */
inline find_newer(word)
{
    i = at + 1;
    do
    :: i <= messages && m_word[i] != (word) -> i++
    :: else -> break
    od;
    i = (i > messages -> 0 : i)
}

/* Drops what follows from `known` anyway, so that equal states are equal. */
#define FORGET(word) has_read[word] = (has_read[word] <= known -> 0 : has_read[word])

inline know(view)
{
    known = view;
    fenced = (known > fenced -> known : fenced);
    i = 0;
    do
    :: i < LOCATIONS -> FORGET(i); i++
    :: else -> break
    od;
    i = 0
}

/*
 * Sets `got` to a message of `word`: any that is not older than what the reader
 * knows, which is the messages up to `known` and those that it has itself read.
 */
inline load(word, acquire)
{
    d_step {
        at = has_read[word];
        i = known;
        do
        :: i > at && m_word[i] != (word) -> i--
        :: else -> break
        od;
        at = (i > at -> i : at);
        find_newer(word)
    }
    do
    :: break
    :: i > 0 -> d_step { at = i; find_newer(word) }
    od;
    got = m_value[at];
    d_step {
        has_read[word] = at;
        fenced = (m_view[at] > fenced -> m_view[at] : fenced);
        if
        :: acquire && m_view[at] > known -> know(m_view[at])
        :: else -> i = 0
        fi;
        FORGET(word);
        at = 0
    }
}

inline acquire_fence()
{
#ifndef NO_ACQUIRE_FENCE
    know(fenced)
#else
    skip
#endif
}

/* What the stamp of the record's cell number `cell` has to be. */
#define EXPECTED_STAMP STAMP(c + cell, (cell == 0 -> FIRST : CONT))

/* Sets `good` if the stamp is what it has to be; else `got` is the stamp of who lapped us. */
inline check_stamp(acquire)
{
    load(W_STAMP(c + cell), acquire);
    good = (got == EXPECTED_STAMP);
    CLAIM(complete, good || (got != EMPTY && POS(got) > c + cell));
    got = (good -> 0 : got)
}

/* Every word of an accepted copy is of one record, and it is the one at `c`. */
inline check_copy()
{
    do
    :: w < k * WORDS -> CLAIM(whole, data[w] != 0 && data[w] == data[0]); w++
    :: else -> w = 0; break
    od;
    CLAIM(whole, record_pos[data[0]] == c && record_cells[data[0]] == k)
}

inline clear_copy()
{
    do
    :: w < MAXK * WORDS -> data[w] = 0; w++
    :: else -> w = 0; break
    od;
    k = 0;
    cell = 0
}

active proctype reader()
{
    byte c;        /* cursor: the position to read next */
    bool attached; /* the ordinal that is to come is known: seen + lost */
    byte seen;     /* records accepted */
    byte lost;     /* gaps before, between and after the ordinals of accepted records */
    bool rest;     /* the last poll: everything that was stored is visible */

    byte data[MAXK * WORDS]; /* the copy */
    byte k;                  /* cells of it, as its first cell says */
    bool good;
    byte cell, w, s, got;

    byte has_read[LOCATIONS]; /* the message that was last read of each word */
    byte known;               /* messages up to here are known */
    byte fenced;              /* the same, after an acquire fence */
    byte at, i;

#ifdef LATE
    done;
#endif
    /* Attaches anywhere; from position 0 it must account for every record. */
    atomic {
        do
        :: break
        :: c <= CELLS -> c++
        od;
        attached = (c == 0)
    }

look:
    atomic {
        load(W_STAMP(c), ACQUIRE_STAMP);
        s = got;
        got = 0;
        if
        :: s == STAMP(c, FIRST) -> goto record
        :: s != EMPTY && POS(s) > c -> goto lapped
        :: else
        fi
    }
    atomic {
        load(W_NEXT, ACQUIRE);
        if
        :: got <= c -> goto end
        :: else -> got = 0
        fi
    }
    /* Below `next`: it became final between the two loads, or was lapped, or never will be. */
    atomic {
        load(W_STAMP(c), ACQUIRE_STAMP);
        if
        :: got != s
        :: else ->
            CLAIM(below, IS_AT(s, c));
            d_step { find(W_STAMP(c), STAMP(c, FIRST), w); CLAIM(below, w == 0) };
            c++
        fi;
        got = 0;
        s = 0;
        goto look
    }

lapped:
    /*
     * Goes on between the next position and the oldest that `next`, read again, leaves; and may
     * pass what is certainly overwritten. Farther on it could pass the last record of an owner who
     * died before he moved `records`, and nobody would count it.
     */
    atomic {
        s = (POS(s) < CELLS -> 0 : POS(s) - CELLS + 1);
        load(W_NEXT, ACQUIRE);
        c++;
        do
        :: break
#ifdef JUMP_TO_NEXT
        :: c < got -> c++
#endif
        :: c + CELLS < got + CELLS / 8 || c < s -> c++
        od;
        got = 0;
        s = 0;
        goto look
    }

record:
    /* Its first cell's stamp was seen. Copies, then looks at all stamps again. */
    s = 0;
    k = 1;
    do
    :: cell < k ->
#ifdef CELL_BY_CELL
        atomic {
            check_stamp(ACQUIRE_STAMP);
            if
            :: !good -> goto overrun
            :: else -> good = false
            fi
        }
#endif
        do
        :: w < WORDS ->
            atomic {
                load(W_DATA(c + cell, w), RELAXED);
                data[cell * WORDS + w] = got;
                got = 0;
                w++
            }
        :: else -> w = 0; break
        od;
        if
        :: cell == 0 && data[0] != 0 -> k = record_cells[data[0]] /* not confirmed yet */
        :: else
        fi;
#ifdef CELL_BY_CELL
        atomic {
            acquire_fence();
            check_stamp(RELAXED);
            if
            :: !good -> goto overrun
            :: else -> good = false
            fi
        }
#endif
        cell++
    :: else -> cell = 0; break
    od;
    atomic {
#ifndef CELL_BY_CELL
        acquire_fence();
        do
        :: cell < k ->
            check_stamp(RELAXED);
            if
            :: !good -> goto overrun
            :: else -> good = false; cell++
            fi
        :: else -> cell = 0; break
        od;
#endif
        /* Accepted. What lies between the ordinal that was to come and its own is lost. */
        check_copy();
        s = data[0];
        CLAIM(ordered, !attached || record_ordinal[s] >= ORDINAL);
        lost = record_ordinal[s] - seen;
        seen++;
        attached = true;
        c = c + k;
        s = 0;
        clear_copy();
        goto look
    }

overrun:
    atomic { s = got; got = 0; clear_copy(); goto lapped }

end:
    /* Nothing more now. Records that are counted and were not found are lost, if all are behind. */
    atomic {
        load(W_RECORDS, ACQUIRE);
        s = got;
        load(W_NEXT, ACQUIRE);
        lost = (attached && got <= c && s > ORDINAL -> s - seen : lost);
        s = 0;
        got = 0
    }
    if
    :: !rest -> goto look
    :: !rest && done -> atomic { know(messages); rest = true; goto look }
    :: rest
    fi;
    CLAIM(counted, !attached || seen + lost == written)
}
