# SPDX-License-Identifier: MIT
"""A server of the guide's examples 2 and 3 on FastAPI and uvicorn, for test_server.py. Not a test."""

import asyncio
import sys
import time

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

import acdebug
from acdebug.utils_logging import (PerformanceTimer, debug, display_debug_startup, log_cache_hit,
                                   log_cache_miss, log_debug_error, setup_logger, timing_decorator,
                                   write_error_debug_file)

logger = setup_logger("api_server")
display_debug_startup()

app = FastAPI()
app.add_middleware(acdebug.asgi.Middleware)
cache = {}
cache_age = {}
prefixes = acdebug.PrefixTracker("prefix", block_tokens=64)


@timing_decorator()
async def process_request(prompt):
    await asyncio.sleep(0)
    if prompt == "fail":
        raise ValueError("the model said no")
    return prompt[::-1]


@timing_decorator()
async def tokens(prompt):
    for word in prompt.split():
        await asyncio.sleep(0)
        yield word


@app.post("/v1/chat/completions")
async def chat_completions(request: Request):
    body = await request.json()
    prompt_key, number = body["prompt"], body["n"]
    logger.info("Chat request received")
    try:
        with PerformanceTimer("completion", log_level=2) as timer:
            if prompt_key in cache:
                log_cache_hit("prompt", prompt_key, {
                    "tokens": len(cache[prompt_key]),
                    "age_ms": time.time() - cache_age[prompt_key]
                })
            else:
                log_cache_miss("prompt", prompt_key, "cache_miss")
            await asyncio.sleep(0)
            timer.checkpoint("model_loaded")
            result = await process_request(prompt_key)
            cache[prompt_key] = result
            cache_age[prompt_key] = time.time()
            timer.checkpoint("inference_complete")
        debug(1, "answered", {"n": number})
        return {"result": result}
    except Exception as e:
        debug_file = write_error_debug_file(
            status_code=500,
            request_info={
                "method": "POST",
                "url": "/v1/chat/completions",
                "headers": dict(request.headers),
                "body": await request.body()
            },
            response_info={
                "statusCode": 500,
                "body": str(e)
            }
        )
        log_debug_error("HTTP", 500, debug_file, {"provider": "mlx", "model": "current"})
        return JSONResponse({"error": str(e)}, status_code=500)


@app.post("/v1/messages")
async def messages(request: Request):
    prompt, spans = "", []
    for n, message in enumerate((await request.json())["messages"]):
        spans.append(("system" if message["role"] == "system" else f"messages[{n}]", len(prompt.encode())))
        prompt += f"<|{message['role']}|>{message['content']}"
    found = prefixes.track(prompt, spans=spans)
    return {"cached": found.cached_tokens if found else 0}


@app.get("/stream/{number}")
async def stream(number: int):
    debug(1, "answered", {"n": number})
    return StreamingResponse(tokens("one two three"))


@app.get("/crash")
async def crash():
    raise RuntimeError("crash")


if __name__ == "__main__":
    uvicorn.run(app, fd=int(sys.argv[1]), log_config=None)
