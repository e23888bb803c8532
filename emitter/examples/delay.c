/* SPDX-License-Identifier: MIT */
/* Waits on a condition that only comes true when the server is to stop. */
#define _POSIX_C_SOURCE 200809L
#include "delay.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)

struct acd_delay {
    pthread_mutex_t lock;
    pthread_cond_t stopped; /* counts in monotonic time */
    bool is_stopped;
};

static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int result = pthread_condattr_init(&attributes);

    if (result != 0) {
        return result;
    }
    result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (result == 0) {
        result = pthread_cond_init(condition, &attributes);
    }
    pthread_condattr_destroy(&attributes);
    return result;
}

struct acd_delay *acd_delay_new(void)
{
    struct acd_delay *delay = calloc(1, sizeof(*delay));

    if (delay == NULL) {
        return NULL;
    }
    if (init_condition(&delay->stopped) != 0) {
        goto fail;
    }
    if (pthread_mutex_init(&delay->lock, NULL) != 0) {
        goto fail_condition;
    }
    return delay;

fail_condition:
    pthread_cond_destroy(&delay->stopped);
fail:
    free(delay);
    return NULL;
}

void acd_delay_free(struct acd_delay *delay)
{
    if (delay == NULL) {
        return;
    }
    pthread_mutex_destroy(&delay->lock);
    pthread_cond_destroy(&delay->stopped);
    free(delay);
}

uint64_t acd_delay_now_ns(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void acd_delay_for(struct acd_delay *delay, uint64_t ns)
{
    const uint64_t end_ns = acd_delay_now_ns() + ns;
    const struct timespec end = {
        .tv_sec = (time_t)(end_ns / NS_PER_S),
        .tv_nsec = (long)(end_ns % NS_PER_S),
    };

    if (ns == 0) {
        return;
    }
    pthread_mutex_lock(&delay->lock);
    while (!delay->is_stopped &&
           pthread_cond_timedwait(&delay->stopped, &delay->lock, &end) != ETIMEDOUT) {}
    pthread_mutex_unlock(&delay->lock);
}

void acd_delay_stop(struct acd_delay *delay)
{
    pthread_mutex_lock(&delay->lock);
    delay->is_stopped = true;
    pthread_cond_broadcast(&delay->stopped);
    pthread_mutex_unlock(&delay->lock);
}

bool acd_delay_is_stopped(struct acd_delay *delay)
{
    bool is_stopped;

    pthread_mutex_lock(&delay->lock);
    is_stopped = delay->is_stopped;
    pthread_mutex_unlock(&delay->lock);
    return is_stopped;
}
