package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Lookout foresees which promises are about to break, and warns those who run boardcast: in the log, and in the private chats that they
// have with it.
type Lookout struct {
	store     storage.Store
	senders   map[bot.Messenger]bot.Sender
	meter     *Meter
	operators map[bot.Messenger][]string
	log       *slog.Logger

	began   time.Time // when it first looked
	silent  map[bot.Messenger]silence
	fanOuts map[fanOut]counted
	told    map[episode]time.Time // when operators were warned last, by reason and messenger alone

	mu       sync.Mutex
	standing map[episode]standing
}

// NewLookout makes a lookout over what some senders do, as a meter counts it. The operators are the ids of people, by messenger; who has
// never spoken to boardcast in private is not written to.
func NewLookout(store storage.Store, senders map[bot.Messenger]bot.Sender, meter *Meter, operators map[bot.Messenger][]string, log *slog.Logger) *Lookout {
	return &Lookout{
		store: store, senders: senders, meter: meter, operators: operators, log: log, silent: map[bot.Messenger]silence{},
		fanOuts: map[fanOut]counted{}, told: map[episode]time.Time{}, standing: map[episode]standing{},
	}
}

// The bounds of looking ahead.
const (
	lookEvery      = 15 * time.Second
	promised       = 2 * time.Minute  // later than that a message says that it is late
	believedAfter  = time.Minute      // of a backlog, before the rate that is reached counts rather than the pace
	silentFor      = time.Minute      // before a messenger counts as out of reach
	aheadFor       = 30 * time.Minute // in which reminders are foreseen
	overAfter      = time.Minute      // in which a warning was not due any more, before it is over
	tellEvery      = time.Hour        // operators are warned, for one reason
	countEvery     = 5 * time.Minute  // those who are to be reminded
	mostForeseen   = 20_000           // notices of a lane
	mostReminded   = 100_000          // rows of watches, for one reminder
	mostMoments    = 10_000           // rows of what is planned
	mostFanOuts    = 50               // that wait at once
	retriesToDoubt = 2
)

// episode names a time in which one promise is about to break.
type episode struct {
	reason    storage.WarningReason
	messenger bot.Messenger
	stream    string
	rung      time.Duration
}

func episodeOf(w storage.Warning) episode {
	return episode{reason: w.Reason, messenger: w.Messenger, stream: w.Stream, rung: w.Rung}
}

// standing is a warning during its episode.
type standing struct {
	storage.Warning
	last time.Time // when it was last foreseen
	told bool      // operators know
}

// Standing returns the warnings that stand, by reason and messenger. It is safe beside Step.
func (l *Lookout) Standing() []storage.Warning {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []storage.Warning
	for _, s := range l.standing {
		all = append(all, s.Warning)
	}
	slices.SortFunc(all, func(a, b storage.Warning) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Messenger, b.Messenger), a.Due.Compare(b.Due), cmp.Compare(a.Stream, b.Stream))
	})
	return all
}

// Step looks ahead once, and returns when to look again.
func (l *Lookout) Step(ctx context.Context, now time.Time) (next time.Time, err error) {
	if l.began.IsZero() {
		l.began = now
	}
	var foreseen []storage.Warning
	err = l.store.View(ctx, func(r storage.Reader) (err error) {
		foreseen, err = l.foresee(r, now)
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("look ahead: %w", err)
	}
	l.note(ctx, now, foreseen)
	if err := l.tell(ctx, now); err != nil {
		return time.Time{}, fmt.Errorf("warn operators: %w", err)
	}
	return now.Add(lookEvery), nil
}

// foresee returns all that is about to go wrong.
func (l *Lookout) foresee(r storage.Reader, now time.Time) ([]storage.Warning, error) {
	gauges := map[bot.Messenger]Gauge{}
	for _, g := range l.meter.Read(now) {
		gauges[g.Messenger] = g
	}
	reminders, err := l.reminders(r, now)
	if err != nil {
		return nil, err
	}
	var all []storage.Warning
	for _, messenger := range slices.Sorted(maps.Keys(l.senders)) {
		q, err := l.queue(r, messenger, gauges[messenger], now)
		if err != nil {
			return nil, err
		}
		if w, ok := q.foresee(); ok {
			all = append(all, w)
		}
		all = append(all, q.remind(reminders)...)
		silent, err := l.unreachable(r, gauges[messenger], messenger, now)
		if err != nil {
			return nil, err
		}
		all = append(all, silent...)
	}
	return all, nil
}

// queue is what waits on one messenger in the lanes of which a lateness has to be said, and how fast it goes out.
type queue struct {
	messenger bot.Messenger
	now       time.Time
	pace      float64 // 0: it takes as much as there is
	rate      float64 // that is reckoned with
	reached   float64
	ready     int
	late      time.Duration // of the one that will be the latest
	expires   bool          // it will be of no more use by then
}

// queue looks at what waits, in the order in which it is sent.
func (l *Lookout) queue(r storage.Reader, messenger bot.Messenger, g Gauge, now time.Time) (queue, error) {
	q := queue{messenger: messenger, now: now, reached: g.Rate()}
	if pacing, ok := l.senders[messenger].(bot.Pacing); ok {
		q.pace = pacing.Pace()
	}
	var rows []storage.ReadyRow
	for _, lane := range []storage.Lane{storage.LiveLane, storage.ReminderLane} {
		more, err := storage.ReadyRows(r, messenger, lane, now, mostForeseen)
		if err != nil {
			return q, err
		}
		rows = append(rows, more...)
	}
	q.ready, q.rate = len(rows), q.reckonWith(rows, l.began)
	return q, q.reckon(r, rows)
}

// reckon finds out how late the latest of the notices will be. It reads the record of one of each fan-out.
func (q *queue) reckon(r storage.Reader, rows []storage.ReadyRow) error {
	latest := map[string]expected{}
	for i, row := range rows {
		e := expected{ReadyRow: row, sent: q.sentAfter(i + 1)}
		if known, ok := latest[row.FanOut()]; !ok || e.after() > known.after() {
			latest[row.FanOut()] = e
		}
	}
	all := slices.SortedFunc(maps.Values(latest), func(a, b expected) int { return cmp.Compare(b.after(), a.after()) })
	for _, e := range all[:min(len(all), mostFanOuts)] {
		n, err := storage.Notices.Get(r, e.Key...)
		if err != nil {
			return err
		}
		q.late = max(q.late, n.Late(e.sent))
		q.expires = q.expires || n.Until.Before(e.sent)
	}
	return nil
}

// expected is a notice that is ready, and when it is going to be sent.
type expected struct {
	storage.ReadyRow
	sent time.Time
}

func (e expected) after() time.Duration { return e.sent.Sub(e.Since) }

// reckonWith is the rate that will be reached: the pace, or the rate of the last minute where that is less although there was always
// something to send in it.
func (q queue) reckonWith(rows []storage.ReadyRow, began time.Time) float64 {
	waiting := slices.ContainsFunc(rows, func(row storage.ReadyRow) bool { return q.now.Sub(row.Since) >= believedAfter })
	if waiting && q.reached > 0 && q.now.Sub(began) >= believedAfter && (q.pace == 0 || q.reached < q.pace) {
		return q.reached
	}
	return q.pace
}

// sentAfter is when so many more will have been sent.
func (q queue) sentAfter(n int) time.Time {
	if q.rate == 0 {
		return q.now
	}
	return q.now.Add(time.Duration(float64(n) / q.rate * float64(time.Second)))
}

// foresee warns where what waits will be told too late.
func (q queue) foresee() (storage.Warning, bool) {
	return storage.Warning{
		Reason: storage.BacklogWarning, Messenger: q.messenger, Since: q.now, Count: q.ready, PerMinute: perMinute(cmp.Or(q.rate, q.reached)),
		Takes: q.sentAfter(q.ready).Sub(q.now), Late: q.late,
	}, q.late > promised || q.expires
}

// perMinute is a rate a second as one a minute.
func perMinute(rate float64) int { return int(math.Round(rate * time.Minute.Seconds())) }

// reminder is one that chats are to be told soon.
type reminder struct {
	fanOut
	due, useful time.Time // when, and until when
	chats       map[bot.Messenger]int
}

// fanOut names a reminder.
type fanOut struct {
	scope  storage.Scope
	stream string
	rung   time.Duration
	due    int64 // in Unix seconds: of a stream that was moved it is another
}

// counted is how many chats want a reminder, and when they were counted.
type counted struct {
	chats map[bot.Messenger]int
	at    time.Time
}

// remind warns of reminders that will be told too late, one after another and after what waits already. Where nobody knows a pace,
// nothing is foreseen.
func (q queue) remind(reminders []reminder) []storage.Warning {
	if q.pace == 0 {
		return nil
	}
	var all []storage.Warning
	free := q.sentAfter(q.ready)
	for _, rem := range reminders {
		n := rem.chats[q.messenger]
		if n == 0 {
			continue
		}
		begins := rem.due.Add(-storage.EarlyBy(rem.rung))
		if begins.Before(free) {
			begins = free
		}
		takes := time.Duration(float64(n) / q.pace * float64(time.Second))
		free = begins.Add(takes)
		if late := free.Sub(rem.due); late > promised || free.After(rem.useful) {
			all = append(all, storage.Warning{
				Reason: storage.FanOutWarning, Messenger: q.messenger, Since: q.now, Count: n, PerMinute: perMinute(q.pace), Takes: takes, Late: late,
				Stream: rem.stream, Rung: rem.rung, Due: rem.due,
			})
		}
	}
	return all
}

// reminders returns those of the next half hour, in their order, with how many chats want each.
func (l *Lookout) reminders(r storage.Reader, now time.Time) ([]reminder, error) {
	moments, err := storage.UpcomingReminders(r, now.Add(aheadFor), mostMoments)
	if err != nil {
		return nil, err
	}
	var all []reminder
	known := map[fanOut]counted{} // what is over is forgotten
	for _, m := range moments {
		stream, err := storage.Streams.Get(r, string(m.Scope), m.Stream)
		if err != nil {
			return nil, err
		}
		for _, rung := range storage.Ladder() {
			due := stream.Start.At.Add(-rung)
			if owed := m.Cursor != "" || !m.At.Before(due); rung > m.Rung || rung == m.Rung && owed || due.After(now.Add(aheadFor)) {
				continue // the planner has been there, who begins early with those that are too many, or it has time
			}
			name := fanOut{scope: m.Scope, stream: m.Stream, rung: rung, due: due.Unix()}
			c, err := l.count(r, name, stream, now)
			if err != nil {
				return nil, err
			}
			known[name] = c
			useful := usefulUntil(storage.ReminderNotice, stream, due)
			all = append(all, reminder{fanOut: name, due: due, useful: useful, chats: c.chats})
		}
	}
	l.fanOuts = known
	slices.SortStableFunc(all, func(a, b reminder) int { return a.due.Compare(b.due) })
	return all, nil
}

// count counts the chats that want a reminder, or recalls how many they were some minutes ago.
func (l *Lookout) count(r storage.Reader, name fanOut, stream storage.Stream, now time.Time) (counted, error) {
	if c, ok := l.fanOuts[name]; ok && now.Sub(c.at).Abs() < countEvery {
		return c, nil
	}
	chats, err := storage.CountWatchers(r, stream, name.rung.String(), mostReminded)
	return counted{chats: chats, at: now}, err
}

// silence is how long nothing has come of what was tried on a messenger.
type silence struct {
	signs   uint64    // of life, when there was the last
	retries uint64    // by then
	since   time.Time // when an attempt after that was first seen to have come to nothing; zero: none has
}

// unreachable warns where a messenger takes nothing of what is owed.
func (l *Lookout) unreachable(r storage.Reader, g Gauge, messenger bot.Messenger, now time.Time) ([]storage.Warning, error) {
	s, looked := l.silent[messenger]
	signs := g.Taken + g.Edits + g.Outcomes[storage.Refused]
	switch {
	case !looked || signs != s.signs:
		s = silence{signs: signs, retries: g.Retries}
	case g.Retries > s.retries && s.since.IsZero():
		s.since = now
	}
	l.silent[messenger] = s
	if s.since.IsZero() || now.Sub(s.since) < silentFor || g.Retries-s.retries < retriesToDoubt {
		return nil, nil
	}
	b, err := storage.BacklogOf(r, messenger, now, mostForeseen)
	if owed := b.Owed() + b.InFlight; err == nil && owed > 0 {
		return []storage.Warning{{Reason: storage.UnreachableWarning, Messenger: messenger, Since: s.since, Count: owed}}, nil
	}
	return nil, err
}

// note begins and ends episodes, and says so in the log.
func (l *Lookout) note(ctx context.Context, now time.Time, foreseen []storage.Warning) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range foreseen {
		key := episodeOf(w)
		s, stands := l.standing[key]
		if stands {
			w.Since = s.Since
		} else {
			l.log.WarnContext(ctx, "a promise is about to break", "reason", string(w.Reason), "messenger", string(w.Messenger), "count", w.Count,
				"per_minute", w.PerMinute, "takes", w.Takes, "late", w.Late, "stream", w.Stream, "rung", w.Rung)
		}
		l.standing[key] = standing{Warning: w, last: now, told: s.told}
	}
	for key, s := range l.standing {
		if now.Sub(s.last).Abs() >= overAfter {
			delete(l.standing, key)
			l.log.InfoContext(ctx, "a promise is no longer about to break", "reason", string(key.reason), "messenger", string(key.messenger),
				"stream", key.stream, "rung", key.rung, "lasted", s.last.Sub(s.Since))
		}
	}
}

// tell owes operators word of the warnings that they do not know of, for one reason once an hour.
func (l *Lookout) tell(ctx context.Context, now time.Time) error {
	for _, w := range l.Standing() {
		reason := episode{reason: w.Reason, messenger: w.Messenger}
		at, before := l.told[reason]
		if l.knows(w) || before && now.Sub(at).Abs() < tellEvery {
			continue
		}
		err := l.store.Update(ctx, func(tx storage.Tx) error { return storage.Warn(tx, now, l.operators, w) })
		if err != nil {
			return err
		}
		l.told[reason] = now
		l.knew(w)
	}
	return nil
}

// knows reports whether operators were told of a warning that stands.
func (l *Lookout) knows(w storage.Warning) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.standing[episodeOf(w)].told
}

func (l *Lookout) knew(w storage.Warning) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.standing[episodeOf(w)]
	s.told = true
	l.standing[episodeOf(w)] = s
}
