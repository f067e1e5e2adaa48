#include "test.h"

#include "support/signer.h"
#include "sys/crypto/jose.h"

/* Tokens signed with RS256 and ES256, and what must not pass for one. */
static struct arena arena;
static struct err err;
static struct signer rsa, ec, other, small;

static int group_begin(void **state)
{
    signer_init(&rsa, JOSE_RS256, "r1", 2048);
    signer_init(&ec, JOSE_ES256, "e1", 0);
    signer_init(&other, JOSE_ES256, "e2", 0);
    signer_init(&small, JOSE_RS256, "small", 1024);
    return 0;
}

static int group_end(void **state)
{
    signer_release(&rsa);
    signer_release(&ec);
    signer_release(&other);
    signer_release(&small);
    arena_release(&arena);
    return 0;
}

static struct jwk_set keys_of(const char *format, ...)
{
    struct jwk_set set;
    va_list args;
    char text[4096];

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_clear(&err);
    if (jwk_set_parse(&arena, str_dup(&arena, str_c(text)), &set, &err) < 0)
        fail_msg("%s", err.what);
    return set;
}

static struct jwk_set both(void)
{
    return keys_of("{\"keys\":[%s,%s]}", signer_jwk(&arena, &rsa).ptr, signer_jwk(&arena, &ec).ptr);
}

static int check(struct str token, struct jwk_set keys)
{
    struct jwt jwt;
    int r;

    err_clear(&err);
    r = jwt_parse(&arena, token, &jwt, &err);
    return r < 0 ? r : jwt_verify(&arena, &jwt, &keys, &err);
}

#define PAYLOAD STR("{\"iss\":\"https://id.example.vn\",\"sub\":\"42\"}")

/* RFC 7515 appendix A.3: made by others. */
static void test_the_example_of_the_standard(void **state)
{
    struct jwk_set keys = keys_of("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                                  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                                  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");

    assert_int_equal(
        check(STR("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
                  "leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXF"
                  "CgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
              keys),
        0);
}

static void test_both_algorithms(void **state)
{
    struct jwt jwt;

    assert_int_equal(check(signer_sign(&arena, &rsa, PAYLOAD), both()), 0);
    assert_int_equal(check(signer_sign(&arena, &ec, PAYLOAD), both()), 0);
    assert_int_equal(jwt_parse(&arena, signer_sign(&arena, &ec, PAYLOAD), &jwt, &err), 0);
    assert_str(jwt.payload, PAYLOAD.ptr);
    assert_str(jwt.kid, "e1");
    /* without a name any key of the algorithm may be the one */
    assert_int_equal(check(signer_token(&arena, &ec, "{\"alg\":\"ES256\"}", PAYLOAD), both()), 0);
}

static void test_every_changed_letter_is_seen(void **state)
{
    struct signer *const signers[] = {&rsa, &ec};

    for (int s = 0; s < 2; s++) {
        struct str good = signer_sign(&arena, signers[s], PAYLOAD);
        for (size_t i = 0; i < good.len; i += 3) {
            char *bad = str_cdup(&arena, good);
            if (bad[i] == '.')
                continue;
            bad[i] = bad[i] == 'A' ? 'B' : 'A';
            assert_true(check(str_make(bad, good.len), both()) < 0);
        }
    }
}

static void test_other_algorithms_are_none(void **state)
{
    static const char *const headers[] = {"{\"alg\":\"none\"}",
                                          "{\"alg\":\"None\"}",
                                          "{\"alg\":\"HS256\"}",
                                          "{\"alg\":\"RS512\"}",
                                          "{\"alg\":\"PS256\"}",
                                          "{\"alg\":\"\"}",
                                          "{}",
                                          "{\"alg\":\"ES256K\"}"};

    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        assert_int_equal(check(signer_token(&arena, &rsa, headers[i], PAYLOAD), both()),
                         ERR_UNSUPPORTED);
    assert_int_equal(check(STR("eyJhbGciOiJub25lIn0.e30."), both()), ERR_UNSUPPORTED);
}

static void test_the_algorithm_belongs_to_the_key(void **state)
{
    assert_int_equal(
        check(signer_token(&arena, &rsa, "{\"alg\":\"RS256\",\"kid\":\"e1\"}", PAYLOAD), both()),
        ERR_NOT_FOUND);
    assert_int_equal(
        check(signer_token(&arena, &ec, "{\"alg\":\"ES256\",\"kid\":\"r1\"}", PAYLOAD), both()),
        ERR_NOT_FOUND);
    assert_int_equal(check(signer_sign(&arena, &other, PAYLOAD), both()), ERR_NOT_FOUND);
    /* another key under a known name */
    other.kid = "e1";
    assert_int_equal(check(signer_sign(&arena, &other, PAYLOAD), both()), ERR_AUTH);
    assert_int_equal(check(signer_sign(&arena, &other, PAYLOAD),
                           keys_of("{\"keys\":[%s,%s]}", signer_jwk(&arena, &ec).ptr,
                                   signer_jwk(&arena, &other).ptr)),
                     0);
    other.kid = "e2";
}

static void test_what_is_no_token(void **state)
{
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "a.b",
                                      "a.b.c.d",
                                      "e30.e30",
                                      "e30=.e30.AA",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.A",
                                      "eyJhbGciOiJFUzI1NiJ9.e30.AB",
                                      "eyJhbGciOiJFUzI1NiJ9.e3 0.AA"};
    static const char *const headers[] = {"[]",
                                          "{\"alg\":\"ES256\"",
                                          "{\"alg\":\"ES256\"} x",
                                          "{\"alg\":1}",
                                          "{\"alg\":\"ES256\",\"alg\":\"ES256\"}",
                                          "{\"alg\":\"ES256\",\"al\\u0067\":\"RS256\"}"};
    char *long_ = arena_alloc(&arena, 40000);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_true(check(str_c(bad[i]), both()) < 0);
    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        assert_int_equal(check(signer_token(&arena, &ec, headers[i], PAYLOAD), both()), ERR_SYNTAX);
    assert_int_equal(
        check(signer_token(&arena, &ec, "{\"alg\":\"ES256\",\"crit\":[\"b64\"]}", PAYLOAD), both()),
        ERR_UNSUPPORTED);
    memset(long_, 'A', 40000);
    assert_int_equal(check(str_make(long_, 40000), both()), ERR_TOO_LARGE);
}

static void test_keys_that_do_not_count(void **state)
{
    struct jwk_set set = keys_of(
        "{\"keys\":[%s,{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":"
        "\"AQAB\",\"e\":\"AQAB\"},{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"},"
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},%s],\"more\":{\"a\":[1]}}",
        signer_jwk(&arena, &small).ptr, signer_jwk(&arena, &ec).ptr);

    assert_int_equal(set.len, 1);
    assert_str(set.at[0].kid, "e1");
    assert_int_equal(jwk_set_parse(&arena, STR("{}"), &set, &err), ERR_SYNTAX);
    assert_int_equal(jwk_set_parse(&arena, STR("[]"), &set, &err), ERR_SYNTAX);
    assert_int_equal(jwk_set_parse(&arena, STR("{\"keys\":{}}"), &set, &err), ERR_SYNTAX);
    assert_int_equal(jwk_set_parse(&arena, STR("{\"keys\":[]"), &set, &err), ERR_SYNTAX);
    /* a point that is not on the curve verifies nothing */
    set = keys_of("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\","
                  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1\"}]}");
    assert_true(check(signer_sign(&arena, &ec, PAYLOAD), set) < 0);
}

static void test_claims(void **state)
{
    struct jwt_claims c;

    assert_int_equal(
        jwt_claims(
            &arena,
            STR("{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"a\",\"b\"],\"exp\":1790000000.5,"
                "\"email\":\"lan@example.vn\",\"email_verified\":true,\"address\":{\"x\":[]}}"),
            &c, &err),
        0);
    assert_int_equal(c.aud.len, 2);
    assert_int_equal(c.exp.v, 1790000000500);
    assert_true(c.email_verified);
    assert_false(c.iat.has);
    assert_int_equal(
        jwt_claims(&arena, STR("{\"aud\":\"a\",\"email_verified\":\"true\"}"), &c, &err), 0);
    assert_int_equal(c.aud.len, 1);
    assert_false(c.email_verified);
    assert_int_equal(jwt_claims(&arena, STR("{\"sub\":\"a\",\"sub\":\"b\"}"), &c, &err),
                     ERR_SYNTAX);
    assert_int_equal(jwt_claims(&arena, STR("{\"sub\":42}"), &c, &err), ERR_SYNTAX);
    assert_int_equal(jwt_claims(&arena, STR("{\"exp\":\"1\"}"), &c, &err), ERR_SYNTAX);
    assert_int_equal(jwt_claims(&arena, STR("{\"exp\":1e300}"), &c, &err), ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_example_of_the_standard),
        cmocka_unit_test(test_both_algorithms),
        cmocka_unit_test(test_every_changed_letter_is_seen),
        cmocka_unit_test(test_other_algorithms_are_none),
        cmocka_unit_test(test_the_algorithm_belongs_to_the_key),
        cmocka_unit_test(test_what_is_no_token),
        cmocka_unit_test(test_keys_that_do_not_count),
        cmocka_unit_test(test_claims),
    };

    return cmocka_run_group_tests(tests, group_begin, group_end);
}
