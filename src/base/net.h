#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/base.h"

/*
 * Internet addresses as values: 16 bytes in network order, so that they sort and compare with
 * memcmp. An IPv4 address stands as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). Nothing here talks
 * to a network.
 */
enum { NET_IP = 16 };

/* Dotted decimal without leading zeros, or any form of RFC 4291 section 2.2, no zone. */
bool net_parse_ip(struct str s, uint8_t out[NET_IP]);

/* Dotted decimal for IPv4, else the canonical text of RFC 5952. */
struct str net_format_ip(struct arena *a, const uint8_t ip[NET_IP]);

bool net_is_ipv4(const uint8_t ip[NET_IP]);

/* "192.0.2.0/24", "2001:db8::/32", or one address: the first and last address of the block. Bits
 * behind the prefix are ignored. */
bool net_parse_cidr(struct str s, uint8_t first[NET_IP], uint8_t last[NET_IP]);

/* The block that starts at `first` (of which only the prefix counts); bits as people write them:
 * 0 to 32 for IPv4, else 0 to 128. */
struct str net_format_cidr(struct arena *a, const uint8_t first[NET_IP], int bits);

/* An address that means nothing outside its own network: private, loopback, link-local, shared,
 * unspecified, multicast, broadcast, unique local (RFC 6890, RFC 6598, RFC 4193). The documentation
 * ranges (RFC 5737, RFC 3849) are not among them: drills and examples use them as if they were
 * real. */
bool net_is_internal(const uint8_t ip[NET_IP]);

#endif
