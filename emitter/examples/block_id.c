/* SPDX-License-Identifier: MIT */
/*
 * SipHash-2-4 with a 128-bit result, as Aumasson and Bernstein define it. Words are read as little
 * endian whatever the host is, so that names are the same everywhere.
 */
#include "block_id.h"

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate_left(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64U - bits);
}

static void sip_rounds(struct sip *s, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        s->v0 += s->v1;
        s->v1 = rotate_left(s->v1, 13) ^ s->v0;
        s->v0 = rotate_left(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotate_left(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotate_left(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotate_left(s->v1, 17) ^ s->v2;
        s->v2 = rotate_left(s->v2, 32);
    }
}

static struct sip sip_start(const struct acd_block_key *key)
{
    return (struct sip){
        .v0 = key->k0 ^ UINT64_C(0x736f6d6570736575),
        .v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
        .v2 = key->k0 ^ UINT64_C(0x6c7967656e657261),
        .v3 = key->k1 ^ UINT64_C(0x7465646279746573),
    };
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_rounds(s, 2);
    s->v0 ^= word;
}

static uint64_t little_endian(const char *bytes, size_t length)
{
    uint64_t word = 0;

    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

/* before: how many bytes the state has taken in already, a multiple of 8. */
static struct acd_block_id sip_end(struct sip *s, size_t before, const char *bytes, size_t length)
{
    struct acd_block_id id;
    size_t at;

    for (at = 0; length - at >= 8; at += 8) {
        sip_word(s, little_endian(bytes + at, 8));
    }
    sip_word(s, (uint64_t)(before + length) << 56 | little_endian(bytes + at, length - at));
    s->v2 ^= 0xee;
    sip_rounds(s, 4);
    id.low = s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
    s->v1 ^= 0xdd;
    sip_rounds(s, 4);
    id.high = s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
    return id;
}

struct acd_block_id acd_block_id_of(const struct acd_block_key *key, const char *bytes,
                                    size_t length)
{
    struct sip s = sip_start(key);

    return sip_end(&s, 0, bytes, length);
}

struct acd_block_id acd_block_id_after(const struct acd_block_key *key, struct acd_block_id parent,
                                       const char *bytes, size_t length)
{
    struct sip s = sip_start(key);

    sip_word(&s, parent.low);
    sip_word(&s, parent.high);
    return sip_end(&s, 2 * sizeof(uint64_t), bytes, length);
}

bool acd_block_id_equal(struct acd_block_id a, struct acd_block_id b)
{
    return a.low == b.low && a.high == b.high;
}
