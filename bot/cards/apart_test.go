package cards_test

import (
	"slices"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func TestCardsSayByThemselvesWhoseStreamItIs(t *testing.T) {
	onCatalog(t, func(r *reader, streams []storage.Stream) {
		at := slices.IndexFunc(streams, func(s storage.Stream) bool { return s.ID == "s7k" })
		if at < 0 {
			t.Fatal("the catalog has no stream s7k")
		}
		post, err := r.view.Stream(streams[at])
		if err != nil {
			t.Fatal(err)
		}
		voice := bot.Voice{Words: r.words, Locale: r.view.Locale, Zone: r.view.Zone, Now: r.view.Now}
		want := map[string]string{"en": "Lei Jun 雷军 · Xiaomi", "fr": "Lei Jun 雷军 · Xiaomi", "zh": "雷军 · 小米"}[r.view.Locale]
		if got := voice.Plain(post.Author); got != want {
			t.Errorf("%s: the author is %q, want %q", r.view.Locale, got, want)
		}
		if got := voice.Plain(post.Title); got != streams[at].Titles.In(r.view.Locale) {
			t.Errorf("%s: the title is %q", r.view.Locale, got)
		}
		profile, err := r.view.Profile("lei-jun")
		if got := voice.Plain(profile.Author); err != nil || got != want {
			t.Errorf("%s: the author of a profile is %q, %v, want %q", r.view.Locale, got, err, want)
		}
	})
}

func TestTheAccentSaysHowAStreamStands(t *testing.T) {
	house := bottest.Open(t, time.Date(2026, time.June, 30, 10, 0, 0, 0, time.UTC))
	accents := map[storage.State]bot.Accent{
		storage.Announced: bot.ComingAccent, storage.Due: bot.ComingAccent, storage.Live: bot.LiveAccent, storage.Ended: bot.PastAccent,
		storage.Postponed: bot.OffAccent, storage.Cancelled: bot.OffAccent, storage.Unseen: bot.OffAccent, storage.Unstarted: bot.OffAccent,
	}
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		view := cards.View{Scoped: storage.Scoped{Reader: r, Scope: storage.Public}, Words: house.Words, Locale: "en", Zone: time.UTC, Now: house.Now}
		for state, want := range accents {
			for _, withdrawn := range []bool{false, true} {
				post, err := view.Stream(storage.Stream{ID: "x", Automaker: "nio", State: state, Withdrawn: withdrawn})
				if withdrawn {
					want = bot.OffAccent
				}
				if err != nil || post.Accent != want {
					t.Errorf("%s, withdrawn %v: the accent %v, %v, want %v", state, withdrawn, post.Accent, err, want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyRemindersAndStartsAreSpread(t *testing.T) {
	spread := map[bool][]string{}
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en", Now: time.Date(2024, time.May, 20, 3, 0, 0, 0, time.UTC)}
	bottest.PlayTo(t, `
@ notices
> /watch add xiaomi
> /stream add lei jun in 40m "Q and A" platform=douyin
@ 35m
@ 10m
> /stream start lei jun
@ 1h
> /stream end lei jun
`, func(p bot.Post) {
		voice.Zone = p.Zone
		said := voice.Plain(p.Headline)
		if !slices.Contains(spread[p.Spread], said) {
			spread[p.Spread] = append(spread[p.Spread], said)
		}
	})
	if want := []string{"Lei Jun 雷军 live in 10 min: Q and A", "● LIVE, 5 min late: Lei Jun 雷军, Q and A"}; !slices.Equal(spread[true], want) || len(spread[false]) < 5 {
		t.Errorf("spread were %q, want %q; not %q", spread[true], want, spread[false])
	}
}
