#include "app/account/inner.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

#include <pthread.h>
#include <sodium.h>

/* argon2id, as the house plan has it; a hash made with other numbers is renewed at sign-in. */
enum { HASH_OPS = 3 };
#define HASH_MEMORY ((size_t)64 << 20)

enum { LENGTH_MIN = 10, LENGTH_MAX = 200, DISTINCT_MIN = 5, LOGIN_LENGTH_TELLING = 4 };

static const char *const common_words[] = {
#define COMMON(word) #word,
#include "app/account/common_passwords.def"
#undef COMMON
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int running, waiting;
    int running_max, waiting_max;
    int64_t hashes;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

/* ---- the rule -------------------------------------------------------------------------------- */

static uint32_t letter_meant(uint32_t c)
{
    static const char from[] = "013457@$!|";
    static const char to[] = "oieastasii";
    const char *at = c < 128 && c != 0 ? strchr(from, (int)c) : NULL;

    return at != NULL ? (uint32_t)to[at - from] : c;
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

struct str password_core(struct arena *a, struct str password)
{
    struct buf letters = buf_make(a), out = buf_make(a);
    size_t from = 0, to = password.len;
    struct str rest;

    while (from < to && !is_letter(password.ptr[from]))
        from++;
    while (to > from && !is_letter(password.ptr[to - 1]))
        to--;
    rest = str_sub(password, from, to - from);
    while (rest.len > 0)
        text_add(&letters, letter_meant(text_next(&rest)));
    rest = text_fold(a, buf_str(&letters));
    for (size_t i = 0; i < rest.len; i++) {
        if (is_letter(rest.ptr[i]))
            buf_add_char(&out, rest.ptr[i]);
    }
    return buf_str(&out);
}

static size_t distinct_characters(struct str s)
{
    uint32_t seen[DISTINCT_MIN];
    size_t n = 0;

    while (s.len > 0 && n < DISTINCT_MIN) {
        uint32_t c = text_next(&s);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= seen[i] == c;
        if (!known)
            seen[n++] = c;
    }
    return n;
}

/* 1234567890, abcdefghij, 9876543210: every step up by one, or every step down. */
static bool is_sequence(struct str s)
{
    int up = 0, down = 0, steps = 0;

    for (size_t i = 1; i < s.len; i++, steps++) {
        int d = (unsigned char)s.ptr[i] - (unsigned char)s.ptr[i - 1];
        up += d == 1 || (s.ptr[i - 1] == '9' && s.ptr[i] == '0');
        down += d == -1 || (s.ptr[i - 1] == '0' && s.ptr[i] == '9');
    }
    return steps > 0 && (up == steps || down == steps);
}

static bool is_common(struct str core)
{
    for (size_t i = 0; i < ARRAY_LEN(common_words); i++) {
        if (str_is(core, common_words[i]))
            return true;
    }
    return false;
}

const char *password_problem(struct str login, struct str password)
{
    _cleanup_(arena_release) struct arena a = {0};
    size_t length = text_length(password);
    struct str core, folded_login;

    if (!text_is_valid(password, false))
        return N_("The password contains characters that cannot be typed again.");
    if (length < LENGTH_MIN)
        return N_("The password is too short: at least 10 characters.");
    if (length > LENGTH_MAX)
        return N_("The password is too long: at most 200 characters.");
    if (distinct_characters(password) < DISTINCT_MIN || is_sequence(password))
        return N_("The password repeats or counts; choose something less regular.");
    core = password_core(&a, password);
    if (core.len == 0)
        return N_("Digits and signs alone are easily guessed; add words.");
    folded_login = password_core(&a, login);
    if (str_eq_nocase(password, login) || str_eq(core, folded_login) ||
        (folded_login.len >= LOGIN_LENGTH_TELLING && str_find(core, folded_login) >= 0))
        return N_("The password contains the login name.");
    if (is_common(core))
        return N_("This password is among the most common ones.");
    return NULL;
}

int account_check_password(struct str login, struct str password, struct err *err)
{
    const char *problem = password_problem(login, password);

    if (problem == NULL)
        return 0;
    err_set(err, ERR_INVALID, "%s", problem);
    err_field(err, "password");
    return ERR_INVALID;
}

struct str account_one_time_password(struct arena *a)
{
    struct str c = random_code(a, 16);

    return str_printf(a, "%.4s-%.4s-%.4s-%.4s", c.ptr, c.ptr + 4, c.ptr + 8, c.ptr + 12);
}

/* ---- the gate -------------------------------------------------------------------------------- */

static void gate_defaults(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (gate.running_max == 0)
        gate.running_max = (int)MAX(1, MIN(cores, 4));
    if (gate.waiting_max == 0)
        gate.waiting_max = 8;
}

void password_gate_limits(int running, int waiting)
{
    pthread_mutex_lock(&gate.lock);
    gate.running_max = running;
    gate.waiting_max = waiting;
    pthread_mutex_unlock(&gate.lock);
}

int password_gate_enter(struct err *err)
{
    int r = 0;

    pthread_mutex_lock(&gate.lock);
    gate_defaults();
    if (gate.running >= gate.running_max && gate.waiting >= gate.waiting_max) {
        r = err_set(err, ERR_BUSY, "%d passwords are being checked and %d wait", gate.running,
                    gate.waiting);
    } else {
        gate.waiting++;
        while (gate.running >= gate.running_max)
            pthread_cond_wait(&gate.left, &gate.lock);
        gate.waiting--;
        gate.running++;
    }
    pthread_mutex_unlock(&gate.lock);
    return r;
}

void password_gate_leave(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.running--;
    pthread_cond_signal(&gate.left);
    pthread_mutex_unlock(&gate.lock);
}

int64_t password_hashes(void)
{
    return __atomic_load_n(&gate.hashes, __ATOMIC_RELAXED);
}

/* ---- hashing --------------------------------------------------------------------------------- */

/* Right parameters, a salt and a hash that nobody's password has: verifying against it takes the
 * time of a real one. */
static const char *nobody_hash(struct arena *a)
{
    return str_printf(a, "$argon2id$v=19$m=%zu,t=%d,p=1$%.22s$%.43s", HASH_MEMORY >> 10, HASH_OPS,
                      "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .ptr;
}

bool password_verify(struct arena *a, struct str hash, struct str password)
{
    /* macOS sends Vietnamese letters taken apart, other systems composed. */
    struct str text = text_compose(a, password);
    const char *stored = hash.len > 0 ? str_cdup(a, hash) : nobody_hash(a);
    bool right;

    __atomic_add_fetch(&gate.hashes, 1, __ATOMIC_RELAXED);
    right = crypto_pwhash_str_verify(stored, text.ptr, text.len) == 0;
    return right && hash.len > 0;
}

int password_hash_now(struct arena *a, struct str password, struct str *out, struct err *err)
{
    struct str text = text_compose(a, password);
    char *hash = arena_alloc(a, crypto_pwhash_STRBYTES);

    __atomic_add_fetch(&gate.hashes, 1, __ATOMIC_RELAXED);
    if (crypto_pwhash_str(hash, text.ptr, text.len, HASH_OPS, HASH_MEMORY) != 0)
        return err_set(err, ERR_BUSY, "no memory to hash a password (64 MiB)");
    *out = str_c(hash);
    return 0;
}

bool password_is_outdated(struct arena *a, struct str hash)
{
    return crypto_pwhash_str_needs_rehash(str_cdup(a, hash), HASH_OPS, HASH_MEMORY) != 0;
}

int account_hash_password(struct arena *a, struct str password, struct str *out, struct err *err)
{
    int r = password_gate_enter(err);

    if (r < 0)
        return r;
    r = password_hash_now(a, password, out, err);
    password_gate_leave();
    return r;
}
