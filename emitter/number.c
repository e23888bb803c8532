/* SPDX-License-Identifier: MIT */
/*
 * Numbers as text, see number.h.  Doubles go by the free-format algorithm of Steele and White as Burger
 * and Dybvig state it ("Printing Floating-Point Numbers Quickly and Accurately", 1996): exact integers
 * for the number and for half the way to its neighbours, digits until the rest is inside that way.
 */
#include "config.h"

#include "emitter/number.h"

#include <stdbool.h>
#include <string.h>

size_t acd_number_padded(char *ret_text, uint64_t number, unsigned digits)
{
    char backwards[24];
    size_t n = 0;
    do {
        backwards[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (n < digits && n < sizeof backwards)
        backwards[n++] = '0';
    for (size_t i = 0; i < n; i++)
        ret_text[i] = backwards[n - 1 - i];
    ret_text[n] = '\0';
    return n;
}

size_t acd_number_uint(char *ret_text, uint64_t number)
{
    return acd_number_padded(ret_text, number, 1);
}

size_t acd_number_int(char *ret_text, int64_t number)
{
    if (number >= 0)
        return acd_number_uint(ret_text, (uint64_t)number);
    ret_text[0] = '-';
    return 1 + acd_number_uint(ret_text + 1, 0 - (uint64_t)number);
}

static size_t hundredths(char *ret_text, uint64_t number)
{
    size_t n = acd_number_uint(ret_text, number / 100);
    ret_text[n++] = '.';
    return n + acd_number_padded(ret_text + n, number % 100, 2);
}

size_t acd_number_ms(char *ret_text, uint64_t ns)
{
    return hundredths(ret_text, ns / 10000 + (ns % 10000 >= 5000));
}

size_t acd_number_fixed2(char *ret_text, double number)
{
    size_t sign = 0;
    if (!(number < 9e13 && number > -9e13))
        return acd_number_double(ret_text, number);
    if (number < 0) {
        ret_text[sign++] = '-';
        number = -number;
    }
    return sign + hundredths(ret_text + sign, (uint64_t)(number * 100 + 0.5));
}

/* ---- whole numbers of any size that a double's digits need ---- */

#define LIMBS 40 /* 1,280 bits: 2^1075 and a few more */

struct big {
    uint32_t limb[LIMBS]; /* the lowest first */
    unsigned used;
};

static void big_set(struct big *b, uint64_t value)
{
    memset(b, 0, sizeof *b);
    b->limb[0] = (uint32_t)value;
    b->limb[1] = (uint32_t)(value >> 32);
    b->used = b->limb[1] ? 2 : b->limb[0] ? 1 : 0;
}

static void big_multiply(struct big *b, uint32_t by)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < b->used; i++) {
        carry += (uint64_t)b->limb[i] * by;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && b->used < LIMBS)
        b->limb[b->used++] = (uint32_t)carry;
}

static void big_double(struct big *b, unsigned times)
{
    for (; times >= 31; times -= 31)
        big_multiply(b, UINT32_C(1) << 31);
    big_multiply(b, UINT32_C(1) << times);
}

static int big_compare(const struct big *a, const struct big *b)
{
    if (a->used != b->used)
        return a->used < b->used ? -1 : 1;
    for (unsigned i = a->used; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static void big_add(struct big *a, const struct big *b)
{
    uint64_t carry = 0;
    unsigned n = a->used > b->used ? a->used : b->used;
    for (unsigned i = 0; i < n; i++) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    a->used = n;
    if (carry && n < LIMBS)
        a->limb[a->used++] = (uint32_t)carry;
}

/* a >= b */
static void big_subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (unsigned i = 0; i < a->used; i++) {
        uint64_t take = (uint64_t)b->limb[i] + borrow;
        borrow = a->limb[i] < take;
        a->limb[i] = (uint32_t)(a->limb[i] - take);
    }
    while (a->used > 0 && a->limb[a->used - 1] == 0)
        a->used--;
}

/* ---- a double's digits ---- */

/* number = rest / scale; its neighbours' midpoints lie `below` and `above` over `scale` away. */
struct digits {
    struct big rest, scale, below, above;
    bool even; /* the midpoints themselves read back as this number */
};

static void take_apart(struct digits *d, uint64_t mantissa, int exponent, bool narrow_below)
{
    big_set(&d->rest, mantissa);
    big_set(&d->scale, 1);
    big_set(&d->below, 1);
    unsigned up = exponent > 0 ? (unsigned)exponent : 0,
             down = exponent < 0 ? (unsigned)-exponent : 0;
    unsigned extra = narrow_below ? 2 : 1;
    big_double(&d->rest, up + extra);
    big_double(&d->scale, down + extra);
    big_double(&d->below, up);
    d->above = d->below;
    if (narrow_below)
        big_double(&d->above, 1);
    d->even = (mantissa & 1) == 0;
}

static bool reaches_next(const struct digits *d, const struct big *scale)
{
    struct big sum = d->rest;
    big_add(&sum, &d->above);
    int order = big_compare(&sum, scale);
    return order > 0 || (order == 0 && d->even);
}

/* Brings the number below 1 and not below a tenth; the power of ten that took it there. */
static int normalise(struct digits *d)
{
    int power = 0;
    while (reaches_next(d, &d->scale)) {
        big_multiply(&d->scale, 10);
        power++;
    }
    for (;;) {
        struct digits next = *d;
        big_multiply(&next.rest, 10);
        big_multiply(&next.below, 10);
        big_multiply(&next.above, 10);
        if (reaches_next(&next, &next.scale))
            return power;
        *d = next;
        power--;
    }
}

static unsigned generate(struct digits *d, char *ret_digits)
{
    unsigned n = 0;
    for (;;) {
        char digit = '0';
        big_multiply(&d->rest, 10);
        big_multiply(&d->below, 10);
        big_multiply(&d->above, 10);
        for (; big_compare(&d->rest, &d->scale) >= 0; digit++)
            big_subtract(&d->rest, &d->scale);
        int order = big_compare(&d->rest, &d->below);
        bool low = order < 0 || (order == 0 && d->even), high = reaches_next(d, &d->scale);
        if (low || high) {
            struct big twice = d->rest;
            big_double(&twice, 1);
            if (high && (!low || big_compare(&twice, &d->scale) >= 0))
                digit++;
            ret_digits[n++] = digit;
            return n;
        }
        ret_digits[n++] = digit;
    }
}

/* 0.DIGITS times ten to the `power`, laid out. */
static size_t lay_out(char *ret_text, const char *digits, unsigned count, int power)
{
    size_t n = 0;
    if (power > 16 || power < -3) {
        ret_text[n++] = digits[0];
        if (count > 1) {
            ret_text[n++] = '.';
            memcpy(ret_text + n, digits + 1, count - 1);
            n += count - 1;
        }
        ret_text[n++] = 'e';
        ret_text[n++] = power - 1 < 0 ? '-' : '+';
        return n +
               acd_number_padded(ret_text + n, (uint64_t)(power < 1 ? 1 - power : power - 1), 2);
    }
    if (power <= 0)
        ret_text[n++] = '0';
    for (int i = 0; i < power; i++)
        ret_text[n++] = (unsigned)i < count ? digits[i] : '0';
    ret_text[n++] = '.';
    for (int i = power; i < 0; i++)
        ret_text[n++] = '0';
    for (int i = power > 0 ? power : 0; (unsigned)i < count; i++)
        ret_text[n++] = digits[i];
    if (ret_text[n - 1] == '.')
        ret_text[n++] = '0';
    ret_text[n] = '\0';
    return n;
}

size_t acd_number_double(char *ret_text, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint64_t fraction = bits & UINT64_C(0xfffffffffffff);
    unsigned biased = (unsigned)(bits >> 52 & 0x7ff);
    size_t n = 0;
    if (biased == 0x7ff && fraction != 0) {
        memcpy(ret_text, "NaN", 4);
        return 3;
    }
    if (bits >> 63)
        ret_text[n++] = '-';
    if (biased == 0x7ff) {
        memcpy(ret_text + n, "Infinity", 9);
        return n + 8;
    }
    if (biased == 0 && fraction == 0) {
        memcpy(ret_text + n, "0.0", 4);
        return n + 3;
    }
    struct digits d;
    uint64_t mantissa = biased ? fraction | UINT64_C(1) << 52 : fraction;
    take_apart(&d, mantissa, (int)(biased ? biased : 1) - 1075, fraction == 0 && biased > 1);
    char digits[20];
    int power = normalise(&d);
    return n + lay_out(ret_text + n, digits, generate(&d, digits), power);
}
