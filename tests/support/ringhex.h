/* SPDX-License-Identifier: MIT */
/*
 * Rings as text, so that golden ones can be kept in the tree and looked at: the file's length, then one
 * line for every 64 bytes that are not all zero.  Written with the bytes in file order.
 */
#ifndef ACD_TEST_RINGHEX_H
#define ACD_TEST_RINGHEX_H

/* Both end the program when they can't. */
void acd_ringhex_pack(const char *ring, const char *hex);
void acd_ringhex_unpack(const char *hex, const char *ring);

#endif
