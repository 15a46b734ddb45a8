package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// TestOrderFor: the narrowest watch that is not paused has the say on the style, all of them on the times.
func TestOrderFor(t *testing.T) {
	const m, h = time.Minute, time.Hour
	stream := storage.Stream{ID: "s1000", People: []string{"lei-jun"}, Guests: []string{"guest"}, Automakers: []string{"xiaomi"}}
	one, person, company := storage.OneStream("s1000"), storage.Person("lei-jun"), storage.Company("xiaomi")
	type watch struct {
		about  storage.Subject
		style  storage.Style
		before time.Duration
		paused bool
	}
	const card, messages = storage.CardStyle, storage.MessagesStyle
	for name, tt := range map[string]struct {
		watches []watch
		watched bool
		style   storage.Style
		before  []time.Duration
	}{
		"nobody watches":                      {nil, false, "", nil},
		"somebody else is watched":            {[]watch{{storage.Person("william-li"), card, h, false}}, false, "", nil},
		"a guest":                             {[]watch{{storage.Person("guest"), card, h, false}}, true, card, []time.Duration{h}},
		"a person before a company":           {[]watch{{company, card, h, false}, {person, messages, 10 * m, false}}, true, messages, []time.Duration{10 * m, h}},
		"a stream before a person":            {[]watch{{person, card, h, false}, {one, messages, h, false}}, true, messages, []time.Duration{h}},
		"a company before everything":         {[]watch{{storage.Everything, card, h, false}, {company, messages, h, false}}, true, messages, []time.Duration{h}},
		"a pause of the narrower":             {[]watch{{storage.Everything, card, h, false}, {person, messages, h, true}}, false, "", nil},
		"a pause of the wider":                {[]watch{{storage.Everything, card, m, true}, {person, messages, h, false}}, true, messages, []time.Duration{h}},
		"a pause of the narrower of as many":  {[]watch{{one, card, h, true}, {person, card, h, false}, {company, card, h, false}}, false, "", nil},
		"a pause of one that is not narrower": {[]watch{{person, card, 10 * m, true}, {person, messages, h, false}}, true, messages, []time.Duration{h}},
	} {
		t.Run(name, func(t *testing.T) {
			store := storagetest.Open(t, storage.Tables()...)
			var order storage.Order
			write(t, store, func(tx storage.Tx) error {
				chat, err := storage.OpenChat(tx, bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "one"})
				if err != nil {
					return err
				}
				for _, w := range tt.watches {
					wanted := storage.Watch{Subjects: []storage.Subject{w.about}, Style: w.style, Before: []time.Duration{w.before}}
					if w.paused {
						wanted.Paused = storage.Pause{Since: noon}
					}
					if _, err := storage.AddWatch(tx, noon, chat, wanted); err != nil {
						return err
					}
				}
				order, err = storage.OrderFor(tx, chat, stream, noon)
				return err
			})
			if order.Watched != tt.watched || order.Style != tt.style {
				t.Errorf("watched %t in style %q, want %t in %q", order.Watched, order.Style, tt.watched, tt.style)
			}
			if diff := cmp.Diff(tt.before, order.Before); diff != "" {
				t.Errorf("times (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRemindersAreNoWatches: a person's reminders are theirs alone and no watch of the chat.
func TestRemindersAreNoWatches(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	write(t, store, func(tx storage.Tx) error {
		chat, err := storage.OpenChat(tx, bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "one"})
		if err != nil {
			return err
		}
		_, err = storage.AddReminder(tx, chat, "anna", storage.Watch{
			Subjects: []storage.Subject{storage.Everything}, Before: []time.Duration{time.Hour},
		})
		if err != nil {
			return err
		}
		for person, want := range map[string]int{"anna": 1, "ann": 0, "bert": 0} {
			mine, err := storage.RemindersOf(tx, chat, person)
			if err != nil || len(mine) != want {
				t.Errorf("%s has %d reminders (%v), want %d", person, len(mine), err, want)
			}
		}
		watches, err := storage.WatchesOf(tx, chat)
		if len(watches) != 0 {
			t.Errorf("the chat has %d watches, want none", len(watches))
		}
		return err
	})
}

// TestSpent: a reminder of a single stream is spent when nothing is to come of the stream; others never are.
func TestSpent(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	for _, tt := range []struct {
		state     storage.State
		withdrawn bool
		want      bool
	}{
		{storage.Announced, false, false},
		{storage.Postponed, false, false},
		{storage.Due, false, false},
		{storage.Announced, true, true},
		{storage.Cancelled, false, true},
		{storage.Ended, false, true},
		{storage.Unseen, false, true},
	} {
		write(t, store, func(tx storage.Tx) error {
			s, err := storage.AddStream(tx, noon, storage.Stream{
				Scope: storage.Public, State: tt.state, Withdrawn: tt.withdrawn, Start: bot.NewWhen(noon.Add(time.Hour), time.UTC, bot.ToMinute),
			})
			if err != nil {
				return err
			}
			r := storage.Scoped{Reader: tx, Scope: storage.Public}
			got, err := storage.Spent(r, storage.Watch{Subjects: []storage.Subject{storage.OneStream(s.ID)}})
			if got != tt.want {
				t.Errorf("of a stream that is %s, withdrawn %t: spent %t, want %t", tt.state, tt.withdrawn, got, tt.want)
			}
			unknown, err2 := storage.Spent(r, storage.Watch{Subjects: []storage.Subject{storage.OneStream("s9999")}})
			always, err3 := storage.Spent(r, storage.Watch{Subjects: []storage.Subject{storage.Everything}})
			if !unknown || always {
				t.Errorf("of a stream that is not there: spent %t, want true; of everything: %t, want false", unknown, always)
			}
			return errors.Join(err, err2, err3)
		})
	}
}

// TestMentionsOfSeveralWatches: each name once, of the narrowest watch that has it; none of one that is paused or silenced.
func TestMentionsOfSeveralWatches(t *testing.T) {
	stream := storage.Stream{ID: "s1000", People: []string{"lei-jun"}, Automakers: []string{"xiaomi"}}
	store := storagetest.Open(t, storage.Tables()...)
	var order storage.Order
	write(t, store, func(tx storage.Tx) error {
		chat, err := storage.OpenChat(tx, bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "one"})
		if err != nil {
			return err
		}
		for _, w := range []storage.Watch{
			{Subjects: []storage.Subject{storage.Everything}, Mentions: []string{"@all", "@press"}, Paused: storage.Pause{Since: noon}},
			{Subjects: []storage.Subject{storage.Company("xiaomi")}, Mentions: []string{"@press", "@owners"}},
			{Subjects: []storage.Subject{storage.Person("lei-jun")}, Mentions: []string{"@press", "@drivers"}},
			{Subjects: []storage.Subject{storage.Person("william-li")}, Mentions: []string{"@nio"}},
		} {
			if _, err := storage.AddWatch(tx, noon, chat, w); err != nil {
				return err
			}
		}
		order, err = storage.OrderFor(tx, chat, stream, noon)
		return err
	})
	want := []storage.Mention{{Name: "@press", Watch: "w3"}, {Name: "@drivers", Watch: "w3"}, {Name: "@owners", Watch: "w2"}}
	if diff := cmp.Diff(want, order.Mentions); diff != "" {
		t.Errorf("mentions (-want +got):\n%s", diff)
	}
}
