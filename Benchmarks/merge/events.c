// events old|new MEGABYTES OLD_MEGABYTES: writes invented event lines of 2026-01-01, the same ones every time.
//
// "old" is a day's object: sorted, each line once. "new" comes in no order; one line in five is of the object of
// OLD_MEGABYTES, one in fifty comes twice. In C, since twenty gigabytes are wanted where memory is measured.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const PHONES[] = {
    "saratoga", "demo-one", "hot-leet", "twilio", "630", "640", "voipms",
};
static const char *const NAMES[] = {
    "operator", "incoming-leet", "filterdial", "voicemail_outgoing", "contact_status_Avail", "conf_join", "ivr",
    "dial_pstn",
};
#define COUNT(list) (sizeof list / sizeof *list)

static const double DAY = 86400e6; // microseconds
static const int LINE = 130;       // a little more than the mean length

// A number's hash: each line is drawn from its number alone, so that any can be written again.
static uint64_t mix(uint64_t number) {
    number += 0x9e3779b97f4a7c15;
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
    number = (number ^ number >> 27) * 0x94d049bb133111eb;
    return number ^ number >> 31;
}

static int write_event(char *line, uint64_t microseconds, uint64_t chance) {
    unsigned second = microseconds / 1000000;
    const char *phone = PHONES[chance % COUNT(PHONES)];
    const char *name = NAMES[(chance >> 8) % COUNT(NAMES)];
    return sprintf(
        line,
        "{\"timestamp\": \"2026-01-01T%02u:%02u:%02u.%06u-08:00\", \"channel\": \"SIP/%s-%08x\", "
        "\"endpoint\": \"%s\", \"event\": \"%s\"}\n",
        second / 3600, second / 60 % 60, second % 60, (unsigned)(microseconds % 1000000), phone,
        (unsigned)(chance >> 16 & 0xfffff), phone, name);
}

// The day is cut into as many slots as the object has lines, and each has its line somewhere in it.
static int write_old(char *line, uint64_t place, uint64_t count) {
    uint64_t chance = mix(place);
    uint64_t slot = (uint64_t)DAY / count; // whole, so that no two slots share a microsecond
    return write_event(line, place * slot + (chance >> 40) % slot, chance);
}

int main(int arguments, char **argument) {
    if (arguments != 4) return 64;
    int is_old = strcmp(argument[1], "old") == 0;
    uint64_t size = strtoull(argument[2], NULL, 10) * 1000000;
    uint64_t count = strtoull(argument[3], NULL, 10) * 1000000 / LINE;
    if (count == 0) return 64;
    char line[1024];
    uint64_t written = 0;
    for (uint64_t number = 0; written < size; number++) {
        int length;
        if (is_old) {
            if (number == count) break;
            length = write_old(line, number, count);
        } else {
            // Every fiftieth is the one before it again.
            uint64_t chance = mix(~(number % 50 == 49 ? number - 1 : number));
            if (chance % 5 == 0) {
                length = write_old(line, mix(chance) % count, count);
            } else {
                length = write_event(line, mix(chance) % (uint64_t)DAY, chance >> 3);
            }
        }
        if (fwrite(line, 1, length, stdout) != (size_t)length) return 74;
        written += length;
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
