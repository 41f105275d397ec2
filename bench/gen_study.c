/*
 * bench/gen_study.c -- the data that is measured, the same bytes on every machine.
 *
 *   gen_study PERSONS DIR        100000 is set A: 2,381,390 Follows
 *
 * Persons, cities, states, countries and interests as CSV with a header, and five files of
 * relationships. Follows has 10 random edges from each person and a few hubs that up to 5 % of
 * all persons follow.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CITIES = 7117, STATES = 273, COUNTRIES = 3, INTERESTS = 41, LONDON = 77 };

/* States 0 to 50 are of the first country, up to 259 of the second, the rest of the third. */
enum { STATES_OF_US = 51, STATES_TO_UK = 260 };

static const char *const first_names[16] = {"James", "Mary",   "Robert", "Linda", "John", "Susan",
                                            "David", "Karen",  "Wei",    "Ana",   "Juan", "Yuki",
                                            "Omar",  "Fatima", "Ivan",   "Olga"};
static const char *const last_names[16] = {"Smith",  "Jones",  "Brown", "Garcia", "Miller", "Davis",
                                           "Wilson", "Lopez",  "Lee",   "Walker", "Hall",   "Young",
                                           "King",   "Wright", "Hill",  "Green"};
static const char *const country_names[COUNTRIES] = {"United States", "United Kingdom", "Canada"};
static const char *const interest_names[INTERESTS] = {
    "Anime",    "Art",         "Baseball", "Biking",   "Camping",     "Chess",   "Cooking",
    "Dance",    "Fine Dining", "Fishing",  "Fitness",  "Football",    "Gaming",  "Gardening",
    "Golf",     "Hiking",      "History",  "Hockey",   "Jazz",        "Karaoke", "Knitting",
    "Movies",   "Music",       "Opera",    "Painting", "Photography", "Poetry",  "Politics",
    "Reading",  "Running",     "Sailing",  "Science",  "Shopping",    "Skiing",  "Soccer",
    "Swimming", "Tennis",      "Theatre",  "Travel",   "Wine",        "Yoga"};

struct study {
    const char *folder;
    uint64_t random;
    uint64_t persons;
    uint64_t follows;
    uint32_t country_of_state[STATES];
    uint32_t state_of_city[CITIES];
};

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* SplitMix64. */
static uint64_t draw(struct study *study)
{
    uint64_t z = study->random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* The upper half of a product of 64 by 32 bits and more: `below` stays under 2^32. */
static uint64_t draw_below(struct study *study, uint64_t below)
{
    uint64_t bits = draw(study);
    uint64_t low = (bits & UINT32_MAX) * below;

    return ((bits >> 32) * below + (low >> 32)) >> 32;
}

static double draw_unit(struct study *study)
{
    return (double)(draw(study) >> 11) * 0x1p-53;
}

static FILE *create(const struct study *study, const char *name, const char *header)
{
    char path[4096];
    FILE *file = NULL;

    (void)snprintf(path, sizeof(path), "%s/%s.csv", study->folder, name);
    file = fopen(path, "w");
    if (file == NULL) {
        fail(path);
    }
    (void)fprintf(file, "%s\n", header);
    return file;
}

static void finish(FILE *file)
{
    if (ferror(file) != 0 || fclose(file) != 0) {
        fail("write");
    }
}

static void write_persons(struct study *study)
{
    FILE *file = create(study, "persons", "id,name,gender,birthday,age,isMarried");

    for (uint64_t id = 1; id <= study->persons; id++) {
        int year = 1940 + (int)draw_below(study, 65);
        bool married = draw_below(study, 2) != 0;
        int day = 1 + (int)draw_below(study, 28);
        int month = 1 + (int)draw_below(study, 12);
        const char *gender = draw_below(study, 2) != 0 ? "male" : "female";
        const char *last = last_names[draw_below(study, 16)];
        const char *first = first_names[draw_below(study, 16)];

        (void)fprintf(file, "%llu,%s %s %llu,%s,%04d-%02d-%02d,%d,%s\n", (unsigned long long)id,
                      first, last, (unsigned long long)id, gender, year, month, day, 2025 - year,
                      married ? "true" : "false");
    }
    finish(file);
}

static void write_countries_and_states(struct study *study)
{
    FILE *file = create(study, "countries", "id,country");

    for (uint32_t i = 0; i < COUNTRIES; i++) {
        (void)fprintf(file, "%u,%s\n", (unsigned)i + 1, country_names[i]);
    }
    finish(file);
    file = create(study, "states", "id,state,country");
    for (uint32_t i = 0; i < STATES; i++) {
        study->country_of_state[i] = i < STATES_OF_US ? 0 : i < STATES_TO_UK ? 1 : 2;
        (void)fprintf(file, "%u,%s%u,%s\n", (unsigned)i + 1,
                      i < STATES_OF_US ? "US-State" : "Region", (unsigned)i,
                      country_names[study->country_of_state[i]]);
    }
    finish(file);
}

static uint32_t draw_state(struct study *study)
{
    uint64_t percent = draw_below(study, 100);

    if (percent < 70) {
        return (uint32_t)draw_below(study, STATES_OF_US);
    }
    return percent < 85 ? STATES_OF_US + (uint32_t)draw_below(study, STATES_TO_UK - STATES_OF_US)
                        : STATES_TO_UK + (uint32_t)draw_below(study, STATES - STATES_TO_UK);
}

static void write_cities(struct study *study)
{
    FILE *file = create(study, "cities", "id,city,state,country,lat,lng,population");

    for (uint32_t i = 0; i < CITIES; i++) {
        uint32_t state = draw_state(study);
        unsigned population = (unsigned)(1000 + draw_below(study, 1000000));
        double longitude = -120 + draw_unit(study) * 50;
        double latitude = 25 + draw_unit(study) * 25;

        study->state_of_city[i] = state;
        (void)fprintf(file, "%u,%s%u,%s%u,%s,%.4f,%.4f,%u\n", (unsigned)i + 1,
                      i == LONDON ? "London" : "City", i == LONDON ? 0U : (unsigned)i,
                      state < STATES_OF_US ? "US-State" : "Region", (unsigned)state,
                      country_names[study->country_of_state[state]], latitude, longitude,
                      population);
    }
    finish(file);
}

static void write_places(struct study *study)
{
    FILE *file = create(study, "city_in", "from,to");

    for (uint32_t i = 0; i < CITIES; i++) {
        (void)fprintf(file, "%u,%u\n", (unsigned)i + 1, (unsigned)study->state_of_city[i] + 1);
    }
    finish(file);
    file = create(study, "state_in", "from,to");
    for (uint32_t i = 0; i < STATES; i++) {
        (void)fprintf(file, "%u,%u\n", (unsigned)i + 1, (unsigned)study->country_of_state[i] + 1);
    }
    finish(file);
}

static void write_interests(struct study *study)
{
    FILE *file = create(study, "interests", "id,interest");

    for (uint32_t i = 0; i < INTERESTS; i++) {
        (void)fprintf(file, "%u,%s\n", (unsigned)i + 1, interest_names[i]);
    }
    finish(file);
}

static void write_lives_in(struct study *study)
{
    FILE *file = create(study, "lives_in", "from,to");

    for (uint64_t id = 1; id <= study->persons; id++) {
        double first = CITIES * draw_unit(study);

        (void)fprintf(file, "%llu,%llu\n", (unsigned long long)id,
                      (unsigned long long)(first * draw_unit(study)) + 1);
    }
    finish(file);
}

/* One to four different interests each. */
static void write_has_interest(struct study *study)
{
    FILE *file = create(study, "has_interest", "from,to");

    for (uint64_t id = 1; id <= study->persons; id++) {
        uint64_t count = 1 + draw_below(study, 4);
        uint64_t taken = 0;

        for (uint64_t i = 0; i < count;) {
            uint64_t interest = draw_below(study, INTERESTS) + 1;

            if ((taken >> interest & 1) == 0) {
                taken |= UINT64_C(1) << interest;
                i++;
                (void)fprintf(file, "%llu,%llu\n", (unsigned long long)id,
                              (unsigned long long)interest);
            }
        }
    }
    finish(file);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* A pair is its two numbers in one; nobody follows themselves. */
static size_t draw_follows(struct study *study, uint64_t *pairs, uint64_t hubs)
{
    uint64_t n = study->persons;
    size_t count = 0;

    for (uint64_t i = 0; i < n * 10; i++) {
        uint64_t from = draw_below(study, n) + 1;
        uint64_t to = draw_below(study, n) + 1;

        if (from != to) {
            pairs[count++] = from << 32 | to;
        }
    }
    for (uint64_t i = 0; i < hubs; i++) {
        uint64_t hub = draw_below(study, n) + 1;
        uint64_t followers = n * 5 / 1000 + draw_below(study, n * 45 / 1000);

        for (uint64_t j = 0; j < followers; j++) {
            uint64_t from = draw_below(study, n) + 1;

            if (from != hub) {
                pairs[count++] = from << 32 | hub;
            }
        }
    }
    return count;
}

static void write_follows(struct study *study)
{
    uint64_t n = study->persons;
    uint64_t hubs = n * 5 / 1000;
    uint64_t *pairs = calloc(n * 10 + hubs * (n * 5 / 100 + 1), sizeof(*pairs));
    FILE *file = create(study, "follows", "from,to");
    size_t count = 0;
    uint64_t last = 0;

    if (pairs == NULL) {
        fail("follows");
    }
    count = draw_follows(study, pairs, hubs);
    qsort(pairs, count, sizeof(*pairs), by_value);
    for (size_t i = 0; i < count; i++) {
        if (pairs[i] != last) {
            last = pairs[i];
            study->follows++;
            (void)fprintf(file, "%u,%u\n", (unsigned)(last >> 32), (unsigned)(last & UINT32_MAX));
        }
    }
    finish(file);
    free(pairs);
}

int main(int argc, char **argv)
{
    static struct study study = {.random = 42};

    study.persons = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
    if (study.persons < 1000 || study.persons > 10000000) {
        (void)fprintf(stderr, "usage: gen_study PERSONS DIR (1000 to 10000000 persons)\n");
        return EXIT_FAILURE;
    }
    study.folder = argv[2];
    (void)mkdir(study.folder, 0755); /* if it failed, creating a file in it says why */
    write_persons(&study);
    write_countries_and_states(&study);
    write_cities(&study);
    write_places(&study);
    write_interests(&study);
    write_lives_in(&study);
    write_has_interest(&study);
    write_follows(&study);
    (void)printf("%llu persons, %llu follows\n", (unsigned long long)study.persons,
                 (unsigned long long)study.follows);
    return EXIT_SUCCESS;
}
