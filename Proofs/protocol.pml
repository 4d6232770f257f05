/*
 * The protocol of the tools, for Spin: several chains (scripts/dump-queue) drain one SQS queue into one S3
 * bucket while everything goes wrong that can. scripts/prove runs it, docs/proof.md explains it.
 *
 * Safety, by assertions:
 *   a_message_is_deleted_unstored   must never be true: see delete_message
 *   a_stored_event_vanishes         must never be true: see object_is_written
 * There every fault may strike at every step and any number of times.
 *
 * Liveness, by LTL and with weak fairness:
 *   everything_is_stored            in the end every event is in its day's object
 *   everything_is_deleted           in the end the queue is empty
 * There -DFAULTS=n says how many faults strike in all: nobody can promise an end where every request fails.
 *
 * What the chains are, and -D defines that change it:
 *   CHAINS, MESSAGES, DAYS          how many; message n is of day n modulo DAYS
 *   VISIBILITY_SUFFICES             a visibility timeout that passes amid the work counts as a fault
 * Variants that break a promise, so that the checks are known to be able to fail:
 *   PUT_UNCONDITIONAL               no PUT bears a condition
 *   NEW_DAY_UNCONDITIONAL           If-Match is sent, but If-None-Match is not
 *   CUT_BODY_IS_WHOLE               a body that was cut short is merged as if it were all
 *   ACK_WITHOUT_STORED              "kept" in the ledger is proof enough
 *   ACK_ON_ANY_DAY                  one stored day is proof for the messages of all days
 *   ACK_ON_EARLIER_STORED           the stored lines of an earlier block are proof too
 *   LEDGER_BEFORE_EVENT             a ledger line may be out before its event is
 *   NO_REDELIVERY                   a message that was received once never comes back
 * Variants that look dangerous and break nothing:
 *   READ_ERROR_IS_ABSENCE           every GET that fails is taken for a day without an object
 *   OWN_412_IS_CONFLICT             a 412 of one's own making is taken for somebody else's write
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

/* A set of messages, events or days is the bits of a byte. Message n carries event n. */
#define BIT(n)              (1 << (n))
#define HAS(set, n)         (((set) >> (n)) & 1)
#define ALL                 ((1 << MESSAGES) - 1)
#define DAY_OF(n)           ((n) % DAYS)
#define LAST_DAY            (DAYS - 1)
#if DAYS == 1
#define EVENTS_OF(day)      ALL
#else
#define EVENTS_OF(day)      (ALL & (5 << (day)))
#endif

/*
 * `:: MAY_FAIL -> fault(); …` is what the world may do to a request, and need not. No step may wait in its
 * middle, so this is always a guard.
 */
#ifdef FAULTS
byte faults_left = FAULTS;
#define MAY_FAIL            faults_left > 0
inline fault() { faults_left-- }
#else
#define MAY_FAIL            true
inline fault() { skip }
#endif

/* --- S3 ------------------------------------------------------------------------------------------ */

/*
 * A day's object is the set of its events; an empty one is never written, so zero is "no such key". The set
 * is the ETag as well, since S3's is the MD5 of the bytes: equal bytes have equal ETags, however old they are.
 * A version number that never comes back would promise more than S3 does.
 */
byte object[DAYS];
#define NO_KEY              0

#if defined(PUT_UNCONDITIONAL)
#define PRECONDITION_HOLDS(day, etag)   true
#elif defined(NEW_DAY_UNCONDITIONAL)
#define PRECONDITION_HOLDS(day, etag)   ((etag) == NO_KEY || (etag) == object[day])
#else
/* If-Match: etag, or If-None-Match: * where no object is known. */
#define PRECONDITION_HOLDS(day, etag)   ((etag) == object[day])
#endif

/* Variables, so that Spin's report has a name to show. */
bool a_stored_event_vanishes, a_message_is_deleted_unstored;

inline object_is_written(key, events) {
    a_stored_event_vanishes = (object[key] & ~(events)) != 0;
    assert(!a_stored_event_vanishes);
    object[key] = events
}

/* For each chain one PUT whose sender waits no more, or lives no more, and that S3 may yet get. */
bool late_put[CHAINS];
byte late_day[CHAINS], late_etag[CHAINS], late_events[CHAINS];

/* S3 looks at the condition when it comes. */
inline late_put_comes(sender) {
    if
    :: PRECONDITION_HOLDS(late_day[sender], late_etag[sender]) ->
        object_is_written(late_day[sender], late_events[sender])
    :: true                                         /* it never comes, or gets a 412 that nobody hears */
    fi;
    late_put[sender] = false;
    late_day[sender] = 0; late_etag[sender] = 0; late_events[sender] = 0
}

proctype network() {
end_nothing_under_way:
    do
    :: atomic { late_put[0] -> late_put_comes(0) }
#if CHAINS > 1
    :: atomic { late_put[1] -> late_put_comes(1) }
#endif
#if CHAINS > 2
    :: atomic { late_put[2] -> late_put_comes(2) }
#endif
#ifdef FAULTS
    /* Time passes. Without this a run in which nothing moves any more would end, and escape a fair search. */
    :: late_put[0] || !late_put[0]
#endif
    od
}

/* --- SQS ----------------------------------------------------------------------------------------- */

byte in_queue = ALL;
/* The chains' spools: for which messages they hold a receipt handle. */
byte spool[CHAINS];

#ifndef FAULTS
/*
 * For safety a visibility timeout may pass at any instant, so also just before somebody asks: every message
 * that is in the queue can be received. No handle is then sure to be the newest, so every delete may leave
 * its message there.
 */
#define IS_VISIBLE(n)               HAS(in_queue, n)
#define HIDE(n)                     skip
#define IS_NEWEST_HANDLE(n)         false
#define PULL_MAY_END                true
#else
byte visible = ALL;
#define NOBODY                      CHAINS
/* Whose receive was the last one: the only handle that is sure to delete. */
byte newest_handle[MESSAGES] = NOBODY;
#define IS_VISIBLE(n)               HAS(visible, n)
#define HIDE(n)                     visible = visible & ~BIT(n); newest_handle[n] = me
#define IS_NEWEST_HANDLE(n)         (newest_handle[n] == me)
/* sqs-pull asks until it gets nothing; else one message could be passed over for ever. */
#define PULL_MAY_END                ((visible & ~spool[me]) == 0)
/* Its receipt was lost, or given up at the end of a block or by a kill. */
#define NOBODY_WORKS_ON(n) \
    (newest_handle[n] == NOBODY || !HAS(spool[newest_handle[n] % CHAINS], n))

/* A process for each message, so that weak fairness makes the time of each one pass. */
proctype visibility_timeout(byte n) {
end_message_is_visible_or_gone:
    do
#ifndef NO_REDELIVERY
    :: atomic { HAS(in_queue & ~visible, n) && NOBODY_WORKS_ON(n) -> visible = visible | BIT(n) }
#ifdef VISIBILITY_SUFFICES
    :: atomic { HAS(in_queue & ~visible, n) && MAY_FAIL -> fault(); visible = visible | BIT(n) }
#else
    :: atomic { HAS(in_queue & ~visible, n) -> visible = visible | BIT(n) }
#endif
#endif
    :: !HAS(in_queue, n) -> break
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

/* --- The chain ----------------------------------------------------------------------------------- */

/* What a chain is at, and what is to be done for a day. */
mtype = { PULL, MERGE_AND_PUT, ACK };
mtype = { NOTHING, GET, PUT, COMPARE };

/* sqs-pull: one message of an answer. */
#define CAN_RECEIVE(n)      (IS_VISIBLE(n) && !HAS(spool[me], n))
inline receive(n) {
    HIDE(n);
    if
    :: spool[me] = spool[me] | BIT(n)
    :: MAY_FAIL -> fault()                          /* the answer or the receipt was lost, or a wrong MD5 */
    fi
}

/*
 * event-scrub: one message. Its event is out before its ledger line is. When it alone is killed the script
 * goes on with the two files as they are.
 */
inline scrub(n) {
    if
    :: HAS(spool[me], n) ->
        if
        :: events = events | BIT(n); ledger = ledger | BIT(n)
        :: MAY_FAIL -> fault()                      /* killed before, or the message was rejected */
        :: MAY_FAIL -> fault();                     /* killed between */
#ifdef LEDGER_BEFORE_EVENT
            ledger = ledger | BIT(n)
#else
            events = events | BIT(n)
#endif
        fi
    :: else
    fi
}

/* The events are all there: those days are to be merged that have some. */
inline begin_merge_and_put() {
    stage = MERGE_AND_PUT;
    spool[me] = spool[me] & ledger;                 /* no other receipt can be of use any more */
    ledger = 0;
    if
    :: (events & EVENTS_OF(0)) != 0 -> task[0] = GET
    :: else
    fi;
#if DAYS > 1
    if
    :: (events & EVENTS_OF(1)) != 0 -> task[1] = GET
    :: else
    fi;
#endif
    begin_ack_when_done()
}

inline forget_day_line(day) { etag[day] = NO_KEY; merged[day] = 0; may_have_landed[day] = false }

/* The day has got its last stored line. */
inline day_is_done(day) { forget_day_line(day); task[day] = NOTHING; begin_ack_when_done() }

inline day_is_stored(day) { stored = stored | BIT(day); day_is_done(day) }

/*
 * A conflict or a failure: the object is read and merged again, until there is no time left (then the
 * messages come again). Not every failure is worth that; here each may have it.
 */
inline day_is_not_stored(day) {
    if
    :: forget_day_line(day); task[day] = GET
    :: day_is_done(day)
    fi
}

/* day-merge: the GET of a day's object, and the day line that comes of it. */
inline get_and_merge(day) {
    if
    :: etag[day] = object[day]; merged[day] = object[day]; task[day] = PUT          /* 200, or 404 */
    :: MAY_FAIL -> fault(); task[day] = PUT         /* 403: no etag, nothing to merge with; nor is it proof */
    :: MAY_FAIL -> fault();                         /* 5xx, a time-out, a body cut short */
#if defined(READ_ERROR_IS_ABSENCE)
        task[day] = PUT
#elif defined(CUT_BODY_IS_WHOLE)
        etag[day] = object[day]; task[day] = PUT
#else
        day_is_not_stored(day)
#endif
    fi;
    if
    :: task[day] == PUT ->
        merged[day] = merged[day] | (events & EVENTS_OF(day));
        if
        :: merged[day] == etag[day] -> day_is_stored(day)                           /* "unchanged" */
        :: else
        fi
    :: else
    fi
}

/* s3-put: an attempt without an answer. The next one goes out, or there was one too many. */
inline no_answer(day) {
    may_have_landed[day] = true;
    if
    :: task[day] = PUT
    :: task[day] = COMPARE
    fi
}

inline put(day) {
    if
    :: PRECONDITION_HOLDS(day, etag[day]) ->
        object_is_written(day, merged[day]);
        if
        :: day_is_stored(day)                                                       /* 200 */
        :: MAY_FAIL -> fault(); no_answer(day)      /* lost, 5xx or unreadable: it has landed all the same */
        fi
    :: !PRECONDITION_HOLDS(day, etag[day]) ->                                       /* 412 */
#ifdef OWN_412_IS_CONFLICT
        day_is_not_stored(day)
#else
        if
        :: may_have_landed[day] -> task[day] = COMPARE
        :: else -> day_is_not_stored(day)
        fi
#endif
    :: MAY_FAIL -> fault(); day_is_not_stored(day)  /* 409: another write was going on; or a plain refusal */
    :: MAY_FAIL && etag[day] == NO_KEY -> fault()   /* 409 to If-None-Match: the same again */
    :: MAY_FAIL -> fault(); no_answer(day)          /* it never came to S3 */
    :: MAY_FAIL && !late_put[me] -> fault();        /* it is still on its way */
        late_put[me] = true;
        late_day[me] = day; late_etag[me] = etag[day]; late_events[me] = merged[day];
        no_answer(day)
    fi
}

/* s3-put, where an attempt may have landed: if the object has the very bytes that were sent, it has. */
inline compare(day) {
    if
    :: object[day] == merged[day] -> day_is_stored(day)
    :: object[day] != merged[day] -> day_is_not_stored(day)
    :: MAY_FAIL -> fault(); day_is_not_stored(day)                                  /* this GET failed too */
    fi
}

/* Messages whose event is in a day of which the last stored line says "stored" or "unchanged". */
#define OF_STORED_DAYS \
    ((HAS(stored, 0) * EVENTS_OF(0)) | (HAS(stored, LAST_DAY) * EVENTS_OF(LAST_DAY)))
#if defined(ACK_WITHOUT_STORED)
#define PROVEN              ALL
#elif defined(ACK_ON_ANY_DAY)
#define PROVEN              ((stored != 0) * ALL)
#else
#define PROVEN              OF_STORED_DAYS
#endif

/* sqs-ack: what is not proven is left to its visibility timeout. */
inline begin_ack_when_done() {
    if
    :: task[0] == NOTHING && task[LAST_DAY] == NOTHING ->
        stage = ACK;
        spool[me] = spool[me] & PROVEN;
        events = 0;
#ifndef ACK_ON_EARLIER_STORED
        stored = 0;
#endif
        end_block_when_done()
    :: else
    fi
}

inline end_block_when_done() {
    if
    :: spool[me] == 0 -> stage = PULL
    :: else
    fi
}

/*
 * An entry of a DeleteMessageBatch. It is judged when it is sent: nobody can take it back, and no answer to
 * it proves anything, so none is looked at.
 */
inline delete_message(n) {
    a_message_is_deleted_unstored = !HAS(object[DAY_OF(n)], n);
    assert(!a_message_is_deleted_unstored);
    if
    :: message_is_gone(n)
    :: !IS_NEWEST_HANDLE(n)                         /* a stale handle: "success", and the message remains */
    :: MAY_FAIL -> fault()                          /* Failed[], or the request was lost */
    fi;
    spool[me] = spool[me] & ~BIT(n);
    end_block_when_done()
}

/* A kill or a power cut: the work folder is gone, or nobody reads it any more. Another run begins. */
inline start_again() {
    stage = PULL;
    spool[me] = 0; events = 0; ledger = 0;
#ifndef ACK_ON_EARLIER_STORED
    stored = 0;
#endif
    forget_day_line(0); task[0] = NOTHING;
    forget_day_line(LAST_DAY); task[LAST_DAY] = NOTHING
}

/*
 * Run after run of dump-queue. Each option is one step: one request, as SQS or S3 acts on it, and what the
 * chain does by itself after the answer. Any number of others' steps may come between two of them.
 */
proctype chain(byte me) {
    mtype stage = PULL;
    byte events, ledger, stored;    /* what the block's files say; stored: days */
    mtype task[DAYS] = NOTHING;
    byte etag[DAYS], merged[DAYS];  /* the day lines: the condition, and what the merged file holds */
    bool may_have_landed[DAYS];     /* an attempt to put it had no answer */

end_queue_is_empty:
    do
    :: atomic { stage == PULL && CAN_RECEIVE(0) -> receive(0) }
#if MESSAGES > 1
    :: atomic { stage == PULL && CAN_RECEIVE(1) -> receive(1) }
#endif
#if MESSAGES > 2
    :: atomic { stage == PULL && CAN_RECEIVE(2) -> receive(2) }
#endif
    :: atomic { stage == PULL && spool[me] != 0 && PULL_MAY_END ->
        scrub(0);
#if MESSAGES > 1
        scrub(1);
#endif
#if MESSAGES > 2
        scrub(2);
#endif
        begin_merge_and_put()
    }
    :: atomic { task[0] == GET -> get_and_merge(0) }
    :: atomic { task[0] == PUT -> put(0) }
    :: atomic { task[0] == COMPARE -> compare(0) }
#if DAYS > 1
    :: atomic { task[1] == GET -> get_and_merge(1) }
    :: atomic { task[1] == PUT -> put(1) }
    :: atomic { task[1] == COMPARE -> compare(1) }
#endif
    :: atomic { stage == ACK && HAS(spool[me], 0) -> delete_message(0) }
#if MESSAGES > 1
    :: atomic { stage == ACK && HAS(spool[me], 1) -> delete_message(1) }
#endif
#if MESSAGES > 2
    :: atomic { stage == ACK && HAS(spool[me], 2) -> delete_message(2) }
#endif
    /* A kill amid what a chain does by itself leaves no more behind than one before it. */
    :: atomic { (stage != PULL || spool[me] != 0) && MAY_FAIL -> fault(); start_again() }
    od
}

init {
    byte i;
    atomic {
        for (i : 0 .. CHAINS - 1) {
            run chain(i)
        }
        run network();
#ifdef FAULTS
        for (i : 0 .. MESSAGES - 1) {
            run visibility_timeout(i)
        }
#endif
        i = 0
    }
}

#ifdef FAULTS
#define ALL_STORED  (object[0] == EVENTS_OF(0) && object[LAST_DAY] == EVENTS_OF(LAST_DAY))

ltl everything_is_stored { <> [] ALL_STORED }
ltl everything_is_deleted { <> [] (in_queue == 0) }
#endif
