/* SPDX-License-Identifier: MIT */
/* Replaying and recording on the live screen, see player.h. */
#include "config.h"

#include "tui/app/player.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tui/reader/replayer.h"
#include "tui/view/text.h"

#define SECOND UINT64_C(1000000000)
#define JUMP_NS (10 * SECOND)
#define SPEED_MOST 1024.0
#define FILE_BYTES_MAX (UINT64_C(256) << 20)

/* ---------------------------------------------------------------- the clock */

void acd_player_begin(struct acd_player *player, struct acd_collect *collect, double speed,
                      uint64_t monotonic_ns)
{
    player->on = true;
    player->speed = speed;
    player->monotonic_ns = monotonic_ns;
    player->at_ns = acd_replayer_started(acd_collect_replay(collect));
    acd_collect_play_until(collect, player->at_ns);
}

void acd_player_advance(struct acd_player *player, struct acd_collect *collect, struct acd_ui *ui,
                        uint64_t monotonic_ns)
{
    if (!player->on)
        return;
    uint64_t passed = monotonic_ns - player->monotonic_ns;
    bool ended = acd_collect_finished(collect);
    player->monotonic_ns = monotonic_ns;
    if (!ui->paused && !ended)
        player->at_ns += (uint64_t)((double)passed * player->speed);
    acd_collect_play_until(collect, player->at_ns);
    snprintf(ui->replay, sizeof ui->replay, ended ? "REPLAYED" : "REPLAY x%g", player->speed);
}

static bool jump(struct acd_player *player, struct acd_collect *collect, struct acd_ui *ui,
                 bool back)
{
    uint64_t started = acd_replayer_started(acd_collect_replay(collect));
    if (!back && acd_collect_finished(collect)) {
        acd_ui_say(ui, ACD_STYLE_DIM, "The recording ends here");
        return true;
    }
    if (!back) {
        player->at_ns += JUMP_NS;
        return true;
    }
    struct acd_now now;
    acd_collect_now(collect, &now);
    /* From where the picture is, which at the end is not where the clock is. */
    uint64_t from = acd_collect_finished(collect) ? now.realtime_ns : player->at_ns;
    player->back_to_ns = from > started + JUMP_NS ? from - JUMP_NS : started;
    return true;
}

static bool step(struct acd_player *player, struct acd_collect *collect, struct acd_ui *ui)
{
    uint64_t next = 0;
    if (!acd_collect_play_next(collect, &next)) {
        acd_ui_say(ui, ACD_STYLE_DIM, "The recording ends here");
        return true;
    }
    ui->paused = true;
    player->at_ns = next > player->at_ns ? next : player->at_ns;
    return true;
}

static bool set_speed(struct acd_player *player, struct acd_ui *ui, double factor)
{
    double speed = player->speed * factor;
    if (speed <= SPEED_MOST && speed >= 1 / SPEED_MOST)
        player->speed = speed;
    acd_ui_say(ui, ACD_STYLE_ACCENT, "Replay at %g times its speed", player->speed);
    return true;
}

/* ---------------------------------------------------------------- recording */

static void end_recording(struct acd_player *player, struct acd_ui *ui)
{
    uint64_t records = acd_recorder_records(player->recorder);
    int r = acd_recorder_close(player->recorder);
    player->recorder = NULL;
    if (r < 0)
        acd_ui_say(ui, ACD_STYLE_ERROR, "%s: %s", player->file, strerror(-r));
    else
        acd_ui_say(ui, ACD_STYLE_ACCENT, "Recorded %s events: acdebug-top replay %s",
                   acd_text_count(records).s, player->file);
}

static void toggle_recording(struct acd_player *player, struct acd_ui *ui)
{
    struct acd_problem why = {0};
    struct acd_now now;
    struct tm tm;
    time_t seconds;
    if (player->recorder) {
        end_recording(player, ui);
        return;
    }
    acd_control_now(&now);
    seconds = (time_t)(now.realtime_ns / SECOND);
    if (!gmtime_r(&seconds, &tm) ||
        strftime(player->file, sizeof player->file, "acdebug-%Y%m%dT%H%M%SZ.acdrec", &tm) == 0)
        return;
    if (acd_recorder_new(&player->recorder, player->file, 0, FILE_BYTES_MAX, &why) < 0)
        acd_ui_say(ui, ACD_STYLE_ERROR, "%s", why.text);
    else
        acd_ui_say(ui, ACD_STYLE_ACCENT, "Recording to %s; the same key ends it", player->file);
}

void acd_player_record(struct acd_player *player, const struct acd_fleet *fleet,
                       struct acd_collect *collect, struct acd_ui *ui)
{
    int r = 0;
    for (size_t i = 0; player->recorder && r >= 0 && i < fleet->count; i++) {
        const struct acd_server *server = fleet->server[i];
        const struct acd_ringmap *ring = acd_collect_ring(collect, server->number);
        if (ring)
            r = acd_recorder_poll(player->recorder, server->number, ring, server->liveness);
    }
    if (r >= 0)
        return;
    acd_recorder_close(player->recorder);
    player->recorder = NULL;
    if (r == -EFBIG)
        acd_ui_say(ui, ACD_STYLE_WARN, "%s holds 256 MiB: the recording ends here", player->file);
    else
        acd_ui_say(ui, ACD_STYLE_ERROR, "%s: %s", player->file, strerror(-r));
}

/* ---------------------------------------------------------------- keys */

bool acd_player_do(struct acd_player *player, enum acd_play_command command,
                   struct acd_collect *collect, struct acd_ui *ui)
{
    if (command == ACD_PLAY_RECORD && acd_collect_replay(collect)) {
        acd_ui_say(ui, ACD_STYLE_WARN, "This is a recording already");
        return true;
    }
    if (command == ACD_PLAY_RECORD) {
        toggle_recording(player, ui);
        return true;
    }
    if (!player->on) {
        acd_ui_say(ui, ACD_STYLE_DIM, "Nothing is replayed. Hint: acdebug-top replay FILE");
        return true;
    }
    switch (command) {
    case ACD_PLAY_STEP: return step(player, collect, ui);
    case ACD_PLAY_FORWARD: return jump(player, collect, ui, false);
    case ACD_PLAY_BACK: return jump(player, collect, ui, true);
    case ACD_PLAY_FASTER: return set_speed(player, ui, 2);
    case ACD_PLAY_SLOWER: return set_speed(player, ui, 0.5);
    default: return false;
    }
}

void acd_player_fini(struct acd_player *player)
{
    acd_recorder_close(player->recorder);
    player->recorder = NULL;
}
