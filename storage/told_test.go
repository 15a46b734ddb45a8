package storage_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

func TestChatsAreFoundAsPeopleNameThem(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	for i, title := range []string{"Car fans", "Car fans of Paris", "车友群", ""} {
		write(t, store, func(tx storage.Tx) error {
			_, err := storage.OpenChat(tx, bot.Chat{
				Address: bot.ChatID{Messenger: bot.Console, Key: fmt.Sprint("-100", i)}, Community: "one", Title: title,
			})
			return err
		})
	}
	for words, want := range map[string][]string{
		"c2": {"c2"}, "C2": {"c2"}, "c9": nil, "car fans": {"c1"}, "fans": {"c1", "c2"}, "PARIS": {"c2"}, "车友": {"c3"},
		"-1003": {"c4"}, "nobody": nil, "": nil, "…": nil,
	} {
		var got []string
		read(t, store, func(r storage.Reader) error {
			got = nil
			chats, err := storage.ChatsNamed(r, words, 10)
			for _, chat := range chats {
				got = append(got, chat.ID)
			}
			return err
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", words, diff)
		}
	}
}

// TestWhatAChatIsOwedAndWhatAStreamHasTold: of one chat or one stream alone, settled or not.
func TestWhatAChatIsOwedAndWhatAStreamHasTold(t *testing.T) {
	store := storagetest.Open(t)
	home := storage.Chat{ID: "c1", Address: bot.ChatID{Messenger: bot.Console}}
	write(t, store, func(tx storage.Tx) error {
		if err := storage.Communities.Put(tx, storage.Community{ID: "g1", Messenger: bot.Console, Key: "one"}); err != nil {
			return err
		}
		for i, n := range []storage.Notice{
			{Stream: "s1", Chat: "c1", Outcome: storage.Queued},
			{Stream: "s1", Chat: "c2", Outcome: storage.Queued},
			{Stream: "s1", Chat: "c1", Outcome: storage.Sent},
			{Stream: "s2", Chat: "c1", Outcome: storage.Sending},
			{Scope: "g1", Stream: "s1", Chat: "c1", Outcome: storage.Folded},
		} {
			if n.Scope == "" {
				n.Scope = storage.Public
			}
			n.Kind, n.Occurrence, n.Messenger, n.Due = storage.LiveNotice, strconv.Itoa(i), bot.Console, hour(i)
			if err := storage.Notices.Put(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	occurrences := func(notices []storage.Notice, err error) (got []string, _ error) {
		for _, n := range notices {
			got = append(got, n.Occurrence)
		}
		return got, err
	}
	read(t, store, func(r storage.Reader) error {
		notices, all, err := storage.OwedTo(r, home, 10, 100)
		owed, err := occurrences(notices, err)
		if !all {
			t.Error("there is more than was looked at")
		}
		if diff := cmp.Diff([]string{"3", "0"}, owed); diff != "" || err != nil {
			t.Errorf("owed (-want +got):\n%s%v", diff, err)
		}
		told, err := occurrences(storage.NoticesAbout(r, "s1", 10))
		if diff := cmp.Diff([]string{"0", "1", "2", "4"}, told); diff != "" || err != nil {
			t.Errorf("about s1 (-want +got):\n%s%v", diff, err)
		}
		return nil
	})
}
