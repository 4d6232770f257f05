/*
 * The protocol of the chain, for Spin: several chains (scripts/dump-queue) drain one SQS queue into one
 * bucket, and everything goes wrong that can. scripts/prove runs it, docs/proof.md explains it.
 *
 * Checked:
 *   safety    no delete is sent for a message whose event is not stored   assert in delete_is_sent
 *   safety    no stored event vanishes                                    assert in object_is_written
 *   liveness  in the end every event is stored                            ltl stored_in_the_end
 *   liveness  in the end every message is deleted                         ltl deleted_in_the_end
 *
 * For safety every fault may strike at every step, any number of times. For liveness -DFAULTS=n says how many
 * strike in all: nobody can promise an end to a chain whose every request fails.
 *
 * Each of these must break safety, else the asserts could not fail:
 *   -DPUT_UNCONDITIONAL        PUTs bear no condition
 *   -DREAD_ERROR_IS_ABSENCE    a GET that failed makes an empty day, whose PUT bears no condition
 *   -DCUT_BODY_IS_WHOLE        a body that was cut short is merged as if it were all
 *   -DACK_WITHOUT_STORED       the ledger's "kept" alone proves
 *   -DACK_BY_EARLIER_STORED    stored lines of an earlier block prove too
 *   -DLEDGER_BEFORE_EVENT      the ledger's line may be written although the event's is not
 * and these liveness:
 *   -DNO_REDELIVERY            a message that was received once never comes back
 *   -DNO_MERGE_AFTER_CONFLICT  after a conflict the same merged file is put again
 */

#ifndef CHAINS
#define CHAINS 2
#endif
#ifndef MESSAGES
#define MESSAGES 2
#endif

#ifndef DAYS
#define DAYS 1
#endif
#if DAYS == 1
#define PERIOD 15
#else
#define PERIOD 5
#endif

/* Message n has event n; with two days (and up to four messages) the odd ones are of day 1. */
#define DAY_OF(n)       ((n) % DAYS)
#define EVENTS_OF(day)  (ALL & (PERIOD << (day)))

/* Sets of messages, events and days are the bits of a byte. */
#define BIT(n)          (1 << (n))
#define HAS(set, n)     (((set) >> (n)) & 1)
#define ALL             ((1 << MESSAGES) - 1)

/* Stands before what Spin may do to the chain, and need not. */
#ifdef FAULTS
byte faults_left = FAULTS;
#define MAY_STRIKE      (faults_left > 0)
#define STRIKE          faults_left--
#else
#define MAY_STRIKE      true
#define STRIKE          skip
#endif
#define FAULT           MAY_STRIKE -> STRIKE

/* --- The bucket ---------------------------------------------------------------------------------- */

/*
 * A day's object is the set of its events. Zero is no object: an empty one is never written. The set serves
 * as the ETag as well, for S3's is the MD5 of the bytes: equal bytes have equal ETags, however old they are.
 * Numbers that never come back would promise more than S3 does.
 */
byte bucket[DAYS];
#define NO_OBJECT       0

#if defined(PUT_UNCONDITIONAL)
#define CONDITION_HOLDS(day, etag)  true
#elif defined(READ_ERROR_IS_ABSENCE)
#define CONDITION_HOLDS(day, etag)  ((etag) == NO_OBJECT || (etag) == bucket[day])
#else
/* If-Match: etag, or If-None-Match: * where no object is known. */
#define CONDITION_HOLDS(day, etag)  ((etag) == bucket[day])
#endif

inline object_is_written(a_day, content) {
    assert((bucket[a_day] & ~(content)) == 0);          /* no stored event vanishes */
    bucket[a_day] = content
}

/* A PUT of each chain whose sender has ceased to wait, or to live, and that may yet come to S3. */
bool put_under_way[CHAINS];
byte late_day[CHAINS], late_etag[CHAINS], late_content[CHAINS];

/* The network delivers it, at any time, or loses it. S3 looks at the condition when it comes. */
inline arrive(sender) {
    put_under_way[sender] ->
    if
    :: CONDITION_HOLDS(late_day[sender], late_etag[sender]) ->
        object_is_written(late_day[sender], late_content[sender])
    :: true                                             /* lost, or a 412 that nobody hears */
    fi;
    put_under_way[sender] = false;
    late_day[sender] = 0; late_etag[sender] = 0; late_content[sender] = 0
}

proctype network() {
end_nothing_under_way:
    do
    :: atomic { arrive(0) }
#if CHAINS > 1
    :: atomic { arrive(1) }
#endif
#if CHAINS > 2
    :: atomic { arrive(2) }
#endif
#ifdef FAULTS
    :: faults_left <= FAULTS                            /* time passes: a chain that is stuck for ever is seen */
#endif
    od
}

/* --- The queue ----------------------------------------------------------------------------------- */

byte in_queue = ALL;
/* The chains' spools: the messages for which they hold a receipt. */
byte receipts[CHAINS];

#ifndef FAULTS
/*
 * Safety: the visibility timeout may pass at any instant, so also right before a message is received. Whether
 * a receipt handle is the newest one makes no difference then: a delete may succeed without effect.
 */
#define VISIBLE(n)                  HAS(in_queue, n)
#define IS_HIDDEN(n)                skip
#define HANDLE_IS_NEWEST(n)         false
#define PULL_MAY_END                true
#else
byte visible = ALL;
/* The chain that received the message last; it alone has a handle that is sure to work. */
#define NOBODY                      CHAINS
byte newest_handle[MESSAGES] = NOBODY;
#define VISIBLE(n)                  HAS(visible, n)
#define IS_HIDDEN(n)                visible = visible & ~BIT(n); newest_handle[n] = me
#define HANDLE_IS_NEWEST(n)         (newest_handle[n] == me)
/* Polls go on until they bring nothing: else a message could wait for ever while others come again and again. */
#define PULL_MAY_END                ((visible & ~receipts[me]) == 0)

/* A process for each message, so that fair scheduling means that the time of each one passes. */
proctype visibility_timeout(byte n) {
end_not_hidden:
    do
#ifndef NO_REDELIVERY
    :: atomic {
        /* Nobody works on it: its receipt was lost, or given up with its block. */
        HAS(in_queue, n) && !HAS(visible, n) && !HAS(receipts[newest_handle[n]], n) ->
        visible = visible | BIT(n)
    }
    :: atomic {
        /* Too short for the work. For ever so, events are stored all the same, but nothing is deleted. */
#ifdef TIMEOUT_IS_FAULT
        HAS(in_queue, n) && !HAS(visible, n) && HAS(receipts[newest_handle[n]], n) && MAY_STRIKE -> STRIKE;
#else
        HAS(in_queue, n) && !HAS(visible, n) && HAS(receipts[newest_handle[n]], n) ->
#endif
        visible = visible | BIT(n)
    }
#endif
    :: in_queue == 0 -> break
    od
}
#endif

inline message_is_gone(n) {
    in_queue = in_queue & ~BIT(n);
#ifdef FAULTS
    visible = visible & ~BIT(n);
    newest_handle[n] = NOBODY
#endif
}

/* One entry of a DeleteMessageBatch. What its answer says proves nothing, so nobody looks at it. */
inline delete_is_sent(n) {
    assert(HAS(bucket[DAY_OF(n)], n));                  /* no message is deleted whose event is not stored */
    if
    :: message_is_gone(n)
    :: !HANDLE_IS_NEWEST(n)                             /* "success", and the message remains */
    :: FAULT                                            /* Failed[], or the request or its answer was lost */
    fi
}

/* --- The chain ----------------------------------------------------------------------------------- */

mtype = { PULL, MERGE, PUT, SETTLE, ACK };

/* sqs-pull: a message of an answer. */
inline receive(n) {
    stage == PULL && VISIBLE(n) && !HAS(receipts[me], n) ->
    IS_HIDDEN(n);
    if
    :: receipts[me] = receipts[me] | BIT(n)
    :: FAULT                                            /* the answer was lost, or the receipt torn */
    fi
}

/* event-scrub: what its two files hold in the end. When it is killed alone, the script goes on with that. */
inline scrub() {
    n = 0;
    do
    :: n == MESSAGES -> break
    :: n < MESSAGES && !HAS(receipts[me], n) -> n++
    :: n < MESSAGES && HAS(receipts[me], n) ->
        if
        :: events = events | BIT(n); ledger = ledger | BIT(n)
        :: FAULT                                        /* killed before it, or it was a reject */
        :: FAULT ->                                     /* killed between the two files */
#ifdef LEDGER_BEFORE_EVENT
            ledger = ledger | BIT(n)
#else
            events = events | BIT(n)
#endif
        fi;
        n++
    od;
    /* What the ledger does not know is not deleted: its receipt is of no use any more. */
    receipts[me] = receipts[me] & ledger;
    ledger = 0;
    n = 0;
    day = 0;
    skip_days()
}

/* To the next day that has events, or to sqs-ack. */
inline skip_days() {
    do
    :: day < DAYS && (events & EVENTS_OF(day)) == 0 -> day++
    :: else -> break
    od;
    if
    :: day < DAYS -> stage = MERGE
    :: day == DAYS -> stage = ACK; events = 0; day = 0; skip_unproven()
    fi
}

inline forget_day_line() { etag = NO_OBJECT; merged = 0; may_have_landed = false }

/* What the last stored line of a day comes to. */
inline day_is_stored() { stored = stored | BIT(day); leave_day() }
inline leave_day()     { forget_day_line(); day++; skip_days() }

/* Somebody else wrote in between: the object is read and merged again, until there is no time left. */
inline day_is_in_conflict() {
    may_have_landed = false;
    if
#ifdef NO_MERGE_AFTER_CONFLICT
    :: stage = PUT
#else
    :: forget_day_line(); stage = MERGE
    :: leave_day()                                      /* the messages will come again */
#endif
    fi
}

/* day-merge: the GET of a day's object, and the day line that is made of it. */
inline merge_day(found) {
    if
    :: etag = bucket[day]; found = bucket[day]; stage = PUT             /* 200; 404: absence is proven */
    :: FAULT -> etag = NO_OBJECT; found = 0; stage = PUT                /* 403: it is unproven */
    :: FAULT ->                                                         /* 5xx, time-out, body cut short */
#if defined(READ_ERROR_IS_ABSENCE)
        etag = NO_OBJECT; found = 0; stage = PUT
#elif defined(CUT_BODY_IS_WHOLE)
        etag = bucket[day]; found = 0; stage = PUT
#else
        leave_day()
#endif
    fi;
    if
    :: stage == PUT ->
        merged = found | (events & EVENTS_OF(day));
        found = 0;
        if
        :: merged == etag -> day_is_stored()                            /* "unchanged": nothing to put */
        :: merged != etag
        fi
    :: else
    fi
}

/* A PUT whose answer is lost: the next attempt, or no attempts are left. */
inline no_answer() {
    may_have_landed = true;
    if
    :: stage = PUT
    :: stage = SETTLE
    fi
}

/* s3-put: the PUT of a day, as S3 comes upon it. */
inline put_day() {
    if
    :: CONDITION_HOLDS(day, etag) ->
        object_is_written(day, merged);
        if
        :: day_is_stored()                                              /* 200 */
        :: FAULT -> no_answer()                                         /* it has landed all the same */
        fi
    :: !CONDITION_HOLDS(day, etag) ->                                   /* 412 */
        if
        :: may_have_landed -> stage = SETTLE                            /* perhaps of one's own making */
        :: !may_have_landed -> day_is_in_conflict()
        fi
    :: FAULT -> day_is_in_conflict()                                    /* 409: another PUT is going on */
    :: FAULT -> leave_day()                                             /* refused: "failed" */
    :: FAULT -> no_answer()                                             /* 5xx or time-out, nothing done */
    :: !put_under_way[me] && MAY_STRIKE ->
        STRIKE;                                                         /* time-out, it comes later */
        put_under_way[me] = true;
        late_day[me] = day; late_etag[me] = etag; late_content[me] = merged;
        no_answer()
    fi
}

/* s3-put: some attempt had no answer. If the object has the very bytes that were sent, it has landed. */
inline settle_day() {
    if
    :: bucket[day] == merged -> day_is_stored()
    :: bucket[day] != merged -> day_is_in_conflict()
    :: FAULT -> leave_day()                                             /* this GET fails too */
    fi
}

#ifdef ACK_WITHOUT_STORED
#define PROVEN(n)       HAS(receipts[me], n)
#else
/* The ledger knows the message, see scrub, and its day is stored. */
#define PROVEN(n)       (HAS(receipts[me], n) && HAS(stored, DAY_OF(n)))
#endif

/* sqs-ack: to the next message that is proven, or to the end of the block. */
inline skip_unproven() {
    do
    :: n < MESSAGES && !PROVEN(n) -> n++
    :: else -> break
    od;
    if
    :: n < MESSAGES
    :: n == MESSAGES -> forget_block()
    fi
}

/* The end of a block, or of a run that was killed: no later one reads its files. */
inline forget_block() {
    receipts[me] = 0; events = 0; ledger = 0;
#ifndef ACK_BY_EARLIER_STORED
    stored = 0;
#endif
    forget_day_line();
    day = 0; n = 0;
    stage = PULL
}

/*
 * Runs of dump-queue without end. An option of the loop is one step: one request, at the moment when SQS or
 * S3 acts on it, and what the chain does by itself until its next request. Between two steps any number of
 * others' can come.
 */
proctype chain(byte me) {
    mtype stage = PULL;
    byte events, ledger;        /* the block's files */
    byte stored;                /* days whose last stored line says "stored" or "unchanged" */
    byte etag, merged;          /* of a day line: its condition, and its file's content */
    bool may_have_landed;       /* an attempt to put it had no answer */
    byte day, n;

end_queue_is_empty:
    do
    :: atomic { receive(0) }
#if MESSAGES > 1
    :: atomic { receive(1) }
#endif
#if MESSAGES > 2
    :: atomic { receive(2) }
#endif
    :: atomic { stage == PULL && receipts[me] != 0 && PULL_MAY_END -> scrub() }
    :: atomic { stage == MERGE -> merge_day(n) }
    :: atomic { stage == PUT -> put_day() }
    :: atomic { stage == SETTLE -> settle_day() }
    :: atomic { stage == ACK -> delete_is_sent(n); n++; skip_unproven() }
    /* A kill, a power cut. A kill amid what the chain does by itself leaves no more than one before it. */
    :: atomic { (stage != PULL || receipts[me] != 0) && MAY_STRIKE -> STRIKE; forget_block() }
    od
}

init {
    byte i;
    atomic {
        run network();
        for (i : 0 .. CHAINS - 1) {
            run chain(i)
        }
#ifdef FAULTS
        for (i : 0 .. MESSAGES - 1) {
            run visibility_timeout(i)
        }
#endif
    }
}

#ifdef FAULTS
#define STORED (bucket[0] == EVENTS_OF(0) && bucket[DAYS - 1] == EVENTS_OF(DAYS - 1))

ltl stored_in_the_end { <> [] STORED }
ltl deleted_in_the_end { <> [] (in_queue == 0) }
#endif
