package scheduler

import (
	"context"
	"errors"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// aboutChat reports whether a notice tells of a chat as such, or of how boardcast itself is, and not of anything that is watched.
func aboutChat(kind storage.NoticeKind) bool {
	switch kind {
	case storage.SuspendedNotice, storage.ResumedNotice, storage.FellBackNotice, storage.WarningNotice:
		return true
	default:
		return false
	}
}

// decideAboutChat decides on word of a suspension or a move, which makes no sound, or a warning, which does by day; a pause is not against
// it. That another chat is suspended is not told any more once it is not.
func (out *delivery) decideAboutChat(r storage.Reader, now time.Time) error {
	n := out.notice
	if now.After(n.Until) {
		out.notice = settled(n, storage.Expired, "why.too_late", now)
		return nil
	}
	if n.Kind == storage.SuspendedNotice && n.Suspension != nil {
		other, err := storage.SuspensionOf(r, n.Suspension.Chat)
		if err != nil {
			return err
		}
		if other == nil || !other.Since.Equal(n.Suspension.Since) {
			out.notice = settled(n, storage.Folded, "why.overtaken", now)
			return nil
		}
	}
	if !out.waits(now) {
		out.rings = n.Kind == storage.WarningNotice && !out.chat.Quiet.Covers(now.In(out.chat.Location()))
		out.fly(now)
	}
	return nil
}

// withhold settles a notice that was to go to a chat that is suspended, without an attempt, unless it is time to try again
// whether it still is.
func withhold(tx storage.Tx, out *delivery, now time.Time) error {
	n := out.notice
	sending := n.Outcome == storage.Sending
	if !sending && n.Why != "why.on_card" {
		return nil
	}
	s, err := storage.SuspensionOf(tx, n.Chat)
	if err != nil || s == nil || sending && !now.Before(s.Probe) {
		return err
	}
	if sending {
		n.Attempts-- // it is none
	}
	n.Suspension = s
	out.notice = settled(n, storage.Refused, "why.suspended", now)
	if n.Kind == storage.ResumedNotice {
		return nil
	}
	return s.Withhold(tx)
}

// noteReach writes down what a sending says about its chat: that it is out of reach, or that it is not, or nothing.
func noteReach(tx storage.Tx, now time.Time, chat storage.Chat, n storage.Notice, sendErr error) error {
	if why, reason := outOfReach(sendErr); why != "" {
		missed := 1
		if n.Kind == storage.ResumedNotice {
			missed = 0 // it says how many were
		}
		return storage.Suspend(tx, now, chat, why, reason, missed)
	}
	if n.Outcome != storage.Sent {
		return nil
	}
	return storage.Reached(tx, now, chat)
}

// suspend notes that an edit has found a chat gone. Its card stays as it is: it is drawn once the chat is within reach again.
func (d *Dispatcher) suspend(ctx context.Context, now time.Time, chat storage.Chat) error {
	return d.store.Update(context.WithoutCancel(ctx), func(tx storage.Tx) error {
		return storage.Suspend(tx, now, chat, "suspended.gone", "", 0)
	})
}

// outOfReach returns the key of the sentence that says why a chat cannot be reached, and the messenger's words; no key if the
// error does not say that it cannot.
func outOfReach(err error) (why, reason string) {
	var refused *bot.RefusedError
	switch {
	case errors.Is(err, bot.ErrGone):
		return "suspended.gone", ""
	case errors.As(err, &refused):
		return "suspended.refused", refused.Why
	default:
		return "", ""
	}
}
