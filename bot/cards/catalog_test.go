package cards_test

import (
	"fmt"
	"testing"
	"time"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// reader reads posts as people see them, and checks what holds for all.
type reader struct {
	t     *testing.T
	words bot.Words
	view  cards.View
	read  int
}

// look checks a post: it can be worded, and its headline is a line that a phone shows whole. The words of bottest fail the
// test for a message that is not there or lacks an argument.
func (r *reader) look(what string, post bot.Post, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Errorf("%s: %v", what, err)
		return
	}
	r.read++
	post.Locale, post.Zone = r.view.Locale, r.view.Zone
	voice := bot.Voice{Words: r.words, Locale: r.view.Locale, Zone: r.view.Zone, Now: r.view.Now}
	headline := voice.Plain(post.Headline)
	if n := utf8.RuneCountInString(headline); n == 0 || n > bottest.MaxHeadline {
		r.t.Errorf("%s: a headline of %d characters: %s", what, n, headline)
	}
	other := bot.Voice{Words: r.words, Locale: post.Also.Locale, Zone: r.view.Zone, Now: r.view.Now}
	if n := utf8.RuneCountInString(other.Plain(post.Also.Text)); n > bottest.MaxHeadline {
		r.t.Errorf("%s: a second headline of %d characters: %s", what, n, other.Plain(post.Also.Text))
	}
	if wrong := bottest.TooLong(voice, post); wrong != "" {
		r.t.Errorf("%s: %s", what, wrong)
	}
}

// onCatalog calls fn with the starter catalog as it stands in 2026, as somebody in Paris sees it, in each language.
func onCatalog(t *testing.T, fn func(r *reader, streams []storage.Stream)) {
	t.Helper()
	house := bottest.Open(t, time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC))
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	err = house.Store.View(t.Context(), func(r storage.Reader) error {
		streams := all(t, storage.Streams.Scan(r))
		if len(streams) == 0 {
			t.Error("the catalog has no streams")
		}
		for _, locale := range house.Words.Locales() {
			view := cards.View{
				Scoped: storage.Scoped{Reader: r, Scope: storage.Public},
				Words:  house.Words, Locale: locale, Zone: paris, Now: house.Now,
			}
			fn(&reader{t: t, words: house.Words, view: view}, streams)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func all[V any](t *testing.T, seq func(func(V, error) bool)) []V {
	t.Helper()
	var list []V
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func TestEveryStreamHasACardInEveryState(t *testing.T) {
	onCatalog(t, func(r *reader, streams []storage.Stream) {
		states := []storage.State{
			storage.Announced, storage.Due, storage.Live, storage.Ended, storage.Postponed, storage.Cancelled, storage.Unseen,
		}
		for _, s := range streams {
			for _, state := range states {
				for _, withdrawn := range []bool{false, true} {
					s.State, s.Withdrawn, s.Confirmed = state, withdrawn, withdrawn
					what := fmt.Sprintf("%s, %s, withdrawn %t", s.ID, state, withdrawn)
					post, err := r.view.Stream(s)
					r.look(what, post, err)
					post, err = cards.Composer{Words: r.words}.Pointer(r.view, storage.Chat{}, s, r.view.Now)
					r.look("pointer to "+what, post, err)
				}
			}
		}
	})
}

func TestEverybodyHasAProfile(t *testing.T) {
	onCatalog(t, func(r *reader, _ []storage.Stream) {
		for _, person := range all(t, storage.Executives.Scan(r.view)) {
			post, err := r.view.Profile(person.ID)
			r.look(person.ID, post, err)
		}
		for _, automaker := range all(t, storage.Automakers.Scan(r.view)) {
			post, err := r.view.CompanyProfile(automaker.ID)
			r.look(automaker.ID, post, err)
		}
		post, err := r.view.Everyone()
		for i, block := range post.Body {
			if list, ok := block.(bot.List); ok {
				post.Body[i] = bot.List{Items: list.Items[:bottest.MaxItems]} // the command shows it in pages
			}
		}
		r.look("everyone", post, err)
	})
}

func TestEveryWeekHasASummary(t *testing.T) {
	onCatalog(t, func(r *reader, streams []storage.Stream) {
		weeks := map[storage.ISOWeek]bool{storage.WeekOf(r.view.Now): true}
		for _, s := range streams {
			weeks[storage.WeekOf(s.Start.At)] = true
		}
		for week := range weeks {
			post, err := r.view.Week(week)
			r.look(week.String(), post, err)
		}
	})
}

// Notices are put before the streams of the catalog as if each were announced for the next hour.
func TestEveryNoticeHasAHeadline(t *testing.T) {
	kinds := []storage.NoticeKind{
		storage.AnnouncedNotice, storage.ReminderNotice, storage.LiveNotice, storage.ChangedNotice, storage.CancelledNotice,
		storage.EndedNotice,
	}
	house := bottest.Open(t, time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC))
	var streams []storage.Stream
	chats := map[string]string{"c1": "en", "c2": "zh", "c3": "fr"}
	chat := storage.Chat{Community: "g1", Address: bot.ChatID{Messenger: bot.Console, Key: "home"}, Zone: "Europe/Paris"}
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		streams = all(t, storage.Streams.Scan(r))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range streams {
		s.State, s.Earlier = storage.Announced, []bot.When{s.Start}
		s.Start = bot.NewWhen(house.Now.Add(time.Hour), time.UTC, bot.ToMinute)
		err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
			for id, locale := range chats {
				chat.ID, chat.Locale, chat.Also = id, locale, "fr"
				if err := storage.Chats.Put(tx, chat); err != nil {
					return err
				}
			}
			_, err := storage.SaveStream(tx, house.Now, s)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = house.Store.View(t.Context(), func(r storage.Reader) error {
		for id, locale := range chats {
			chat.ID, chat.Locale, chat.Also = id, locale, "fr"
			reads := &reader{t: t, words: house.Words, view: cards.ForChat(r, house.Words, chat, house.Now)}
			for _, s := range streams {
				for _, kind := range kinds {
					n := storage.Notice{Chat: id, Kind: kind, Stream: s.ID, Due: house.Now.Add(-time.Hour)}
					post, err := cards.Composer{Words: house.Words, Started: house.Now}.Notice(r, n, house.Now)
					reads.look(locale+" "+s.ID+" "+string(kind), post, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A list of very many streams says how many it leaves out.
func TestListFitsAPhone(t *testing.T) {
	onCatalog(t, func(r *reader, streams []storage.Stream) {
		list, err := r.view.List(nil, streams)
		if err != nil {
			t.Fatal(err)
		}
		post := bot.Post{Headline: bot.Lit("list"), Body: []bot.Block{list}}
		r.look("a list", post, nil)
		voice := bot.Voice{Words: r.words, Locale: "en", Zone: r.view.Zone, Now: r.view.Now}
		got := voice.Plain(list.Items[len(list.Items)-1])
		if want := fmt.Sprintf("…and %d more", len(streams)-10); got != want {
			t.Errorf("the list ends with %q, want %q", got, want)
		}
	})
}
