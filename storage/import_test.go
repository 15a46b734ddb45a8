package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/storage"
	"boardcast/storage/storagetest"
)

// fill gives a store something of everything: more than fits into one Update of the tightest engine.
func fill(t *testing.T, store storage.Store) {
	t.Helper()
	for i := range 40 {
		write(t, store, func(tx storage.Tx) error {
			chat, err := storage.OpenChat(tx, bot.Chat{
				Address: bot.ChatID{Messenger: bot.Console, Key: fmt.Sprintf("chat %d", i)}, Community: "one", Title: "<A & B>",
			})
			if err != nil {
				return err
			}
			_, err = storage.AddWatch(tx, hour(0), chat, storage.Watch{Subjects: []storage.Subject{storage.Person("lei-jun")}})
			if err != nil {
				return err
			}
			scope := storage.Public
			if i%2 == 1 {
				scope = chat.Scope()
			}
			stream, err := storage.AddStream(tx, hour(0), storage.Stream{
				Scope: scope, People: []string{"lei-jun"}, State: storage.Announced,
				Start: bot.NewWhen(hour(8+i), chat.Location(), bot.ToMinute),
			})
			if err != nil {
				return err
			}
			err = storage.AddReading(tx, stream.Scope, stream.ID, storage.Reading{Metric: "douyin.entered", Value: 39e6, At: hour(10)})
			if err != nil {
				return err
			}
			return storage.Owe(tx, storage.Notice{
				Kind: storage.LiveNotice, Scope: stream.Scope, Stream: stream.ID, Occurrence: "1", Chat: chat.ID, Messenger: bot.Console,
			})
		})
	}
}

// exported is a part of a store as Export writes it, but for the head.
func exported(t *testing.T, store storage.Store, what storage.Part) string {
	t.Helper()
	var b bytes.Buffer
	read(t, store, func(r storage.Reader) error {
		b.Reset()
		_, err := storage.Export(r, &b, storage.ExportHead{Program: "v1", Made: hour(1), What: what}, storage.Tables()...)
		return err
	})
	head, lines, _ := strings.Cut(b.String(), "\n")
	want := fmt.Sprintf(`{"boardcast":"export","format":1,"program":"v1","schema":0,"made":"2024-05-20T01:00:00Z","what":%q}`, what)
	if head != want { // no program has started on this store: it does not say its schema
		t.Errorf("head = %s, want %s", head, want)
	}
	return lines
}

func head() string {
	return `{"boardcast":"export","format":1,"program":"v1","made":"2024-05-20T01:00:00Z","what":"all"}` + "\n"
}

func load(store storage.Store, lines string, mode storage.ImportMode) ([]storage.TableImport, error) {
	_, report, err := storage.Import(context.Background(), store, strings.NewReader(head()+lines), mode, hour(5), storage.Tables()...)
	return report, err
}

// TestAnExportMakesTheSameStore, to the byte, with all indexes, and without what belongs to messages that were sent.
func TestAnExportMakesTheSameStore(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	fill(t, store)
	lines := exported(t, store, storage.PartAll)
	for _, table := range []string{"notice", "card", "refresh", "restore"} {
		if strings.Contains(lines, `"table":"`+table+`"`) {
			t.Errorf("the export has %ss", table)
		}
	}
	again := storagetest.Open(t, storage.Tables()...)
	if _, err := load(again, lines, storage.ImportAll); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lines, exported(t, again, storage.PartAll)); diff != "" {
		t.Errorf("the second store (-want +got):\n%s", diff)
	}
	read(t, again, func(r storage.Reader) error {
		watches, err := storage.WatchesOf(r, storage.Chat{ID: "c1"})
		if len(watches) != 1 {
			t.Errorf("the first chat has %d watches, want 1", len(watches))
		}
		return err
	})
}

// TestAPartHasItsTablesAlone.
func TestAPartHasItsTablesAlone(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	fill(t, store)
	for part, table := range map[storage.Part]string{storage.PartStreams: "stream", storage.PartChats: "watch"} {
		lines := exported(t, store, part)
		for _, other := range []string{"stream", "watch", "moment", "id"} {
			if got := strings.Contains(lines, `"table":"`+other+`"`); got != (other == table) {
				t.Errorf("%s has %ss: %t", part, other, got)
			}
		}
	}
}

// TestAMergeTakesWhatIsPublic: streams of communities, chats and the ids stay out. What came is to be reminded of, nobody is
// told of it, and its id is not given again.
func TestAMergeTakesWhatIsPublic(t *testing.T) {
	store := storagetest.Open(t, storage.Tables()...)
	fill(t, store)
	lines := exported(t, store, storage.PartAll)
	other := storagetest.Open(t, storage.Tables()...)
	for range 2 { // once more changes nothing
		report, err := load(other, lines, storage.ImportMerge)
		if err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, table := range report {
			left = append(left, fmt.Sprintf("%s %d", table.Table, table.Left))
		}
		want := []string{"stream 20", "reading 20", "rollup 40", "community 1", "chat 40"} // rollups are worked out anew
		if diff := cmp.Diff(want, left[:5]); diff != "" {
			t.Errorf("left out (-want +got):\n%s", diff)
		}
	}
	var next string
	write(t, other, func(tx storage.Tx) (err error) {
		next, err = storage.NextID(tx, "s")
		return err
	})
	if want := "s1019"; next != want {
		t.Errorf("the next stream is %s, want %s", next, want)
	}
	read(t, other, func(r storage.Reader) error {
		kinds := map[storage.NoticeKind]int{}
		for moment, err := range storage.Moments.Scan(r) {
			if err != nil {
				return err
			}
			if !moment.At.After(hour(5)) {
				t.Errorf("%s of %s is due already", moment.Kind, moment.Stream)
			}
			kinds[moment.Kind]++
		}
		if diff := cmp.Diff(map[storage.NoticeKind]int{storage.ReminderNotice: 20}, kinds); diff != "" {
			t.Errorf("moments (-want +got):\n%s", diff)
		}
		return nil
	})
}

// TestAnImportCanBeRepeatedAfterACrash: it comes to the same.
func TestAnImportCanBeRepeatedAfterACrash(t *testing.T) {
	full := storagetest.Open(t, storage.Tables()...)
	fill(t, full)
	lines := exported(t, full, storage.PartAll)
	once := storagetest.Open(t, storage.Tables()...)
	if _, err := load(once, lines, storage.ImportMerge); err != nil {
		t.Fatal(err)
	}
	want := exported(t, once, storage.PartAll)
	for n := 1; ; n++ {
		store := storagetest.Open(t, storage.Tables()...)
		faulty := storagetest.Faulty(store, n, storagetest.KillAfter)
		_, err := load(faulty, lines, storage.ImportMerge)
		if !faulty.Struck() {
			break
		}
		if !errors.Is(err, storagetest.ErrKilled) {
			t.Fatalf("killed at %d: %v", n, err)
		}
		if _, err := load(store, lines, storage.ImportMerge); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, exported(t, store, storage.PartAll)); diff != "" {
			t.Errorf("killed at %d (-want +got):\n%s", n, diff)
		}
	}
}

func TestMistakesOfAnExportAreSaidAtOnce(t *testing.T) {
	many := strings.Repeat("x\n", 100)
	for name, c := range map[string]struct{ lines, want string }{
		"no end":        {`{"table":"chat","version":1,"record":{"id":"c1"}}`, "line 3: the end is missing: the file was cut off"},
		"wrong end":     {`{"end":true,"lines":7}`, "line 2: lines are missing or were added: there are 0, not 7\nline 3: the end is missing: the file was cut off"},
		"behind it":     {"{\"end\":true}\n{}", "line 3: it stands behind the end"},
		"twice":         {"{\"table\":\"chat\",\"version\":1,\"record\":{\"id\":\"c1\"}}\n{\"table\":\"chat\",\"version\":1,\"record\":{\"id\":\"c1\"}}\n{\"end\":true,\"lines\":2}", "line 3: chat: the same record stands in the file twice"},
		"no key":        {"{\"table\":\"chat\",\"version\":1,\"record\":{}}\n{\"end\":true,\"lines\":1}", `line 2: chat: chat: put: key [""] has an empty part`},
		"no version":    {"{\"table\":\"chat\",\"record\":{}}\n{\"end\":true,\"lines\":1}", "line 2: chat: it has no version"},
		"unknown table": {"{\"table\":\"car\"}\n{\"end\":true,\"lines\":1}", `line 2: there is no table "car"`},
		"sent":          {"{\"table\":\"notice\"}\n{\"end\":true,\"lines\":1}", "line 2: notices belong to messages that were sent, and cannot be imported"},
		"in order":      {"{\"table\":\"chat\",\"record\":{}}\nx\n{\"end\":true,\"lines\":2}", "line 2: chat: it has no version\nline 3: not a line of an export: invalid character 'x' looking for beginning of value"},
	} {
		_, err := load(storagetest.Open(t), c.lines, storage.ImportAll)
		if _, ok := errors.AsType[*storage.ImportError](err); !ok || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	_, err := load(storagetest.Open(t), many, storage.ImportAll)
	if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "there may be more: the rest of the file was not read") {
		t.Errorf("many mistakes: %v", err)
	}
	_, _, err = storage.Import(t.Context(), storagetest.Open(t), strings.NewReader("SQLite"), storage.ImportAll, hour(5))
	if want := "line 1: this is not an export of boardcast"; err == nil || err.Error() != want {
		t.Errorf("another file: %v, want %s", err, want)
	}
	newer := fmt.Sprintf(`{"boardcast":"export","format":1,"schema":%d}`, len(storage.Steps())+1)
	_, _, err = storage.Import(t.Context(), storagetest.Open(t), strings.NewReader(newer), storage.ImportAll, hour(5))
	if err == nil || !strings.HasPrefix(err.Error(), "line 1: the store was written by a newer boardcast") {
		t.Errorf("of a newer schema: %v", err)
	}
}

// TestARecordOfANewerVersionIsRefused, going out and coming in.
func TestARecordOfANewerVersionIsRefused(t *testing.T) {
	store := storagetest.Open(t)
	putTalks(t, store) // of version 1
	write(t, store, func(tx storage.Tx) error { return talkTable(3).Put(tx, someTalks()[0]) })
	read(t, store, func(r storage.Reader) error {
		for _, err := range talkTable(2).Dump(r) {
			if !errors.Is(err, storage.ErrNewer) {
				t.Errorf("Dump: %v, want %v", err, storage.ErrNewer)
			}
		}
		return nil
	})
	write(t, store, func(tx storage.Tx) error {
		if _, err := talkTable(2).Load(tx, 3, []byte(`{"scope":"public","id":"s9"}`)); !errors.Is(err, storage.ErrNewer) {
			t.Errorf("Load: %v, want %v", err, storage.ErrNewer)
		}
		if loaded, err := talkTable(2).Load(tx, 1, []byte(`{"scope":"public","id":"s9"}`)); err != nil || loaded != storage.LoadedNew {
			t.Errorf("Load of an earlier version: %v, %v", loaded, err)
		}
		return nil
	})
}
