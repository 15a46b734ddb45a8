package scheduler

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// Composer words what is sent, as things stand when it is sent.
type Composer interface {
	// Notice words a notice; its Silent is overruled by the dispatcher.
	Notice(r storage.Reader, n storage.Notice, now time.Time) (bot.Post, error)
	// Card words the card of a stream, for an edit.
	Card(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error)
	// Pointer words what is left of a card when a newer message has become the card.
	Pointer(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error)
	// Happening words a stream for a calendar; its Key, its times and its State are for the host to say.
	Happening(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Happening, error)
}

// Dispatcher sends the notices of the outbox and keeps the cards true.
type Dispatcher struct {
	store    storage.Store
	composer Composer
	senders  map[bot.Messenger]bot.Sender
	log      *slog.Logger
	outages  *outages
	redraws  *redraws
	meter    *Meter
}

// NewDispatcher makes a dispatcher for some messengers. Notices to chats of others stay in the outbox. The meter may be nil.
func NewDispatcher(store storage.Store, composer Composer, senders map[bot.Messenger]bot.Sender, meter *Meter, log *slog.Logger) *Dispatcher {
	return &Dispatcher{
		store: store, composer: composer, senders: senders, meter: meter, log: log, outages: newOutages(), redraws: newRedraws(),
	}
}

// The bounds of sending.
const (
	pageOfNotices = 16
	sendTimeout   = 15 * time.Second
	firstRetry    = 2 * time.Second
	lastRetry     = 10 * time.Minute
	// longestOutOfReach is lastRetry of a messenger that does not answer: it may be back at any time.
	longestOutOfReach = time.Minute
)

// Recover deals with the notices that were in flight when the process died: nobody knows whether they were sent. Those that
// must not be missed are sent again; the others too where the messenger remembers them, and else are shown as uncertain.
func (d *Dispatcher) Recover(ctx context.Context, now time.Time) error {
	d.outages.start(now)
	for messenger, sender := range d.senders {
		for done := false; !done; {
			err := d.store.Update(ctx, func(tx storage.Tx) (err error) {
				done, err = resume(tx, messenger, sender, now)
				return err
			})
			if err != nil {
				return fmt.Errorf("recover notices in flight on %s: %w", messenger, err)
			}
		}
	}
	return d.retime(ctx, now)
}

// resume takes as many notices out of flight as the transaction has Room for, and reports whether that was all of them.
func resume(tx storage.Tx, messenger bot.Messenger, sender bot.Sender, now time.Time) (bool, error) {
	flight, err := storage.NoticesInFlight(tx, messenger)
	if err != nil {
		return false, err
	}
	restored, err := storage.LastRestore(tx)
	if err != nil {
		return false, err
	}
	for _, n := range flight {
		if tx.Room() < 2*writesPerNotice {
			return false, nil
		}
		after := resumed(n, sender, now)
		if restored.Covers(n.From()) {
			after = settled(n, storage.Skipped, "why.restored", now)
		}
		if err := storage.Notices.Put(tx, after); err != nil {
			return false, err
		}
	}
	return true, nil
}

// resumed is a notice of unknown outcome as it goes on.
func resumed(n storage.Notice, sender bot.Sender, now time.Time) storage.Notice {
	if n.Doubt.IsZero() {
		n.Doubt = n.Tried
	}
	if mayDouble(n, sender, now) {
		return settled(n, storage.Uncertain, "why.uncertain", now)
	}
	n.Outcome = storage.Queued
	return n
}

// mayDouble reports whether a notice that is better missed than told twice may be told twice if it is sent now: it may have been
// sent, so long ago that the messenger does not know it again.
func mayDouble(n storage.Notice, sender bot.Sender, now time.Time) bool {
	remembering, ok := sender.(bot.Remembering)
	ago := now.Sub(n.Doubt) // less than nothing where the clock has been set back: nobody knows how long ago it was
	safe := ok && ago >= 0 && ago <= remembering.Remembers()
	return n.Kind.OnceOnly() && !n.Doubt.IsZero() && !safe
}

func settled(n storage.Notice, outcome storage.Outcome, why string, now time.Time) storage.Notice {
	n.Outcome, n.Why, n.Settled = outcome, why, now
	return n
}

// Step sends what is ready at now, one notice a chat, and then redraws cards. It returns whether there was something to do,
// and when there will be next (zero: when something changes).
func (d *Dispatcher) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	for messenger, sender := range d.senders {
		ready, later, err := d.ready(ctx, messenger, now)
		if err != nil {
			return worked, time.Time{}, err
		}
		next = soonest(next, later)
		for _, n := range ready {
			worked = true
			if err := d.putOff(ctx, now, n, d.deliver(ctx, now, n, sender)); err != nil {
				return worked, time.Time{}, fmt.Errorf("deliver %s notice to chat %s: %w", n.Kind, n.Chat, err)
			}
		}
	}
	if worked {
		return true, now, nil
	}
	worked, later, err := d.redraw(ctx, now)
	return worked, soonest(next, later), err
}

// Drain repeats Step until nothing is left to do at now.
func (d *Dispatcher) Drain(ctx context.Context, now time.Time) (next time.Time, err error) {
	for {
		worked, next, err := d.Step(ctx, now)
		if err != nil || !worked {
			return next, err
		}
	}
}

func (d *Dispatcher) ready(ctx context.Context, messenger bot.Messenger, now time.Time) ([]storage.Notice, time.Time, error) {
	var ready []storage.Notice
	var later time.Time
	err := d.store.View(ctx, func(r storage.Reader) (err error) {
		ready, later, err = storage.ReadyNotices(r, messenger, now, pageOfNotices, nil)
		return err
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("find ready notices: %w", err)
	}
	return ready, later, nil
}

// delivery is a notice on its way, with what was decided about it.
type delivery struct {
	notice storage.Notice
	chat   storage.Chat
	stream *storage.Stream // nil for a week
	asides int             // see [storage.Asides]
	card   storage.Card
	style  storage.Style
	asked  bool // by a person's own reminder
	night  bool // which makes a sound in the quiet hours too
	rings  bool
	owed   *storage.Notice // another notice that will say it, or say it once more

	by       string            // the watch or reminder that wants it
	others   int               // watches that want it too
	mentions []storage.Mention // of the watches that ask for it
}

// deliver takes one notice from the outbox to its outcome.
func (d *Dispatcher) deliver(ctx context.Context, now time.Time, n storage.Notice, sender bot.Sender) error {
	out, flies, err := d.launch(ctx, now, n, sender, false)
	if err != nil || !flies {
		return err
	}
	id, err := d.send(ctx, now, &out, sender)
	return d.settle(ctx, now, out, sender, id, err)
}

// undecidedError says that nothing could be decided about a notice, because a record that it needs is missing or cannot be read.
type undecidedError struct{ err error }

func (e *undecidedError) Error() string { return "decide on a notice: " + e.err.Error() }
func (e *undecidedError) Unwrap() error { return e.err }

// putOff leaves a notice for later about which nothing could be decided, so that it holds up no other. Any other reason it returns.
func (d *Dispatcher) putOff(ctx context.Context, now time.Time, n storage.Notice, reason error) error {
	var undecided *undecidedError
	if !errors.As(reason, &undecided) || ctx.Err() != nil {
		return reason
	}
	err := d.store.Update(ctx, func(tx storage.Tx) error {
		standing, err := storage.Notices.Get(tx, n.Key()...)
		if err != nil {
			return err
		}
		standing.Attempts++
		standing.NotBefore = now.Add(backoff(standing.Attempts))
		standing.Note(now, "tried.broken")
		return storage.Notices.Put(tx, standing)
	})
	if err != nil {
		return errors.Join(reason, err)
	}
	d.log.ErrorContext(ctx, "notice put off", "kind", string(n.Kind), "stream", n.Stream, "chat", n.Chat, "error", reason)
	return nil
}

// launch decides on a notice and writes down what was decided: it is in flight from here on, or done with. A crowd
// is why it waited, if it did.
func (d *Dispatcher) launch(ctx context.Context, now time.Time, n storage.Notice, sender bot.Sender, crowd bool) (out delivery, flies bool, err error) {
	err = d.store.Update(ctx, func(tx storage.Tx) error {
		out, flies = delivery{}, false
		standing, err := storage.Notices.Get(tx, n.Key()...)
		if errors.Is(err, storage.ErrNotFound) || err == nil && standing.Outcome != storage.Queued {
			return nil // somebody else has seen to it
		}
		if err != nil {
			return err
		}
		standing.Delay = cmp.Or(standing.Delay, d.delay(standing, crowd, now))
		if out, err = d.decide(tx, standing, sender, now); err != nil {
			return &undecidedError{err}
		}
		if out.owed != nil {
			if err := storage.Owe(tx, *out.owed); err != nil {
				return err
			}
		}
		flies = out.notice.Outcome == storage.Sending
		return storage.Notices.Put(tx, out.notice)
	})
	if err == nil && !flies && out.notice.Outcome != "" && !out.notice.Owed() {
		d.meter.Settled(out.notice.Messenger, out.notice.Outcome)
	}
	return out, flies, err
}

// delay is why a notice that is late now has waited, where that is known: its messenger was out of reach, or there was a crowd.
func (d *Dispatcher) delay(n storage.Notice, crowd bool, now time.Time) storage.Delay {
	switch {
	case d.outages.keptBack(n, now):
		return storage.ReachDelay
	case crowd:
		return storage.CrowdDelay
	default:
		return ""
	}
}

// decide finds out what becomes of a notice, and of whom it mentions. A panic in it is an error like any other.
func (d *Dispatcher) decide(tx storage.Tx, n storage.Notice, sender bot.Sender, now time.Time) (out delivery, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if mayDouble(n, sender, now) {
		return delivery{notice: settled(n, storage.Uncertain, "why.uncertain", now)}, nil
	}
	out, err = decide(tx, n, now, d.outages)
	if err == nil {
		err = withhold(tx, &out, now)
	}
	if err == nil {
		err = mention(tx, &out, now)
	}
	return out, err
}

// decide finds out what becomes of a notice: it is in flight, or it is settled without being sent.
func decide(r storage.Reader, n storage.Notice, now time.Time, outages *outages) (delivery, error) {
	out := delivery{notice: n}
	restored, err := storage.LastRestore(r)
	if err != nil {
		return out, err
	}
	if restored.Covers(n.From()) {
		out.notice = settled(n, storage.Skipped, "why.restored", now)
		return out, nil
	}
	chat, err := storage.Chats.Get(r, n.Chat)
	if errors.Is(err, storage.ErrNotFound) {
		out.notice = settled(n, storage.Refused, "why.gone", now)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.chat = chat
	if aboutChat(n.Kind) {
		return out, out.decideAboutChat(r, now)
	}
	if n.Kind.Gathers() {
		return out, decideGathered(r, &out, now)
	}
	var event Event
	if n.Kind == storage.WeeklyNotice {
		event = out.decideWeek(now)
	} else if event, err = decideStream(r, &out, now); err != nil {
		return out, err
	}
	if event == "" {
		return out, nil
	}
	return out, out.take(r, event, now, outages)
}

// decideWeek is decideStream of a week.
func (out *delivery) decideWeek(now time.Time) Event {
	if out.notTold(now) {
		return ""
	}
	return WeekIsOver
}

// notTold reports whether a notice that is of no stream in particular is not told now: it is of no more use, what is watched is
// paused, or it waits for the morning.
func (out *delivery) notTold(now time.Time) bool {
	switch {
	case now.After(out.notice.Until):
		out.notice = settled(out.notice, storage.Expired, "why.too_late", now)
		return true
	case out.chat.Paused.Covers(now):
		out.notice = paused(out.notice, out.chat.Paused, now)
		return true
	default:
		return out.waits(now)
	}
}

// decideStream looks at the stream of a notice as it stands. It settles the notice, and returns no event, when there is
// nothing more to say.
func decideStream(r storage.Reader, out *delivery, now time.Time) (Event, error) {
	n := out.notice
	seen := storage.Scoped{Reader: r, Scope: out.chat.Scope()}
	stream, err := seen.Stream(n.Stream)
	if err != nil {
		return "", err
	}
	out.stream = &stream
	if err := out.readCard(r, now); err != nil {
		return "", err
	}
	order, err := storage.OrderFor(r, out.chat, stream, now)
	if err != nil {
		return "", err
	}
	if out.obey(order, now); !out.notice.Owed() {
		return "", nil
	}
	if why := Stale(n, stream, now); why != "" {
		outcome := storage.Folded
		if now.After(n.Until) {
			outcome = storage.Expired
		}
		out.notice = settled(n, outcome, why, now)
		return "", nil
	}
	return EventOf(n, stream, out.card), nil
}

// obey settles a notice that the chat does not want, or not now.
func (out *delivery) obey(order storage.Order, now time.Time) {
	n := out.notice
	out.style = cmp.Or(order.Style, storage.CardStyle)
	if wanting := order.Wanting(n.Rung); len(wanting) > 0 {
		out.by, out.others = wanting[0].ID, len(wanting)-1
	}
	if n.Kind == storage.ReminderNotice {
		reminder, ok := order.Reminder(n.Rung)
		out.asked, out.night = ok, reminder.Night
		out.by = cmp.Or(out.by, reminder.ID)
	}
	silent := !order.Watched || n.Kind == storage.ReminderNotice && !slices.Contains(order.Before, n.Rung)
	if !silent {
		out.mentions = order.Mentions
	}
	switch {
	case out.asked || !silent:
	case !order.Paused.Since.IsZero():
		out.notice = paused(n, order.Paused, now)
	case order.Watched:
		out.notice = settled(n, storage.Folded, "why.unasked", now)
	default:
		out.notice = settled(n, storage.Folded, "why.unwatched", now)
	}
}

// paused is a notice that a pause has silenced.
func paused(n storage.Notice, p storage.Pause, now time.Time) storage.Notice {
	n.Resumes = p.Until
	return settled(n, storage.Folded, "why.paused", now)
}

// take does with an event as its row of the table says: an edit is left to the card, if there is one; a message is said by a
// later one, or goes into flight.
func (out *delivery) take(r storage.Reader, event Event, now time.Time, outages *outages) error {
	action := ActionFor(event, out.style)
	out.notice.Decided = &storage.Decision{Event: string(event), Action: action.String(), By: out.by, Others: out.others}
	if action == EditCard && out.card.Message != "" {
		out.notice = settled(out.notice, storage.Folded, "why.on_card", now)
		return nil
	}
	out.rings = action == NewRinging && !out.atNight(event, now)
	if out.justTold() {
		out.notice = settled(out.notice, storage.Folded, "why.just_told", now)
		return nil
	}
	if out.notice.Kind != storage.WeeklyNotice {
		folded, err := out.gather(r, event, now, outages)
		if err != nil || folded {
			return err
		}
		out.remindInTheMorning(event, now)
	}
	out.fly(now)
	return nil
}

// fly puts the notice into flight.
func (out *delivery) fly(now time.Time) {
	out.notice.Outcome, out.notice.Tried = storage.Sending, now
	out.notice.Attempts++
}

// justTold reports whether a message that was sent after the notice was due, and was as loud, has said it: after an outage a
// chat is told once how a stream stands.
func (out *delivery) justTold() bool {
	switch out.notice.Kind {
	case storage.AnnouncedNotice, storage.ReminderNotice, storage.ChangedNotice:
	default:
		return false
	}
	if out.notice.Rung == time.Hour && out.card.Opened && !out.asked {
		return true // announced so late that it rang at once: that ring stands for this reminder
	}
	if out.rings {
		return out.card.Rang.After(out.notice.Due)
	}
	return out.card.Sent.After(out.notice.Due)
}

// send words and sends a notice. An error of wording is the notice's own, and no reason to hold up others.
func (d *Dispatcher) send(ctx context.Context, now time.Time, out *delivery, sender bot.Sender) (bot.MessageID, error) {
	d.askRights(ctx, out, sender)
	post, err := d.compose(ctx, now, out.notice)
	if err != nil {
		return "", fmt.Errorf("compose: %w", err)
	}
	post.Silent = !out.rings
	ctx, cancel := inHand(ctx)
	defer cancel()
	return sender.Send(ctx, out.chat.Address, post, Nonce(out.notice))
}

// compose words a notice. A panic in it is an error like any other.
func (d *Dispatcher) compose(ctx context.Context, now time.Time, n storage.Notice) (post bot.Post, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	err = d.store.View(ctx, func(r storage.Reader) (err error) {
		post, err = d.composer.Notice(r, n, now)
		return err
	})
	return post, err
}

// inHand is the context of a call to a messenger. While stopping it goes on to its end, because of one that is broken off nobody
// knows whether it was taken.
func inHand(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
}

// Nonce names a notice to messengers that can tell a second sending from a second message: 25 characters.
func Nonce(n storage.Notice) string {
	sum := sha256.Sum256([]byte(storage.Key(n.Key()...)))
	return base32.StdEncoding.EncodeToString(sum[:])[:25]
}

// settle writes what became of a sending, and the card that it made.
func (d *Dispatcher) settle(ctx context.Context, now time.Time, out delivery, sender bot.Sender, id bot.MessageID, sendErr error) error {
	return d.conclude(ctx, now, out, d.outcome(ctx, now, out, sender, id, sendErr), sendErr)
}

// outcome is a notice as its sending leaves it.
func (d *Dispatcher) outcome(ctx context.Context, now time.Time, out delivery, sender bot.Sender, id bot.MessageID, sendErr error) storage.Notice {
	d.outages.note(out.notice.Messenger, sendErr, now)
	n := outcomeOf(out.notice, sender, sendErr, now)
	if errors.Is(sendErr, bot.ErrNoRoom) {
		n.Attempts-- // it is none: it was not made, because of the pace
		return n
	}
	if sendErr != nil {
		n.Note(now, tried(sendErr))
		d.log.Log(ctx, levelOf(!n.Owed()), "notice not sent", "kind", string(n.Kind), "stream", n.Stream, "chat", n.Chat,
			"attempt", n.Attempts, "outcome", string(n.Outcome), "error", sendErr)
	}
	n.Message, n.Rang = id, out.rings && sendErr == nil
	d.measure(n, now)
	return n
}

// measure counts what came of a sending.
func (d *Dispatcher) measure(n storage.Notice, now time.Time) {
	if n.Owed() {
		d.meter.Retried(n.Messenger)
		return
	}
	d.meter.Settled(n.Messenger, n.Outcome)
	if n.Outcome == storage.Sent {
		d.meter.Taken(n.Messenger, n.Kind.Lane(), n.Late(now), now)
	}
}

// conclude writes down what a sending came to. It has happened: that is done even while stopping.
func (d *Dispatcher) conclude(ctx context.Context, now time.Time, out delivery, n storage.Notice, sendErr error) error {
	return d.store.Update(context.WithoutCancel(ctx), func(tx storage.Tx) error {
		n, err := follow(tx, now, out.chat, n, sendErr)
		if err != nil {
			return err
		}
		if err := storage.Notices.Put(tx, n); err != nil {
			return err
		}
		if err := errors.Join(returnUnused(tx, n), noteReach(tx, now, out.chat, n, sendErr)); err != nil {
			return err
		}
		if n.Outcome != storage.Sent || out.stream == nil {
			return nil
		}
		return putCard(tx, now, out, n.Message)
	})
}

// levelOf is how loudly a failure is logged: what will be tried again is nobody's trouble yet.
func levelOf(final bool) slog.Level {
	if final {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// putCard makes a sent message the card of its stream; the one before is to shrink to a pointer.
func putCard(tx storage.Tx, now time.Time, out delivery, id bot.MessageID) error {
	card := storage.Card{
		Stream: out.stream.ID, Scope: out.stream.Scope, Chat: out.chat.ID, Message: id, Revision: out.stream.Revision,
		Asides: out.asides,
		Sent:   now, Rang: out.card.Rang, Replaced: out.card.Replaced, Opened: out.card.Opened,
	}
	if out.rings {
		card.Rang = now
		announces := out.notice.Kind == storage.AnnouncedNotice || out.notice.Kind.Gathers() && out.stream.Upcoming()
		card.Opened = card.Opened || announces
	}
	if out.card.Message != "" && out.card.Message != id && out.style != storage.MessagesStyle {
		card.Replaced = append(card.Replaced, out.card.Message)
	}
	if err := storage.Cards.Put(tx, card); err != nil {
		return err
	}
	// A redraw looks at all cards of the stream, so it is asked for only if this one needs it.
	seen, err := storage.Scoped{Reader: tx, Scope: out.chat.Scope()}.Stream(out.stream.ID)
	if err != nil || card.Shows(seen) && len(card.Replaced) == 0 {
		return err
	}
	return storage.Redraw(tx, out.stream.Scope, out.stream.ID, now)
}

// outcomeOf turns the result of a sending into the outcome of its notice. Where nobody knows whether it was taken, it is sent again to
// a messenger that would know it again.
func outcomeOf(n storage.Notice, sender bot.Sender, err error, now time.Time) storage.Notice {
	var refused *bot.RefusedError
	var unknown *bot.UnknownError
	switch {
	case err == nil:
		return settled(n, storage.Sent, "", now)
	case errors.Is(err, bot.ErrGone):
		return settled(n, storage.Refused, "why.gone", now)
	case errors.As(err, &refused):
		return settled(n, storage.Refused, "why.refused", now)
	case errors.As(err, &unknown):
		if n.Doubt.IsZero() {
			n.Doubt = n.Tried
		}
		if mayDouble(n, sender, now) {
			return settled(n, storage.Uncertain, "why.uncertain", now)
		}
	}
	n.Outcome, n.NotBefore = storage.Queued, now.Add(retryIn(n, err))
	if n.NotBefore.After(n.Until) {
		n.NotBefore = n.Until.Add(1) // when it is of no more use, which is said then
	}
	return n
}

// retryIn is how long to wait before a notice is sent again after an error.
func retryIn(n storage.Notice, err error) time.Duration {
	var retry *bot.RetryError
	_, moved := errors.AsType[*bot.MovedError](err)
	switch {
	case moved:
		return 0
	case errors.As(err, &retry) && retry.After > 0:
		return retry.After
	case unreachable(err):
		return min(backoff(n.Attempts), longestOutOfReach) // while it is, only one now and then is tried
	default:
		return backoff(n.Attempts)
	}
}

// tried says what came of an attempt that has failed: the key of a sentence, or the messenger's own words.
func tried(err error) string {
	var refused *bot.RefusedError
	var unknown *bot.UnknownError
	var retry *bot.RetryError
	switch _, moved := errors.AsType[*bot.MovedError](err); {
	case moved:
		return "tried.moved"
	case errors.Is(err, bot.ErrGone):
		return "tried.gone"
	case errors.As(err, &refused) && refused.Why != "":
		return refused.Why
	case errors.As(err, &unknown):
		return "tried.unknown"
	case errors.As(err, &retry) && retry.After > 0:
		return "tried.later"
	default:
		return "tried.failed"
	}
}

// backoff is how long to wait after a number of attempts: 2 s, doubled each time, up to 10 min.
func backoff(attempts int) time.Duration {
	const doublings = 9
	return min(firstRetry<<min(max(attempts-1, 0), doublings), lastRetry)
}
