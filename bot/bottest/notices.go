package bottest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/scheduler"
)

// office is the scheduler of a House, with a messenger whose every delivery is read.
type office struct {
	planner    *scheduler.Planner
	dispatcher *scheduler.Dispatcher
	read       *reader
}

// reader is a messenger that notes what was delivered since it was looked at last.
type reader struct {
	*Sender
	delivered []delivery
}

// delivery is a message, or an edit of one.
type delivery struct {
	to   bot.ChatID
	post bot.Post
	edit bool
}

// Send implements [bot.Sender].
func (r *reader) Send(ctx context.Context, to bot.ChatID, p bot.Post, nonce string) (bot.MessageID, error) {
	id, err := r.Sender.Send(ctx, to, p, nonce)
	if err == nil {
		r.delivered = append(r.delivered, delivery{to: to, post: p})
	}
	return id, err
}

// Edit implements [bot.Sender].
func (r *reader) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	id, err := r.Sender.Edit(ctx, to, id, p)
	if err == nil {
		r.delivered = append(r.delivered, delivery{to: to, post: p, edit: true})
	}
	return id, err
}

// openOffice begins to plan and send for a House.
func openOffice(tb testing.TB, h *House) *office {
	tb.Helper()
	planner, err := scheduler.NewPlanner(h.Store, nil)
	if err != nil {
		tb.Fatal(err)
	}
	read := &reader{Sender: NewSender(func() time.Time { return h.Now })}
	log := slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	senders := map[bot.Messenger]bot.Sender{bot.Console: read}
	return &office{
		planner: planner, read: read,
		dispatcher: scheduler.NewDispatcher(h.Store, cards.Composer{Words: h.Words, Started: h.Now}, senders, nil, log),
	}
}

// work lets the time pass until to, stopping wherever the scheduler wants to be called.
func (o *office) work(tb testing.TB, h *House, to time.Time, tell func()) {
	tb.Helper()
	const bound = 10_000
	for range bound {
		next := o.settle(tb, h)
		tell()
		if next.IsZero() || next.After(to) {
			h.Now = to
			return
		}
		h.Now = next
	}
	tb.Fatalf("the scheduler did not come to rest before %s", to)
}

// settle does all that is due and returns when there will be more, or zero.
func (o *office) settle(tb testing.TB, h *House) time.Time {
	tb.Helper()
	next, err := o.planner.Tick(tb.Context(), h.Now)
	if err != nil {
		tb.Fatalf("tick at %s: %v", h.Now, err)
	}
	later, err := o.dispatcher.Drain(tb.Context(), h.Now)
	if err != nil {
		tb.Fatalf("drain at %s: %v", h.Now, err)
	}
	if next.IsZero() || !later.IsZero() && later.Before(next) {
		next = later
	}
	if !next.IsZero() && !next.After(h.Now) {
		tb.Fatalf("asked to be called at %s, which is not after %s", next, h.Now)
	}
	return next
}

// tell writes what was delivered since the last time: "<!" before a message that makes a sound, "<" before one that does
// not, "~" before an edit, each with the chat and its clock.
func (p *player) tell() {
	for _, d := range p.office.read.delivered {
		p.see(d.post)
		mark := "<!"
		switch {
		case d.edit:
			mark = "~"
		case d.post.Silent:
			mark = "<"
		}
		fmt.Fprintf(&p.out, "  %s %s %s\n", mark, d.to.Key, p.house.Now.In(d.post.Zone).Format("15:04"))
		for line := range strings.Lines(Render(bot.Voice{Words: p.house.Words, Now: p.house.Now}, d.post)) {
			p.out.WriteString("    " + line)
		}
	}
	p.office.read.delivered = nil
}
