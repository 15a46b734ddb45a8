package cards

import (
	"errors"
	"strconv"
	"strings"

	"boardcast/bot"
	"boardcast/storage"
)

// Chain tells how a notice about a stream came about, in words: who said what and when, what that was to the chat and what the rule
// for it is, which watch wanted it, and what became of it. What is no longer known of it is left out; what was said in another community is told
// to those who run boardcast alone, who are given no community.
func (v View) Chain(n storage.Notice, changes []storage.Entry, community storage.Scope) (bot.Text, error) {
	outcome, err := v.cameOf(n)
	if err != nil {
		return nil, err
	}
	settled := bot.Say("chain.outcome", bot.Args{"When": bot.At(n.Settled, bot.DayClock), "Outcome": outcome})
	if n.Owed() {
		settled = outcome
	}
	return bot.Join(" → ", observed(n, changes, community), decided(n), wanted(n), settled), nil
}

// observed says what was seen or said, by whom and when.
func observed(n storage.Notice, changes []storage.Entry, community storage.Scope) bot.Text {
	at := bot.At(n.Due, bot.DayClock)
	switch n.Kind {
	case storage.ReminderNotice:
		return bot.Say("chain.before", bot.Args{"At": at, "Before": bot.For(n.Rung)})
	case storage.RumourNotice:
		return bot.Say("chain.rumour", bot.Args{"At": at})
	case storage.MilestoneNotice, storage.CorrectedNotice:
		return bot.Say("chain.figures", bot.Args{"At": at})
	default:
		return change(n, changes, community)
	}
}

// change says who made the change that a notice tells of: somebody, a source, or nobody, where time itself did.
func change(n storage.Notice, changes []storage.Entry, community storage.Scope) bot.Text {
	for _, e := range changes {
		if !changedTo(e, n) {
			continue
		}
		at := bot.At(e.At, bot.DayClock)
		if e.Line == "" {
			return bot.Say("chain.source", bot.Args{"At": at, "Source": bot.Lit(e.By)})
		}
		if community != "" && e.Scope != community {
			return bot.Say("chain.elsewhere", bot.Args{"At": at})
		}
		if members := membersIn(e); members > 0 {
			return bot.Say("chain.members", bot.Args{"At": at, "Count": bot.N(members)})
		}
		by := bot.Lit(e.By)
		if e.By == "" {
			by = bot.Say("subject.somebody")
		}
		said := bot.Args{"At": at, "By": by, "Line": bot.Quote(e.Line)}
		if e.Undoes != "" {
			return bot.Say("chain.undone", said)
		}
		return bot.Say("chain.line", said)
	}
	return bot.Say("chain.itself", bot.Args{"At": bot.At(n.Due, bot.DayClock)})
}

// membersIn is how many members made a change together, whose names nobody is told; 0 if it was not members who did.
func membersIn(e storage.Entry) int {
	for _, c := range e.Changes {
		if c.Stream == nil || c.Stream.Before == nil || c.Stream.After == nil {
			continue
		}
		if sources := c.Stream.After.Sources; len(sources) > len(c.Stream.Before.Sources) {
			return sources[len(sources)-1].Members
		}
	}
	return 0
}

// changedTo reports whether an entry made the very change that a notice tells of.
func changedTo(e storage.Entry, n storage.Notice) bool {
	for _, c := range e.Changes {
		if c.Stream == nil || c.Stream.After == nil {
			continue
		}
		after := c.Stream.After
		if after.ID == n.Stream && after.Scope == n.Scope && strconv.Itoa(after.Revision) == n.Occurrence {
			return true
		}
	}
	return false
}

// decided says what it was to the chat, and what the rule for that is.
func decided(n storage.Notice) bot.Text {
	if n.Decided == nil {
		return nil
	}
	return bot.Say("chain.decided", bot.Args{
		"Event": bot.Say("event." + n.Decided.Event), "Rule": bot.Say("rule." + n.Decided.Action),
	})
}

// wanted says which watch or reminder wanted it.
func wanted(n storage.Notice) bot.Text {
	if n.Decided == nil || n.Decided.By == "" {
		return nil
	}
	said := bot.Args{"ID": bot.Lit(n.Decided.By)}
	if n.Decided.Others > 0 {
		said["Count"] = bot.N(n.Decided.Others)
		return bot.Say("chain.watches", said)
	}
	return bot.Say("chain.watch", said)
}

// cameOf says what became of a notice, how late, and where it is another one that says it, when that was sent.
func (v View) cameOf(n storage.Notice) (bot.Text, error) {
	outcome, err := v.became(n)
	if err != nil {
		return nil, err
	}
	if late := n.Settled.Sub(n.Due); n.Outcome == storage.Sent && late > sayLate {
		outcome = bot.Joined(bot.AsideMark, outcome, bot.Say("chain.late", bot.Args{"Late": bot.For(late)}))
	}
	by, err := v.saidBy(n)
	return bot.Joined(bot.AsideMark, outcome, by), err
}

// saidBy says when the message that says a notice was sent, or is to be.
func (v View) saidBy(n storage.Notice) (bot.Text, error) {
	kind, occurrence, ok := strings.Cut(n.Into, "/")
	if !ok || n.Outcome == storage.Sent {
		return nil, nil
	}
	chat, err := storage.Chats.Get(v, n.Chat)
	if err != nil {
		return nil, err
	}
	key := storage.Notice{Kind: storage.NoticeKind(kind), Occurrence: occurrence, Chat: n.Chat, Scope: chat.Scope()}.Key()
	other, err := storage.Notices.Get(v, key...)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case other.Owed():
		return bot.Say("chain.said_at", bot.Args{"At": bot.At(other.Due, bot.DayClock)}), nil
	case other.Outcome == storage.Sent:
		return bot.Say("chain.said_by", bot.Args{"At": bot.At(other.Settled, bot.DayClock)}), nil
	default:
		return v.became(other)
	}
}
