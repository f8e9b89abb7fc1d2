/*
 * One channel of Depesha, for spin: a sender S, a receiver R, and a carrier that is an enemy.
 *
 * README.md beside this file says what is modelled, what is left out, and which step is which line
 * of the code; tools/model.py (`make model`) builds and checks every configuration named there.
 *
 * What is durable at once is one d_step; between two of them anything may happen, a crash included.
 * Sizes are given with -D:
 *   TEXTS     telegrams that can be written        BOOK      pages of the first pad book
 *   NEW_BOOK  pages of each book after it          RESTORES  backups of the sender put back
 *   RETURNS   backups of the receiver put back
 *   FAIR      a carrier with at most DROPS losses and REPLAYS replays, and at most CRASHES crashes;
 *             without it: any number of each, and what was carried once can come back for ever
 * AT_REST takes the place of the formula at the end where a shortest way to a fault is wanted, and
 * ONLY asks for one promise alone. The other names that #ifdef asks for are deliberate faults; each
 * must break a promise.
 *
 * Recaps, voids, requests and acknowledgements are not stored as messages. The carrier holds the
 * set of all that was ever said, from the moment it was true, and lets through any single piece of
 * it, at any time, in any order, again and again, or never.
 */

#ifndef TEXTS
#define TEXTS 3
#endif
#ifndef BOOK
#define BOOK 4
#endif
#ifndef NEW_BOOK
#define NEW_BOOK 2
#endif
#ifndef RESTORES
#define RESTORES 0
#endif
#ifndef RETURNS
#define RETURNS 0
#endif
#ifndef DROPS
#define DROPS 1
#endif
#ifndef REPLAYS
#define REPLAYS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif

#define PAGES (BOOK + NEW_BOOK * (RESTORES + RETURNS))
#define OBJECTS 8  /* a correct sender makes at most one object for a page */
#define SERIALS 14 /* a set of serials is a short: bits 1 to 14 */

#define BIT(n) (1 << (n))
#define IN(set, n) (((set) >> (n)) & 1)
#define UP_TO(n) ((BIT((n) + 1) - 1) & ~1)

/* ---- The promises. Each is true at first; the step that breaks one ends the search. */
bool a_page_opens_once = true;
bool a_page_is_sealed_to_once = true;
bool a_serial_names_one_text = true;
bool what_is_acknowledged_is_filed = true;
bool what_is_burnt_is_filed = true;
bool a_loss_is_named = true;
#ifdef FAIR
bool everything_is_settled = true;
#endif

#ifdef ONLY /* ask for one promise alone, by its name */
#define PROMISE(name, condition) name = name && (condition); assert(ONLY)
#else
#define PROMISE(name, condition) name = name && (condition); assert(name)
#endif

/* ---- The sender: what its store holds. */
byte s_next = 1;          /* the serial that the next cover takes: OutgoingSerial.following */
byte s_page = 1;          /* the next page: HeldBook.next_page, over all books in order */
byte s_last = BOOK;       /* the last page of the book in use */
byte s_sent[SERIALS + 1]; /* the text sealed under each serial; 0: none that it knows of */
short s_void;             /* serials that it declared void */
byte s_queued;            /* objects in its outbox */
#ifdef FAIR
short s_acked, b_acked;   /* serials whose copy is stamped as acknowledged; and in the backup */
#endif
bool s_quarantine;        /* restored, and not yet told how far it had gone */
byte s_restores;          /* how often its backup was put back */

/* Its backup; s_sent is not in it, for what stands under a lower serial never changes. */
byte b_next = 1, b_page = 1, b_last = BOOK, b_queued;
short b_void;

/* ---- The receiver: what its store, its vault and its page secrets hold. */
short r_received;           /* serials filed: IncomingLedger.received */
short r_void;               /* serials that the sender declared void: IncomingLedger.voided */
byte r_announced;           /* the highest serial that the sender said it gave */
byte r_text[SERIALS + 1];   /* the text filed under each serial */
byte r_known;               /* objects filed, by their digest: SealedCopy */
short r_spent;              /* pages marked as spent in the store */
short r_live = UP_TO(BOOK); /* pages whose secret is in the page store */
byte r_pending;             /* 1 + the object filed and not yet noted as burnt; 0: none */
bool r_vaulted;             /* whether its preservation copy is in the vault */
byte r_books = 1;           /* books issued to this sender */
byte r_returns;             /* how often its backup was put back */
byte r_hand;                /* volatile: 1 + the object in hand, of which the carrier is not told */
byte r_early;               /* volatile; only for faults that do something before filing */

short c_received, c_void, c_spent, c_live; /* its backup */
byte c_announced, c_known, c_pending;
bool c_vaulted;

/* ---- The carrier: sealed objects, and what the stations ever said. */
byte o_serial[OBJECTS], o_text[OBJECTS], o_page[OBJECTS];
byte objects;             /* how many were ever made */
byte carried;             /* those that can be delivered now */
short said_have;          /* serials that the receiver ever acknowledged */
short said_ask;           /* serials whose repeat it ever asked for */
short said_void;          /* serials that the sender ever told to be void */
short said_high;          /* every "highest serial sent" that it ever told */
byte a_question, a_high, a_live, a_first, a_last; /* the answer after a restore, to which question */
byte new_first, new_last; /* the book that a restored receiver issued */

/* ---- What nobody in the story knows: the truth that the promises are measured by. */
byte texts;               /* telegrams written so far; a text is its number */
byte left[SERIALS + 1];   /* the first text that left the house under each serial */
short opened;             /* pages that a telegram was filed from */
short sealed_to;          /* pages that an object was sealed to */
short filed_ever;         /* serials ever filed, also by a receiver that was set back since */
#ifdef FAIR
byte made;                /* objects ever deposited: what a replay can bring back */
byte drops, replays, crashes;
#endif

byte i, top;              /* counters inside one d_step; 0 outside */

#ifdef FAIR
#define MAY_CRASH (crashes < CRASHES)
#define COUNT_CRASH crashes++
#define MAY_BACK_UP(again) (again) /* else a run could make backups for ever and do nothing else */
#else
#define MAY_CRASH true
#define COUNT_CRASH skip
#define MAY_BACK_UP(again) true
#endif

inline pick_object(set, one) {
    if
    :: IN(set, 0) -> one = 0
    :: IN(set, 1) -> one = 1
    :: IN(set, 2) -> one = 2
    :: IN(set, 3) -> one = 3
    :: IN(set, 4) -> one = 4
    :: IN(set, 5) -> one = 5
    :: IN(set, 6) -> one = 6
    :: IN(set, 7) -> one = 7
    fi
}

inline pick_serial(set, one) {
    if
    :: IN(set, 1) -> one = 1
    :: IN(set, 2) -> one = 2
    :: IN(set, 3) -> one = 3
    :: IN(set, 4) -> one = 4
    :: IN(set, 5) -> one = 5
    :: IN(set, 6) -> one = 6
    :: IN(set, 7) -> one = 7
    :: IN(set, 8) -> one = 8
    :: IN(set, 9) -> one = 9
    :: IN(set, 10) -> one = 10
    :: IN(set, 11) -> one = 11
    :: IN(set, 12) -> one = 12
    :: IN(set, 13) -> one = 13
    :: IN(set, 14) -> one = 14
    fi
}

/* ---- What the receiver knows to be missing, from its own store alone. */

#define SETTLED (r_received | r_void)
/* Every bit below the highest of a set, and that one. */
#define FILL_1(set) ((set) | ((set) >> 1))
#define FILL_2(set) (FILL_1(set) | (FILL_1(set) >> 2))
#define FILL_4(set) (FILL_2(set) | (FILL_2(set) >> 4))
#define FILL(set) (FILL_4(set) | (FILL_4(set) >> 8))
#ifdef GAPS_ONLY
#define HEARD_OF FILL(SETTLED)
#else
#define HEARD_OF FILL(SETTLED | BIT(r_announced)) /* a loss at the tail shows no gap by itself */
#endif
#define MISSING (HEARD_OF & ~SETTLED & ~1) /* IncomingLedger.missing */

inline name_missing() { /* under a hostile carrier, what is missing is asked for at once */
#ifdef FAIR
    skip
#else
    said_ask = said_ask | MISSING
#endif
}

/* ---- The sender's steps. Each is one commit, or one call that can be made again: a crash takes
 * nothing from it that the next round does not do again. */

inline make_object(serial, text, page) {
    assert(objects < OBJECTS);
    o_serial[objects] = serial;
    o_text[objects] = text;
    o_page[objects] = page;
    PROMISE(a_page_is_sealed_to_once, !IN(sealed_to, page));
    sealed_to = sealed_to | BIT(page);
    objects++
}

inline hand_over(one) { /* Carrier.deposit: the same bytes again change nothing there */
    PROMISE(a_serial_names_one_text, left[o_serial[one]] == 0 || left[o_serial[one]] == o_text[one]);
    left[o_serial[one]] = o_text[one];
    carried = carried | BIT(one)
}

inline recap_covers_all() { /* from now on a recap says s_next - 1: nothing above it may have left */
    said_high = said_high | BIT(s_next - 1);
    i = s_next;
    do
    :: i <= SERIALS -> PROMISE(a_loss_is_named, left[i] == 0); i++
    :: else -> break
    od;
    i = 0
}

#define HAS_PAGE (s_page <= s_last)
#define MAY_SEAL (!s_quarantine && HAS_PAGE && texts < TEXTS)
#define HAS_TEXT(n) (s_sent[n] != 0 && !IN(s_void, n))
#define ASKED (said_ask & UP_TO(s_next - 1)) /* one for a serial not yet given is refused */
#ifdef FAIR
#define ANSWERED(n) said_ask = said_ask & ~BIT(n)
#define ACKED s_acked
#define TO_DEPOSIT (s_queued & ~(made * !MAY_CRASH)) /* a second time only after a crash */
#else
#define ANSWERED(n) skip
#define ACKED 0
#endif

proctype Sender() {
    byte k, n;
end_idle:
    do
#ifdef POINTER_AFTER_SEND
    :: d_step { /* fault: the object leaves before pointer and serial are durable */
        MAY_SEAL && objects < OBJECTS ->
        texts++;
        k = objects;
        printf("S seals text %d as serial %d to page %d\n", texts, s_next, s_page);
        make_object(s_next, texts, s_page);
        printf("S deposits it\n");
        hand_over(k)
       };
       if
       :: d_step {
            s_sent[s_next] = o_text[k];
            s_next++;
            s_page++;
            k = 0;
            printf("S writes down pointer and serial\n")
          }
       :: d_step { k = 0; printf("S is killed and starts again\n") }
       fi
#else
    :: d_step { /* sealed: pointer, serial, cover, sealed bytes in one commit */
        MAY_SEAL ->
        texts++;
        printf("S seals text %d as serial %d to page %d\n", texts, s_next, s_page);
        make_object(s_next, texts, s_page);
        s_queued = s_queued | BIT(objects - 1);
        s_sent[s_next] = texts;
        s_next++;
        s_page++;
        said_high = said_high | BIT(s_next - 1)
       }
#endif
#ifdef FAIR
    :: atomic { /* deposited; not yet noted, so a crash makes the next round do it again */
        TO_DEPOSIT != 0 -> pick_object(TO_DEPOSIT, k);
        d_step {
            crashes = crashes + IN(made, k);
            made = made | BIT(k);
            printf("S deposits serial %d, sealed to page %d\n", o_serial[k], o_page[k]);
            hand_over(k);
            k = 0
        }
       }
    :: atomic { /* and noted in the outbox */
        (s_queued & made) != 0 -> pick_object(s_queued & made, k);
        d_step { s_queued = s_queued & ~BIT(k); k = 0 }
       }
#else
    :: atomic { /* deposited; who keeps all that was ever carried is not changed by a second time */
        s_queued != 0 -> pick_object(s_queued, k);
        d_step {
            printf("S deposits serial %d, sealed to page %d\n", o_serial[k], o_page[k]);
            hand_over(k);
            s_queued = s_queued & ~BIT(k);
            k = 0
        }
       }
#endif
#ifdef SERIAL_WITHOUT_PAGE
    :: d_step { /* fault: a number is used up and no page with it: a void, or a period key */
        !s_quarantine && s_next <= 3 ->
        printf("S gives serial %d without taking a page\n", s_next);
        s_void = s_void | BIT(s_next);
        said_void = said_void | BIT(s_next);
        s_next++;
        said_high = said_high | BIT(s_next - 1)
       }
#endif
    :: d_step { /* acknowledgements, as late as the carrier likes */
        (said_have & ~ACKED) != 0 ->
        i = 1;
        do
        :: i <= SERIALS ->
            if
            :: IN(said_have, i) && HAS_TEXT(i) && !IN(ACKED, i) ->
                printf("S notes that serial %d is acknowledged\n", i);
                PROMISE(what_is_acknowledged_is_filed,
                    IN(filed_ever, i) && (RETURNS > 0 || r_text[i] == s_sent[i]))
            :: else -> skip
            fi;
            i++
        :: else -> break
        od;
#ifdef FAIR
        s_acked = s_acked | said_have;
#endif
        i = 0
       }
    :: atomic { /* a request to repeat */
        !s_quarantine && ASKED != 0 -> pick_serial(ASKED, n);
        if
        :: d_step { /* the same serial, the same text, a new page */
            HAS_TEXT(n) && HAS_PAGE && objects < OBJECTS ->
#ifdef REPEAT_ON_THE_OLD_PAGE
            top = 0;
            do
            :: o_serial[top] != n -> top++
            :: else -> break
            od;
            top = o_page[top];
#else
            top = s_page;
            s_page++;
#endif
#ifdef REPEAT_WITH_OTHER_TEXT
            texts++;
            printf("S repeats serial %d with text %d to page %d\n", n, texts, top);
            make_object(n, texts, top);
#else
            printf("S repeats serial %d to page %d\n", n, top);
            make_object(n, s_sent[n], top);
#endif
            top = 0;
            s_queued = s_queued | BIT(objects - 1);
            ANSWERED(n);
            n = 0
           }
        :: d_step { /* unknown here, or given up by the clerk: void, and the receiver is told */
            !IN(s_void & said_void, n) ->
            printf("S declares serial %d void\n", n);
            s_void = s_void | BIT(n);
            said_void = said_void | BIT(n);
            ANSWERED(n);
            n = 0
           }
        :: d_step { IN(s_void & said_void, n) -> ANSWERED(n); n = 0 }
        fi
       }
#if RESTORES > 0
#ifndef VOIDS_ARE_NOT_ECHOED
    :: d_step { /* the receiver's recap names the voids it knows: some may be younger than the backup */
        !s_quarantine && (r_void & ~s_void) != 0 ->
        printf("S reads which serials R holds to be void\n");
        s_void = s_void | r_void
       }
#endif
    :: d_step { /* a backup is made; a later one takes its place */
        !s_quarantine && s_restores < RESTORES && MAY_BACK_UP(b_next < s_next) ->
        printf("S is backed up\n");
        b_next = s_next; b_page = s_page; b_last = s_last; b_queued = s_queued; b_void = s_void;
#ifdef FAIR
        b_acked = s_acked;
#endif
        i = 0
       }
    :: d_step { /* the backup is put back */
        s_restores < RESTORES && s_next > b_next ->
        printf("S is set back to its backup: next serial %d, next page %d\n", b_next, b_page);
        s_restores++;
        s_next = b_next; s_page = b_page; s_last = b_last; s_void = b_void;
#ifdef FAIR
        s_acked = b_acked;
#endif
        s_queued = b_queued & ~carried; /* a second deposit of these bytes would change nothing */
        i = b_next;
        do
        :: i <= SERIALS -> s_sent[i] = 0; i++
        :: else -> break
        od;
        i = 0;
        if
        :: s_restores == RESTORES -> b_next = 1; b_page = 1; b_last = 0; b_queued = 0; b_void = 0
        :: else -> skip
        fi;
#ifdef NO_QUARANTINE
        recap_covers_all()
#else
        s_quarantine = true
#endif
       }
    :: d_step { /* the peer's answer: jump, give up all held pages, take the new book */
#ifdef ANY_ANSWER
        s_quarantine && a_question != 0 ->
#else
        s_quarantine && a_question == s_restores ->
#endif
        s_quarantine = false;
        top = (s_next - 1 > a_high -> s_next - 1 : a_high);
#ifdef JUMP_TO_HIGHEST
        s_next = top + 1;
#else
        s_next = top + a_live + 1;
#endif
        top = 0;
        assert(s_next <= SERIALS);
#ifndef KEEP_HELD_PAGES
        s_page = a_first; s_last = a_last;
#endif
        printf("S takes the answer to question %d: next serial %d, next page %d\n",
            a_question, s_next, s_page);
        if
        :: s_restores == RESTORES -> a_high = 0; a_live = 0; a_first = 0; a_last = 0
        :: else -> skip
        fi;
        recap_covers_all()
       }
#endif
#if RETURNS > 0
    :: d_step { /* the peer was restored: its old books are void, this is the new one */
        new_first > s_page && !s_quarantine ->
        printf("S is told that R was set back, and goes on at page %d\n", new_first);
        s_page = new_first; s_last = new_last
       }
#endif
    od
}

/* ---- The receiver's steps. */

inline issue_book(first, last) {
    first = BOOK + NEW_BOOK * (r_books - 1) + 1;
    last = first + NEW_BOOK - 1;
    r_books++;
    r_live = r_live | (UP_TO(last) & ~UP_TO(first - 1))
}

#ifdef NO_SPENT_LIST
#define CAN_OPEN(page) IN(r_live, page)
#define IS_KNOWN(one) false
#else
#define CAN_OPEN(page) (IN(r_live, page) && !IN(r_spent, page))
#define IS_KNOWN(one) IN(r_known, one)
#endif
#define HAS_OTHER_TEXT(one) (IN(r_received, o_serial[one]) && r_text[o_serial[one]] != o_text[one])
#define IS_VOID(one) (!IN(r_received, o_serial[one]) && IN(r_void, o_serial[one]))

inline burn(page) {
    printf("R burns page %d\n", page);
    PROMISE(what_is_burnt_is_filed, IN(r_spent, page));
    r_live = r_live & ~BIT(page)
}

inline file(one) { /* record, register entry, serial, page spent, copy: one commit */
    printf("R files serial %d (text %d) from page %d\n", o_serial[one], o_text[one], o_page[one]);
    PROMISE(a_page_opens_once, !IN(opened, o_page[one]));
    opened = opened | BIT(o_page[one]);
    filed_ever = filed_ever | BIT(o_serial[one]);
    r_received = r_received | BIT(o_serial[one]);
    r_text[o_serial[one]] = o_text[one];
    r_spent = r_spent | BIT(o_page[one]);
    r_known = r_known | BIT(one);
    r_pending = one + 1;
    said_have = said_have | BIT(o_serial[one]);
    name_missing()
}

#define IS_FREE (r_hand == 0 && r_pending == 0) /* finish_all() comes before all else */
#define QUIET (carried == 0 && s_queued == 0 && IS_FREE && !s_quarantine)

proctype Receiver() {
    byte k, n;
end_idle:
    do
    :: atomic { /* an object is fetched, opened, verified; all that changes nothing until it is filed */
        IS_FREE && carried != 0 -> pick_object(carried, k);
        d_step {
            r_hand = k + 1;
            if
            :: IS_KNOWN(k) -> /* seen before: what a crash left undone for it is done now */
                r_pending = (IN(r_live, o_page[k]) -> k + 1 : 0)
            :: else ->
                if
                :: !CAN_OPEN(o_page[k]) ->
                    printf("R has no live page %d: quarantine\n", o_page[k])
                :: else ->
                    if
                    :: HAS_OTHER_TEXT(k) ->
                        printf("R sees text %d under serial %d, which is text %d\n",
                            o_text[k], o_serial[k], r_text[o_serial[k]]);
                        PROMISE(a_serial_names_one_text, false)
                    :: else ->
                        if
                        :: IS_VOID(k) -> printf("R sees void serial %d: quarantine\n", o_serial[k])
                        :: else ->
#ifdef BURN_BEFORE_FILE
                            burn(o_page[k]);
                            r_early = k + 1
#else
#ifdef ACK_BEFORE_FILE
                            printf("R acknowledges serial %d\n", o_serial[k]);
                            said_have = said_have | BIT(o_serial[k]);
                            r_early = k + 1
#else
                            file(k) /* filed */
#endif
#endif
                        fi
                    fi
                fi
            fi;
            k = 0
        }
       }
#if defined(BURN_BEFORE_FILE) || defined(ACK_BEFORE_FILE)
    :: d_step { r_early != 0 -> k = r_early - 1; file(k); r_early = 0; k = 0 }
#endif
    :: d_step { r_pending != 0 && !r_vaulted -> r_vaulted = true } /* preserved */
    :: d_step { /* burnt: the page store is another file than the station's store */
        r_pending != 0 && r_vaulted && IN(r_live, o_page[r_pending - 1]) ->
        burn(o_page[r_pending - 1])
       }
    :: d_step { /* noted */
        r_pending != 0 && r_vaulted && !IN(r_live, o_page[r_pending - 1]) ->
        r_pending = 0;
        r_vaulted = false
       }
    :: d_step { /* acknowledged: the carrier is told; a hostile one gives up nothing */
        r_hand != 0 && r_pending == 0 && r_early == 0 ->
#ifdef FAIR
        carried = carried & ~BIT(r_hand - 1);
#endif
        r_hand = 0
       }
    :: d_step { /* killed at any of these steps: it forgets what it had in hand */
        r_hand != 0 && MAY_CRASH ->
        printf("R is killed and starts again\n");
        COUNT_CRASH;
#ifdef NO_FINISH_ALL
        r_pending = 0;
        r_vaulted = false;
#endif
        r_early = 0;
        r_hand = 0
       }
    :: atomic { /* a recap, of any age */
        IS_FREE && (said_high & ~UP_TO(r_announced) & ~1) != 0 ->
        pick_serial(said_high & ~UP_TO(r_announced), n);
        d_step {
            printf("R reads a recap: highest serial %d\n", n);
            r_announced = n;
            i = 1;
            do
            :: i <= n -> PROMISE(a_loss_is_named, left[i] == 0 || IN(SETTLED | MISSING, i)); i++
            :: else -> break
            od;
            name_missing();
            i = 0;
            n = 0
        }
       }
    :: atomic { /* what the sender declared void, on a recap or by itself */
        IS_FREE && (said_void & ~r_void) != 0 -> pick_serial(said_void & ~r_void, n);
        d_step {
            printf("R notes that serial %d is void\n", n);
            r_void = r_void | BIT(n);
#ifdef HAVE_NAMES_VOIDS
            said_have = said_have | BIT(n);
#endif
            name_missing();
            n = 0
        }
       }
#ifdef FAIR
    :: d_step { /* a request to repeat what is missing, once nothing more is under way */
        QUIET && (MISSING & ~said_ask & ~said_void) != 0 ->
        printf("R asks for what is missing\n");
        said_ask = said_ask | (MISSING & ~said_void)
       }
#endif
#if RESTORES > 0
    :: d_step { /* the restored peer asks by hand how far it had gone */
        s_quarantine && a_question != s_restores ->
        a_question = s_restores;
        a_high = 0;
        a_live = 0;
        i = 1;
        do
        :: i <= SERIALS -> a_high = (IN(HEARD_OF, i) -> i : a_high); i++
        :: else -> break
        od;
        i = 1;
        do
        :: i <= PAGES -> a_live = a_live + (IN(r_live, i) && !IN(r_spent, i)); i++
        :: else -> break
        od;
        i = 0;
#ifndef ANSWER_FORGOTTEN
        r_announced = a_high + a_live; /* the peer goes on above it: as if it had announced that */
        name_missing();
#endif
        issue_book(a_first, a_last);
        printf("R answers question %d: highest serial %d, %d live pages\n",
            a_question, a_high, a_live)
       }
#endif
#if RETURNS > 0
    :: d_step { /* the receiver's own backup */
        r_returns < RETURNS && MAY_BACK_UP(c_received == 0 && r_received != 0) ->
        printf("R is backed up\n");
        c_received = r_received; c_void = r_void; c_spent = r_spent; c_live = r_live;
        c_announced = r_announced; c_known = r_known; c_pending = r_pending; c_vaulted = r_vaulted
       }
    :: d_step { /* put back: page secrets are in no backup, so all books are void; here is a new one */
        r_returns < RETURNS && r_received != c_received ->
        printf("R is set back to its backup, and issues a new book\n");
        r_returns++;
        r_received = c_received; r_void = c_void; r_spent = c_spent; r_announced = c_announced;
        r_known = c_known; r_pending = c_pending; r_vaulted = c_vaulted;
        r_hand = 0;
#ifdef PAGES_IN_THE_BACKUP
        r_live = c_live;
#else
        r_live = 0;
#endif
        if
        :: r_returns == RETURNS ->
            c_received = 0; c_void = 0; c_spent = 0; c_live = 0;
            c_announced = 0; c_known = 0; c_pending = 0; c_vaulted = false
        :: else -> skip
        fi;
        i = 1;
        do
        :: i <= SERIALS -> r_text[i] = (IN(r_received, i) -> r_text[i] : 0); i++
        :: else -> break
        od;
        i = 0;
        issue_book(new_first, new_last);
        name_missing()
       }
#endif
    od
}

#ifdef FAIR
proctype Carrier() {
    byte k;
end_idle:
    do
    :: atomic { drops < DROPS && carried != 0 -> pick_object(carried, k);
        d_step {
            printf("the carrier loses serial %d, sealed to page %d\n", o_serial[k], o_page[k]);
            carried = carried & ~BIT(k);
            drops++;
            k = 0
        }
       }
    :: atomic { replays < REPLAYS && (made & ~carried) != 0 -> pick_object(made & ~carried, k);
        d_step {
            printf("the carrier brings serial %d on page %d again\n", o_serial[k], o_page[k]);
            carried = carried | BIT(k);
            replays++;
            k = 0
        }
       }
    :: d_step { replays < REPLAYS -> replays = REPLAYS } /* it never has to bring anything again */
    od
}
#endif

#ifdef FAIR
/*
 * Settled: every telegram is sealed or the pad is used up; every serial given is filed or void at
 * the receiver; every copy that the sender knows is acknowledged or void; no spent page has a
 * secret; nothing is under way.
 */
#define IS_OPEN(n) (s_sent[n] != 0 && !IN(s_acked | s_void, n))
#define NO_OPEN_COPY !(IS_OPEN(1) || IS_OPEN(2) || IS_OPEN(3) || IS_OPEN(4) || IS_OPEN(5) || \
    IS_OPEN(6) || IS_OPEN(7) || IS_OPEN(8) || IS_OPEN(9) || IS_OPEN(10) || IS_OPEN(11) || \
    IS_OPEN(12) || IS_OPEN(13) || IS_OPEN(14))
#define IS_SETTLED ((texts == TEXTS || !HAS_PAGE) && QUIET && \
    (UP_TO(s_next - 1) & ~SETTLED) == 0 && NO_OPEN_COPY && (r_spent & r_live) == 0)

#ifdef AT_REST
/* For the shortest way into a fault: where nobody can do anything more, all must be settled. */
proctype Rest() {
end_rest:
    timeout -> PROMISE(everything_is_settled, IS_SETTLED)
}
#else
ltl settled { <>[] (IS_SETTLED) }
#endif
#endif

init {
    atomic {
        run Sender();
        run Receiver();
#ifdef FAIR
        run Carrier();
#endif
#ifdef AT_REST
        run Rest();
#endif
        skip
    }
}
