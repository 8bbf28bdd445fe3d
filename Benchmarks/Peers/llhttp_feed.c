// llhttp behind one call, for parser-throughput to load.
#include <llhttp.h>

#include <stddef.h>
#include <string.h>

struct tally {
    long messages;
    long fields;
    long body;
};

static int on_body(llhttp_t *parser, const char *at, size_t length) {
    (void)at;
    ((struct tally *)parser->data)->body += (long)length;
    return 0;
}

static int on_value_complete(llhttp_t *parser) {
    ((struct tally *)parser->data)->fields += 1;
    return 0;
}

static int on_message_complete(llhttp_t *parser) {
    ((struct tally *)parser->data)->messages += 1;
    return 0;
}

// Parses responses one after another in pieces; answers how many, or -1.
long llhttp_feed(const char *bytes, size_t count, size_t piece, long *fields, long *body) {
    struct tally tally = {0, 0, 0};
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_body = on_body;
    settings.on_header_value_complete = on_value_complete;
    settings.on_message_complete = on_message_complete;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    parser.data = &tally;
    for (size_t start = 0; start < count; start += piece) {
        size_t size = count - start < piece ? count - start : piece;
        if (llhttp_execute(&parser, bytes + start, size) != HPE_OK) return -1;
    }
    *fields = tally.fields;
    *body = tally.body;
    return tally.messages;
}
