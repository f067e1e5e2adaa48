#include "fuzz.h"

#include "base/net.h"
#include "base/text.h"
#include "engine/observe/observe.h"

static void check_value(const struct observe_hit *h)
{
    uint8_t ip[NET_IP], last[NET_IP];

    switch (h->kind) {
    case OBSERVE_IPV4:
    case OBSERVE_IPV6:
        FUZZ_CHECK(net_parse_ip(h->value, ip));
        FUZZ_CHECK(net_is_ipv4(ip) == (h->kind == OBSERVE_IPV4));
        break;
    case OBSERVE_CIDR:
        FUZZ_CHECK(net_parse_cidr(h->value, ip, last));
        break;
    case OBSERVE_DOMAIN:
        FUZZ_CHECK(str_find_char(h->value, '.') > 0 && h->value.len <= 253);
        break;
    case OBSERVE_EMAIL:
        FUZZ_CHECK(str_find_char(h->value, '@') > 0);
        break;
    case OBSERVE_URL:
        FUZZ_CHECK(str_find(h->value, STR("://")) > 0);
        break;
    case OBSERVE_MD5:
        FUZZ_CHECK(h->value.len == 32);
        break;
    case OBSERVE_SHA1:
        FUZZ_CHECK(h->value.len == 40);
        break;
    case OBSERVE_SHA256:
        FUZZ_CHECK(h->value.len == 64);
        break;
    case OBSERVE_CVE:
        FUZZ_CHECK(str_starts(h->value, STR("CVE-")));
        break;
    case OBSERVE_PHONE:
        FUZZ_CHECK(str_starts(h->value, STR("+84")) && h->value.len >= 12);
        break;
    case OBSERVE_BANK_ACCOUNT:
        FUZZ_CHECK(h->value.len >= 6 && h->value.len <= 19);
        break;
    default:
        FUZZ_CHECK(false);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct observe_hits hits;

    observe_extract(str_make((const char *)data, size), &a, &hits);
    for (size_t i = 0; i < hits.len; i++) {
        const struct observe_hit *h = &hits.items[i];

        FUZZ_CHECK(h->len > 0 && h->at < size && h->len <= size - h->at);
        check_value(h);
        for (size_t k = 0; k < h->value.len; k++)
            FUZZ_CHECK((unsigned char)h->value.ptr[k] > ' ' &&
                       (unsigned char)h->value.ptr[k] < 0x7f);
        observe_defang(&a, h->kind, h->value);
    }
    return 0;
}
