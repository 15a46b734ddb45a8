package scheduler

import (
	"context"
	"slices"
	"time"

	"boardcast/bot"
	"boardcast/storage"
)

// mayMention reports whether notices of a kind mention people, where they make a sound: what is over, and what sums up, never
// does.
func mayMention(kind storage.NoticeKind) bool {
	switch kind {
	case storage.AnnouncedNotice, storage.ReminderNotice, storage.LiveNotice, storage.BackNotice, storage.ChangedNotice, storage.CancelledNotice:
		return true
	default:
		return false
	}
}

// mention decides whom a message that is put into flight mentions, and takes it off the budgets of the watches. What an attempt
// before took off them comes back first, so that a message counts once, however often it is tried.
func mention(tx storage.Tx, out *delivery, now time.Time) error {
	n := &out.notice
	if err := storage.ReturnMentions(tx, n.Mentions, false); err != nil {
		return err
	}
	n.Mentions = nil
	if n.Outcome != storage.Sending || !out.rings || !mayMention(n.Kind) || len(out.mentions) == 0 {
		return nil
	}
	spent, err := storage.SpendMentions(tx, now, out.chat, out.mentions)
	n.Mentions = spent
	return err
}

// askRights finds out whom boardcast may mention in the chat, where the messenger can tell. Where that cannot be found out, the
// messenger itself will decide.
func (d *Dispatcher) askRights(ctx context.Context, out *delivery, sender bot.Sender) {
	mentioning, ok := sender.(bot.Mentioning)
	names := namesIn(out.notice.Mentions)
	if !ok || len(names) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	allowed, err := mentioning.MayMention(ctx, out.chat.Address, names)
	if err != nil {
		d.log.Log(ctx, levelOf(false), "rights to mention not known", "chat", out.chat.ID, "error", err)
		return
	}
	for i, m := range out.notice.Mentions {
		if m.Left == "" && !slices.Contains(allowed, m.Name) {
			out.notice.Mentions[i].Left = storage.MentionForbidden
		}
	}
}

// namesIn are those who are mentioned.
func namesIn(mentions []storage.Mention) []string {
	var names []string
	for _, m := range mentions {
		if m.Left == "" {
			names = append(names, m.Name)
		}
	}
	return names
}

// returnUnused gives the budgets back what a message that is settled did not use.
func returnUnused(tx storage.Tx, n storage.Notice) error {
	if n.Owed() {
		return nil // it is tried again
	}
	return storage.ReturnMentions(tx, n.Mentions, n.Outcome == storage.Sent || n.Outcome == storage.Uncertain)
}
