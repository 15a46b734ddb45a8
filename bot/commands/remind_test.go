package commands_test

import (
	"fmt"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/storage"
)

// TestPersonHasTwentyReminders: a person has up to 20 of them, of which those of streams that are over do not count.
func TestPersonHasTwentyReminders(t *testing.T) {
	house := bottest.Open(t, time.Date(2024, time.May, 20, 10, 0, 0, 0, time.UTC))
	lines := 0
	say := func(person, line string) bot.Post {
		lines++
		post, _ := house.Router.Answer(t.Context(), bot.Inbound{
			ID: fmt.Sprint("line ", lines), Text: line, From: bot.User{ID: person},
			Chat: bot.Chat{Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "home", Kind: bot.Private, Zone: "UTC"},
		})
		return post
	}
	key := func(post bot.Post) string { return post.Headline[0].Key }
	var streams []storage.Stream
	for i := range storage.MaxReminders + 2 {
		err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
			s, err := storage.AddStream(tx, house.Now, storage.Stream{
				Scope: storage.Public, Automaker: "nio", State: storage.Announced,
				Start: bot.NewWhen(house.Now.Add(time.Duration(i+5)*time.Hour), time.UTC, bot.ToMinute),
			})
			streams = append(streams[:i], s)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range streams[:storage.MaxReminders] {
		if got := key(say("anna", "/remind "+s.ID)); got != "remind.one" {
			t.Fatalf("%s is answered %s, want remind.one", s.ID, got)
		}
	}
	next := "/remind " + streams[storage.MaxReminders].ID
	if got := key(say("anna", next)); got != "remind.too_many" {
		t.Errorf("one more is answered %s, want remind.too_many", got)
	}
	if got := key(say("anna", "/remind "+streams[0].ID+" 1h")); got != "remind.one" {
		t.Errorf("another time for one that is there is answered %s, want remind.one", got)
	}
	if got := key(say("bert", next)); got != "remind.one" {
		t.Errorf("somebody else's is answered %s, want remind.one", got)
	}
	err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
		over, err := streams[0].Cancel()
		if err != nil {
			return err
		}
		_, err = storage.SaveStream(tx, house.Now, over)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := key(say("anna", next)); got != "remind.one" {
		t.Errorf("once one of the streams is off, one more is answered %s, want remind.one", got)
	}
	if got := key(say("anna", "/reminders all")); got != "reminders.stopped_all" {
		t.Errorf("/reminders all is answered %s, want reminders.stopped_all", got)
	}
	if got := key(say("bert", "/reminders")); got != "reminders.count" {
		t.Errorf("afterwards somebody else's list is %s, want reminders.count", got)
	}
}
