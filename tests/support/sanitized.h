/* SPDX-License-Identifier: MIT */
/* Which sanitizer this was compiled with: ACD_ASAN and ACD_TSAN are 1 or 0.  gcc defines the macros,
   clang answers __has_feature. */
#ifndef ACD_TESTS_SUPPORT_SANITIZED_H
#define ACD_TESTS_SUPPORT_SANITIZED_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ACD_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define ACD_TSAN 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
#define ACD_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define ACD_TSAN 1
#endif

#ifndef ACD_ASAN
#define ACD_ASAN 0
#endif
#ifndef ACD_TSAN
#define ACD_TSAN 0
#endif

#endif
