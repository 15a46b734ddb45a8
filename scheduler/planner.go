package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"boardcast/storage"
)

// Planner turns moments into notices. It uses the store alone.
type Planner struct {
	store storage.Store
	jobs  []job
	paces Paces
}

// NewPlanner makes a planner over a store. Of messengers whose pace it knows it has reminders begin early that are too many to be sent
// at once.
func NewPlanner(store storage.Store, paces Paces) (*Planner, error) {
	jobs, err := recurring()
	if err != nil {
		return nil, err
	}
	return &Planner{store: store, jobs: jobs, paces: paces}, nil
}

// pageOfMoments is how many moments one look takes.
const pageOfMoments = 500

// Tick does all that is due at now and returns when the next thing will be (zero: nothing is waiting). What cannot be done, because a
// record that it needs is not as it should be, is put off; that is an error, but all else is done.
func (p *Planner) Tick(ctx context.Context, now time.Time) (next time.Time, err error) {
	next, err = p.runJobs(ctx, now)
	if err != nil {
		return time.Time{}, err
	}
	var failed []error
	for {
		var due []storage.Moment
		var later time.Time
		err := p.store.View(ctx, func(r storage.Reader) (err error) {
			due, later, err = storage.NextMoments(r, now, pageOfMoments)
			return err
		})
		if err != nil {
			return time.Time{}, fmt.Errorf("find due moments: %w", err)
		}
		if len(due) == 0 {
			return soonest(next, later), errors.Join(failed...)
		}
		err = p.do(ctx, now, due)
		if broken, ok := errors.AsType[*brokenError](err); ok {
			failed = append(failed, err)
			err = p.putOff(ctx, now, broken.moment)
		}
		if err != nil {
			return time.Time{}, errors.Join(append(failed, err)...)
		}
	}
}

// brokenError says that a moment cannot be carried out.
type brokenError struct {
	moment storage.Moment
	err    error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("moment %s of stream %s%s: %v", e.moment.Kind, e.moment.Stream, e.moment.Chat, e.err)
}

func (e *brokenError) Unwrap() error { return e.err }

// putOff leaves a moment for later that cannot be carried out, so that it holds up no other.
func (p *Planner) putOff(ctx context.Context, now time.Time, m storage.Moment) error {
	return p.store.Update(ctx, func(tx storage.Tx) error {
		standing, err := storage.Standing(tx, m)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		standing.Tries++
		standing.At = now.Add(backoff(standing.Tries))
		return storage.Moments.Put(tx, standing)
	})
}

// do carries out moments in their order, as many in one Update as it has Room for: on a Monday morning it is the week of very
// many chats at once. One that takes more than an Update is done page by page, each page and its cursor in one Update.
func (p *Planner) do(ctx context.Context, now time.Time, due []storage.Moment) error {
	for most := len(due); len(due) > 0; {
		done, failed, err := p.doSome(ctx, now, due[:most])
		switch {
		case failed && done > 0:
			most = done // those before the one that failed, which then comes first and fails alone
			continue
		case failed:
			return &brokenError{moment: due[0], err: err}
		case err != nil:
			return fmt.Errorf("carry out moments: %w", err)
		}
		due = due[done:]
		most = len(due)
	}
	return nil
}

// roomToGoOn is the Room that another moment may need: as much as the tightest engine gives, but for a little.
const roomToGoOn = 100

// doSome carries out moments in one Update and returns how many are done with. Where one has failed, it is the one behind them,
// and nothing was kept.
func (p *Planner) doSome(ctx context.Context, now time.Time, due []storage.Moment) (done int, failed bool, err error) {
	err = p.store.Update(ctx, func(tx storage.Tx) error {
		failed = false
		for done = 0; done < len(due) && (done == 0 || tx.Room() >= roomToGoOn); done++ {
			over, err := p.carryOut(tx, now, due[done])
			if err != nil {
				failed = true
				return err
			}
			if !over {
				return nil
			}
		}
		return nil
	})
	return done, failed, err
}

// carryOut does a page of a moment's work and reports whether it is over and done with.
func (p *Planner) carryOut(tx storage.Tx, now time.Time, m storage.Moment) (bool, error) {
	m, err := storage.Standing(tx, m)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil // it was moved or taken away meanwhile
	}
	if err != nil {
		return false, err
	}
	return p.step(tx, now, m)
}

// step does a page of a moment's work and reports whether it is all done.
func (p *Planner) step(tx storage.Tx, now time.Time, m storage.Moment) (bool, error) {
	if m.Kind != storage.WeeklyNotice {
		there, err := stands(tx, m)
		if err != nil {
			return false, err
		}
		if !there {
			return true, storage.DeleteMoment(tx, m)
		}
	}
	switch m.Kind {
	case storage.WeeklyNotice:
		return true, oweWeek(tx, now, m)
	case storage.ReminderNotice:
		return p.remind(tx, now, m)
	case storage.SoonStep:
		return catchUp(tx, m)
	case storage.DueStep, storage.LateStep, storage.UnseenStep, storage.GoneStep, storage.ForgottenStep:
		return true, advance(tx, now, m)
	default:
		return spread(tx, m)
	}
}

// stands reports whether the stream of a moment is there: the copy that it was of may have been taken away. What a community alone
// has to say of a public stream needs no copy.
func stands(tx storage.Tx, m storage.Moment) (bool, error) {
	if aside(m.Kind) {
		_, err := storage.Scoped{Reader: tx, Scope: m.Scope}.Stream(m.Stream)
		if errors.Is(err, storage.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	return storage.Streams.Has(tx, string(m.Scope), m.Stream)
}

// aside reports whether news of a kind is what a scope has beside the stream itself: figures, or a rumour.
func aside(kind storage.NoticeKind) bool {
	return kind == storage.MilestoneNotice || kind == storage.CorrectedNotice || kind == storage.RumourNotice
}

// spread owes a piece of news to the chats that watch the stream.
func spread(tx storage.Tx, m storage.Moment) (bool, error) {
	stream, err := storage.Scoped{Reader: tx, Scope: m.Scope}.Stream(m.Stream)
	if err != nil {
		return false, err
	}
	stream.Scope = m.Scope
	rung := storage.NewsRung
	if m.Kind == storage.MilestoneNotice {
		rung = storage.MilestoneRung
	}
	done, err := oweWatchers(tx, m, stream, rung, storage.Notice{Due: m.At})
	if err != nil || !done {
		return false, err
	}
	return true, storage.DeleteMoment(tx, m)
}

// remind owes a reminder to the chats that want one at this rung, and goes on to the next rung. Where they are too many for the pace of
// their messengers it does so early, and once more at its time for those who have come to want it since.
func (p *Planner) remind(tx storage.Tx, now time.Time, m storage.Moment) (bool, error) {
	stream, err := storage.Streams.Get(tx, string(m.Scope), m.Stream)
	if err != nil {
		return false, err
	}
	owed := storage.Notice{Due: stream.Start.At.Add(-m.Rung)}
	early := now.Before(owed.Due)
	if early && m.Cursor == "" {
		begin, err := p.paces.begin(tx, stream, m.Rung, owed.Due)
		if err != nil {
			return false, err
		}
		if m.At = begin; begin.After(now) {
			return true, storage.Moments.Put(tx, m)
		}
	}
	if early {
		owed.Begin = m.At
	}
	m.Occurrence = reminderOf(stream, m.Rung)
	done, err := oweWatchers(tx, m, stream, m.Rung.String(), owed)
	if err != nil || !done {
		return false, err
	}
	if early {
		m.At, m.Cursor, m.Community, m.Turn = owed.Due, "", "", 0
		return true, storage.Moments.Put(tx, m)
	}
	return true, storage.Moments.Put(tx, stream.StepAfter(m.Rung))
}

// catchUp owes people the reminders for which a stream became known, or was moved, too late: one each.
func catchUp(tx storage.Tx, m storage.Moment) (bool, error) {
	stream, err := storage.Streams.Get(tx, string(m.Scope), m.Stream)
	if err != nil {
		return false, err
	}
	for watcher, err := range storage.Watchers(tx, stream, storage.SoonRung, m.Cursor) {
		if err != nil {
			return false, err
		}
		if tx.Room() < 2*writesPerNotice {
			return false, storage.Moments.Put(tx, m)
		}
		if err := oweLate(tx, m, stream, watcher); err != nil {
			return false, err
		}
		m.Cursor = watcher.Cursor
	}
	return true, storage.DeleteMoment(tx, m)
}

// oweLate owes a chat the shortest reminder whose time had passed when the stream's start was set.
func oweLate(tx storage.Tx, m storage.Moment, stream storage.Stream, w storage.Watcher) error {
	reminders, err := storage.RemindersAbout(tx, w.Chat, stream)
	if err != nil {
		return err
	}
	left := stream.Start.At.Sub(m.At)
	for _, reminder := range reminders {
		for _, before := range reminder.Before {
			if before >= left && (m.Rung == 0 || before < m.Rung) {
				m.Rung = before
			}
		}
	}
	if m.Rung == 0 {
		return nil
	}
	return storage.Owe(tx, storage.Notice{
		Kind: storage.ReminderNotice, Scope: m.Scope, Stream: m.Stream, Occurrence: reminderOf(stream, m.Rung), Rung: m.Rung,
		Chat: w.Chat, Messenger: w.Messenger, Due: m.At, Until: usefulUntil(storage.ReminderNotice, stream, m.At),
	})
}

// writesPerNotice is what one notice may cost of a transaction's Room: the row and its index, the cursor, and a reserve.
const writesPerNotice = 4

// oweWatchers walks the watches of a stream's subjects from the moment's cursor on, as far as the transaction has Room, and
// leaves the cursor for the rest. The notice says when it is due, and from when on it may be sent.
func oweWatchers(tx storage.Tx, m storage.Moment, stream storage.Stream, rung string, owed storage.Notice) (bool, error) {
	owed.Kind, owed.Scope, owed.Stream, owed.Occurrence, owed.Rung = m.Kind, m.Scope, m.Stream, m.Occurrence, m.Rung
	owed.Until = usefulUntil(m.Kind, stream, owed.Due)
	for watcher, err := range storage.Watchers(tx, stream, rung, m.Cursor) {
		if err != nil {
			return false, err
		}
		if tx.Room() < 2*writesPerNotice {
			return false, storage.Moments.Put(tx, m)
		}
		owed.Chat, owed.Messenger, owed.Turn = watcher.Chat, watcher.Messenger, m.TurnOf(watcher)
		if err := storage.Owe(tx, owed); err != nil {
			return false, err
		}
	}
	return true, nil
}

// advance takes a stream a step on by itself: its time has come, it is late, it was never seen, or nobody ended it.
func advance(tx storage.Tx, now time.Time, m storage.Moment) error {
	stream, err := storage.Streams.Get(tx, string(m.Scope), m.Stream)
	if err != nil {
		return err
	}
	switch m.Kind {
	case storage.DueStep:
		stream.State = storage.Due
	case storage.UnseenStep:
		stream.State = storage.Unseen
	case storage.GoneStep:
		if stream, err = stream.End(now); err != nil {
			return err
		}
	case storage.ForgottenStep:
		stream = stream.GivenUp()
	default: // late: the card says so by itself once it is drawn again
	}
	restored, err := storage.LastRestore(tx)
	if err != nil {
		return err
	}
	if restored.Covers(m.At) {
		now = m.At // so that the news in it is of then, and is not sent again either
	}
	_, err = storage.SaveStream(tx, now, stream)
	return err
}

// oweWeek owes a chat the week that has ended last by its clocks, and sets the slot of the next. Weeks that ended while the
// process was down are of no more use.
func oweWeek(tx storage.Tx, now time.Time, m storage.Moment) error {
	chat, err := storage.Chats.Get(tx, m.Chat)
	if err != nil {
		return err
	}
	zone := chat.Location()
	due := storage.LastWeeklySlot(now, zone)
	notice := storage.Notice{
		Kind: storage.WeeklyNotice, Scope: chat.Scope(), Occurrence: storage.WeekBefore(due.In(zone)).String(),
		Chat: chat.ID, Messenger: chat.Address.Messenger, Due: due, Until: due.Add(weekUsefulFor),
	}
	if err := storage.Owe(tx, notice); err != nil {
		return err
	}
	m.At = storage.WeeklySlot(now, zone)
	return storage.Moments.Put(tx, m)
}

// soonest is the earlier of two times, of which zero means never.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
