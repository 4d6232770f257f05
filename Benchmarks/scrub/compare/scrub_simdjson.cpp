// scrub_simdjson < messages: the scrub on simdjson's DOM, with all its rules.
//
// Nothing is allocated for a line: parsers, the line's buffer and the buffers for Body and Message are used again,
// each with the padding that simdjson wants, and lines are parsed where they were read.
#include <simdjson.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using std::string_view;
namespace dom = simdjson::dom;
using Value = std::optional<dom::element>;

constexpr size_t readSize = 1 << 20;
constexpr size_t longestLine = 16 << 20;

// A line that is rejected: not JSON, or without what it needs.
struct Rejected {};

// The last of duplicate keys counts, so that an object is walked once and to its end.
struct Level {
    Value body, message, sent, timestamp, hostname, event;

    explicit Level(const dom::element &element) {
        dom::object object;
        if (element.get(object)) return;
        for (auto field : object) {
            string_view key = field.key;
            if (key == "Body") body = field.value;
            else if (key == "Message") message = field.value;
            else if (key == "Timestamp") sent = field.value;
            else if (key == "timestamp") timestamp = field.value;
            else if (key == "hostname") hostname = field.value;
            else if (key == "event") event = field.value;
        }
    }
};

struct Event {
    Value channel, userEvent, event, endpoint;

    explicit Event(const dom::object &object) {
        for (auto field : object) {
            string_view key = field.key;
            if (key == "Channel") channel = field.value;
            else if (key == "UserEvent") userEvent = field.value;
            else if (key == "Event") event = field.value;
            else if (key == "endpoint") endpoint = field.value;
        }
    }
};

static bool isString(const Value &value) { return value && value->is_string(); }

static string_view text(const Value &value) {
    if (!isString(value)) throw Rejected();
    return value->get_string().value_unsafe();
}

// JSON in a string of the level above.
class Inner {
    dom::parser parser;
    std::vector<char> buffer;

public:
    dom::element parse(string_view text) {
        if (buffer.size() < text.size() + simdjson::SIMDJSON_PADDING) {
            buffer.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
        }
        memcpy(buffer.data(), text.data(), text.size());
        dom::element element;
        if (parser.parse(buffer.data(), text.size(), false).get(element)) throw Rejected();
        return element;
    }
};

// MARK: Time stamps

// The number in `count` digits at the text's start, which are taken from it; -1 for other bytes.
static int digits(string_view &text, size_t count) {
    if (text.size() < count) return -1;
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        number = 10 * number + (text[i] - '0');
    }
    text.remove_prefix(count);
    return number;
}

static bool take(string_view &text, const char *oneOf) {
    if (text.empty() || !strchr(oneOf, text[0]) || text[0] == 0) return false;
    text.remove_prefix(1);
    return true;
}

static bool isDate(int year, int month, int day) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= lengths[month - 1] + (leap && month == 2);
}

static bool isUpTo(int number, int most) { return number >= 0 && number <= most; }

static bool isTimestamp(string_view text) {
    int year = digits(text, 4);
    if (!take(text, "-")) return false;
    int month = digits(text, 2);
    if (!take(text, "-")) return false;
    int day = digits(text, 2);
    if (!isDate(year, month, day) || !take(text, "T ")) return false;
    if (!isUpTo(digits(text, 2), 23) || !take(text, ":")) return false;
    if (!isUpTo(digits(text, 2), 59) || !take(text, ":")) return false;
    if (!isUpTo(digits(text, 2), 59)) return false;
    if (take(text, ".")) {
        size_t count = 0;
        while (count < text.size() && text[count] >= '0' && text[count] <= '9') count++;
        if (count < 1 || count > 9) return false;
        text.remove_prefix(count);
    }
    if (text.empty() || take(text, "Z")) return text.empty();
    if (!take(text, "+-") || !isUpTo(digits(text, 2), 23) || !take(text, ":")) return false;
    return isUpTo(digits(text, 2), 59) && text.empty();
}

// MARK: Output

class Output {
    std::string buffer;

    void codeUnit(unsigned unit) {
        char escape[7];
        snprintf(escape, sizeof escape, "\\u%04x", unit);
        buffer.append(escape, 6);
    }

    // Of a text that is not all printable ASCII; it is known to be UTF-8.
    void escaped(string_view text) {
        for (size_t i = 0; i < text.size();) {
            unsigned char byte = text[i++];
            static const char shortForms[] = "\"\"\\\\\nn\rr\tt\bb\ff";
            const char *form = shortForms;
            while (*form && (unsigned char)*form != byte) form += 2;
            if (*form) {
                buffer += '\\';
                buffer += form[1];
            } else if (byte >= 0x20 && byte < 0x7f) {
                buffer += byte;
            } else if (byte < 0x80) {
                codeUnit(byte);
            } else {
                int more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
                unsigned code = byte & (0x3f >> more);
                for (; more > 0; more--) code = code << 6 | (text[i++] & 0x3f);
                if (code < 0x10000) {
                    codeUnit(code);
                } else {
                    codeUnit(0xd800 + ((code - 0x10000) >> 10));
                    codeUnit(0xdc00 + (code & 0x3ff));
                }
            }
        }
    }

    void quoted(string_view text) {
        unsigned odd = 0;
        for (unsigned char byte : text) odd |= (unsigned char)(byte - 0x20) >= 0x5f || byte == '"' || byte == '\\';
        buffer += '"';
        if (odd) escaped(text);
        else buffer += text;
        buffer += '"';
    }

public:
    Output() { buffer.reserve(2 * readSize); }

    void event(string_view timestamp, string_view channel, std::optional<string_view> endpoint, string_view name) {
        buffer += "{\"timestamp\": ";
        quoted(timestamp);
        buffer += ", \"channel\": ";
        quoted(channel);
        buffer += ", \"endpoint\": ";
        if (endpoint) quoted(*endpoint);
        else buffer += "null";
        buffer += ", \"event\": ";
        quoted(name);
        buffer += "}\n";
        if (buffer.size() >= readSize) flush();
    }

    void flush() {
        for (size_t done = 0; done < buffer.size();) {
            ssize_t count = write(1, buffer.data() + done, buffer.size() - done);
            if (count < 0) exit(74);
            done += count;
        }
        buffer.clear();
    }
};

// MARK: The rules

class Scrubber {
    dom::parser lineParser;
    Inner body, message;
    Output &output;

    static bool isFalsy(const dom::element &value) {
        switch (value.type()) {
            case dom::element_type::NULL_VALUE: return true;
            case dom::element_type::BOOL: return !value.get_bool().value_unsafe();
            case dom::element_type::STRING: return value.get_string().value_unsafe().empty();
            case dom::element_type::ARRAY: return value.get_array().value_unsafe().size() == 0;
            case dom::element_type::OBJECT: return value.get_object().value_unsafe().size() == 0;
            default: return value.get_double().value_unsafe() == 0;
        }
    }

    void apply(const Level &level, const Value &sent) {
        dom::object object;
        if (!level.hostname || !level.event || level.event->get(object)) throw Rejected();
        if (!isString(level.hostname)) return;
        string_view host = text(level.hostname);
        if (host != "futel-prod.phu73l.net" && host != "futel-prod-back" && host != "dialplan-functions-prod") return;

        Event event(object);
        if (!event.channel || isFalsy(*event.channel)) return;
        string_view channel = text(event.channel);
        if (channel.find("followme-operator") != string_view::npos) return;

        Value nameValue = event.userEvent ? event.userEvent : event.event;
        if (nameValue && nameValue->is_null()) return;
        string_view name = text(nameValue);
        if (name == "Registry" || name == "PeerStatus") return;

        string_view timestamp = text(level.timestamp ? level.timestamp : sent);
        if (!isTimestamp(timestamp)) throw Rejected();
        std::optional<string_view> endpoint = channel;
        if (event.endpoint) {
            if (event.endpoint->is_null()) endpoint = std::nullopt;
            else endpoint = text(event.endpoint);
        }
        output.event(timestamp, channel, endpoint, name);
    }

public:
    explicit Scrubber(Output &output) : output(output) {}

    // There must be room for padding behind the line.
    void scrub(const char *line, size_t count) {
        dom::element element;
        if (lineParser.parse(line, count, false).get(element)) throw Rejected();
        Level level(element);
        if (isString(level.body)) level = Level(body.parse(text(level.body)));
        Value sent;
        if (isString(level.message)) {
            sent = level.sent;
            level = Level(message.parse(text(level.message)));
        }
        apply(level, sent);
    }
};

int main() {
    Output output;
    Scrubber scrubber(output);
    // Not a vector, which would touch all of it to set it to zero.
    std::unique_ptr<char[]> buffer(new char[longestLine + readSize + simdjson::SIMDJSON_PADDING]);
    size_t rejected = 0, held = 0;
    auto scrub = [&](const char *line, size_t count) {
        if (count == 0) return;
        try {
            scrubber.scrub(line, count);
        } catch (Rejected) {
            rejected++;
        }
    };
    for (;;) {
        ssize_t count = read(0, buffer.get() + held, readSize);
        if (count < 0) return 74;
        if (count == 0) break;
        char *line = buffer.get(), *end = line + held + count, *searched = line + held;
        while (char *newline = (char *)memchr(searched, '\n', end - searched)) {
            scrub(line, newline - line);
            line = searched = newline + 1;
        }
        held = end - line;
        if (held > longestLine) return 65;
        memmove(buffer.get(), line, held);
    }
    scrub(buffer.get(), held);
    output.flush();
    if (rejected) fprintf(stderr, "scrub_simdjson: %zu rejected\n", rejected);
    return rejected ? 65 : 0;
}
