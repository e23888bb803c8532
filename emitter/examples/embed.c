/* SPDX-License-Identifier: MIT */
/* Embeddings. Each token adds to one place of the vector, so that like texts have like vectors. */
#include "embed.h"

#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "token.h"

#define VECTOR_LENGTH 16

static size_t embed(const struct acd_block_key *key, const struct acd_embed_request *request,
                    double *ret_vector)
{
    size_t tokens = 0;

    memset(ret_vector, 0, VECTOR_LENGTH * sizeof(*ret_vector));
    for (size_t at = 0; at < request->input_bytes; tokens++) {
        const char *text = request->input + at;
        const size_t bytes = acd_token_length(text, request->input_bytes - at);
        const struct acd_block_id id = acd_block_id_of(key, text, bytes);

        ret_vector[id.low % VECTOR_LENGTH] += (double)(id.high % 2048) / 1024.0 - 1.0;
        at += bytes;
    }
    return tokens;
}

static char *run(struct acd_engine *engine, const struct acd_embed_request *request,
                 const struct acd_engine_model *model)
{
    double vector[VECTOR_LENGTH];
    struct acd_observe_timer timer;
    size_t tokens;
    char *answer;

    acd_observe_start(&timer, engine->tally, "embed");
    acd_engine_load_model(engine, model);
    acd_observe_mark(&timer, "model_loaded");
    tokens = embed(&engine->options.key, request, vector);
    acd_delay_for(engine->options.delay, tokens * engine->options.prefill_ns * model->scale);
    acd_observe_mark(&timer, "inference_complete");
    answer = acd_wire_embedding(model->name, vector, VECTOR_LENGTH, tokens);
    if (answer != NULL) {
        acd_observe_end(&timer);
    } else {
        acd_observe_fail(&timer, "OutOfMemory");
    }
    return answer;
}

char *acd_embed_answer(struct acd_engine *engine, const struct acd_incoming *request,
                       struct acd_failure *ret_failure)
{
    const struct acd_engine_model *model = NULL;
    struct acd_embed_request input = {0};
    char *answer = NULL;

    acd_engine_next_request(engine);
    if (acd_wire_read_embed(&input, request->body, request->bytes, ret_failure) == 0) {
        model = acd_engine_find_model(input.model);
        if (model == NULL) {
            *ret_failure = (struct acd_failure){404, "no such model"};
        } else {
            answer = run(engine, &input, model);
            if (answer == NULL) {
                *ret_failure = (struct acd_failure){500, "out of memory"};
            }
        }
    }
    if (answer != NULL) {
        acd_tally_add(engine->tally, "status.200");
    } else {
        acd_engine_refuse(engine, request, ret_failure, model != NULL ? model->name : NULL);
    }
    acd_wire_embed_fini(&input);
    acdebug_request_clear();
    return answer;
}
