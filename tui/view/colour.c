/* SPDX-License-Identifier: MIT */
/*
 * Names, numbers and #rrggbb, see colour.h.  For terminals of 16 colours the nearest of these is
 * worked out, by distance in the values that xterm gives them.
 */
#include "config.h"

#include "tui/view/colour.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int16_t number; /* of a colour, or -2 */
    uint8_t attribute;
} words[] = {
    {"black", 0, 0},
    {"red", 1, 0},
    {"green", 2, 0},
    {"yellow", 3, 0},
    {"blue", 4, 0},
    {"magenta", 5, 0},
    {"cyan", 6, 0},
    {"white", 7, 0},
    {"bright-black", 8, 0},
    {"bright-red", 9, 0},
    {"bright-green", 10, 0},
    {"bright-yellow", 11, 0},
    {"bright-blue", 12, 0},
    {"bright-magenta", 13, 0},
    {"bright-cyan", 14, 0},
    {"bright-white", 15, 0},
    {"default", ACD_COLOUR_NONE, 0},
    {"bold", -2, ACD_ATTR_BOLD},
    {"dim", -2, ACD_ATTR_DIM},
    {"underline", -2, ACD_ATTR_UNDERLINE},
    {"reverse", -2, ACD_ATTR_REVERSE},
    {"on", -2, 0},
};
#define WORDS (sizeof words / sizeof words[0])

static const unsigned char basic[16][3] = {
    {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},   {0, 0, 238}, {205, 0, 205},
    {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},     {0, 255, 0}, {255, 255, 0},
    {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255},
};

/* A step of the 6 x 6 x 6 cube. */
static int step(int index)
{
    return index ? 55 + 40 * index : 0;
}

static void components(int number, int rgb[3])
{
    for (int i = 0; i < 3; i++) {
        if (number < 16)
            rgb[i] = basic[number][i];
        else if (number < 232)
            rgb[i] = step((number - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6);
        else
            rgb[i] = 8 + 10 * (number - 232);
    }
}

static int16_t nearest(const int rgb[3], int from, int to)
{
    int best = from;
    long least = -1;
    for (int n = from; n < to; n++) {
        int have[3];
        long distance = 0;
        components(n, have);
        for (int i = 0; i < 3; i++)
            distance += (long)(have[i] - rgb[i]) * (have[i] - rgb[i]);
        if (least < 0 || distance < least) {
            least = distance;
            best = n;
        }
    }
    return (int16_t)best;
}

/* One colour, among 256 and among 16. */
struct pair {
    int16_t of256, of16;
};

static int parse_hex(const char *word, size_t length, struct pair *ret)
{
    int rgb[3] = {0};
    if (length != 7)
        return -EINVAL;
    for (size_t i = 1; i < 7; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = memchr(digits, word[i], 32);
        if (!digit)
            return -EINVAL;
        rgb[(i - 1) / 2] = rgb[(i - 1) / 2] * 16 + (int)((digit - digits) % 16);
    }
    /* The first 16 are whatever the terminal's owner made them. */
    *ret = (struct pair){nearest(rgb, 16, 256), nearest(rgb, 0, 16)};
    return 0;
}

static int parse_number(const char *word, size_t length, struct pair *ret)
{
    int number = 0, rgb[3];
    if (length > 3)
        return -EINVAL;
    for (size_t i = 0; i < length; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -EINVAL;
        number = number * 10 + word[i] - '0';
    }
    if (number > 255)
        return -EINVAL;
    components(number, rgb);
    *ret = (struct pair){(int16_t)number, number < 16 ? (int16_t)number : nearest(rgb, 0, 16)};
    return 0;
}

static int find_word(const char *word, size_t length)
{
    for (size_t i = 0; i < WORDS; i++)
        if (strlen(words[i].name) == length && memcmp(words[i].name, word, length) == 0)
            return (int)i;
    return -1;
}

static int parse_colour(const char *word, size_t length, struct pair *ret)
{
    int known = find_word(word, length);
    if (word[0] == '#')
        return parse_hex(word, length, ret);
    if (known < 0)
        return parse_number(word, length, ret);
    if (words[known].number < ACD_COLOUR_NONE)
        return -EINVAL;
    *ret = (struct pair){words[known].number, words[known].number};
    return 0;
}

static int parse_attribute(const char *word, size_t length, uint8_t *attributes)
{
    int known = find_word(word, length);
    if (known < 0 || words[known].attribute == 0)
        return -EINVAL;
    *attributes |= words[known].attribute;
    return 0;
}

/* What may come next. */
enum next { ANYTHING, NO_FOREGROUND, BACKGROUND, ATTRIBUTES };

static int take_word(const char *word, size_t length, enum next *next, struct acd_shade *shade)
{
    struct pair colour;
    if (*next == BACKGROUND) {
        if (parse_colour(word, length, &colour) < 0)
            return -EINVAL;
        shade->bg256 = colour.of256;
        shade->bg16 = colour.of16;
        *next = ATTRIBUTES;
    } else if (length == 2 && memcmp(word, "on", 2) == 0 && *next != ATTRIBUTES) {
        *next = BACKGROUND;
    } else if (*next == ANYTHING && parse_colour(word, length, &colour) == 0) {
        shade->fg256 = colour.of256;
        shade->fg16 = colour.of16;
        *next = NO_FOREGROUND;
    } else {
        *next = ATTRIBUTES;
        return parse_attribute(word, length, &shade->attrs);
    }
    return 0;
}

int acd_colour_parse(const char *text, struct acd_shade *ret_shade, const char **ret_bad)
{
    struct acd_shade shade = {ACD_COLOUR_NONE, ACD_COLOUR_NONE, ACD_COLOUR_NONE, ACD_COLOUR_NONE,
                              0};
    enum next next = ANYTHING;
    const char *word = text + strspn(text, " ");
    *ret_bad = word;
    if (!*word)
        return -EINVAL;
    while (*word) {
        size_t length = strcspn(word, " ");
        *ret_bad = word;
        if (take_word(word, length, &next, &shade) < 0)
            return -EINVAL;
        word += length + strspn(word + length, " ");
    }
    *ret_bad = word;
    if (next == BACKGROUND)
        return -EINVAL;
    *ret_shade = shade;
    return 0;
}

const char *acd_colour_word_at(size_t index)
{
    return index < WORDS ? words[index].name : NULL;
}
