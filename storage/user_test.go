package storage_test

import (
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func TestUsersAreThoseWhoHaveSetSomething(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	nobody := storage.User{Messenger: bot.Console, ID: "ann"}
	french := storage.User{Messenger: bot.Console, ID: "ann", Locale: "fr"}
	inParis := storage.User{Messenger: bot.Console, ID: "ann", Locale: "fr", Zone: "Europe/Paris"}
	for _, want := range []storage.User{nobody, french, inParis, nobody} {
		err := store.Update(t.Context(), func(tx storage.Tx) error { return storage.SaveUser(tx, want) })
		if err != nil {
			t.Fatal(err)
		}
		err = store.View(t.Context(), func(r storage.Reader) error {
			got, err := storage.SeeUser(r, bot.Console, "ann")
			if got != want {
				t.Errorf("after %+v was saved, it is %+v", want, got)
			}
			kept, _ := storage.Users.Has(r, string(bot.Console), "ann")
			if kept != (want != nobody) {
				t.Errorf("a record of %+v is kept: %t", want, kept)
			}
			if other, _ := storage.SeeUser(r, "telegram", "ann"); other.Locale != "" {
				t.Errorf("Ann of another messenger has %+v", other)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestUsersZoneStandsBeforeTheChats(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ zone, want string }{{"", "UTC"}, {"Europe/Paris", "Europe/Paris"}, {"No/Where", "UTC"}}
	for _, tt := range tests {
		if got := (storage.User{Zone: tt.zone}).Location(time.UTC); got.String() != tt.want {
			t.Errorf("a user of %q in a chat in UTC is in %s, want %s", tt.zone, got, tt.want)
		}
	}
	if got := (storage.User{}).Location(paris); got != paris {
		t.Errorf("a user who set nothing is in %s, want the chat's", got)
	}
}

// Notices to a private chat are read by its person; what a group reads is not for whoever speaks first to say.
func TestPrivateChatsOpenInTheLanguageOfTheirPerson(t *testing.T) {
	tests := []struct {
		kind           bot.ChatKind
		place, by, set string
	}{
		{bot.Private, "", "zh-hans", "zh-hans"},
		{bot.Private, "fr", "zh-hans", "fr"},
		{bot.Group, "", "zh-hans", ""},
	}
	for _, tt := range tests {
		act := storage.Act{
			Inbound: "1", Line: "/x", By: bot.User{ID: "ann", Name: "Ann", Locale: tt.by},
			Place: bot.Chat{
				Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Community: "c", Kind: tt.kind, Locale: tt.place,
			},
		}
		var got string
		_, err := storage.Do(t.Context(), storagetest.Open(t, storage.Tables()...), act,
			func(_ storage.Tx, chat storage.Chat, _ *storage.Entry) error {
				got = chat.Locale
				return nil
			})
		if err != nil || got != tt.set {
			t.Errorf("a %s chat in %q of somebody in %q opens in %q, %v; want %q", tt.kind, tt.place, tt.by, got, err, tt.set)
		}
	}
}
