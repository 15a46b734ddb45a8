package cards_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// happening words a stream for the calendar of a chat, in lines: the name, where, and what it is about.
func happening(t *testing.T, house *bottest.House, chat storage.Chat, s storage.Stream) (lines []string, link string) {
	t.Helper()
	err := house.Store.View(t.Context(), func(r storage.Reader) error {
		h, err := cards.Composer{Words: house.Words}.Happening(r, chat, s, house.Now)
		if err != nil {
			return err
		}
		voice := bot.Voice{Words: house.Words, Locale: h.Locale, Zone: h.Zone, Now: house.Now}
		lines, link = []string{voice.Plain(h.Name), voice.Plain(h.Where)}, h.Link
		for _, line := range h.About {
			lines = append(lines, voice.Plain(line))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, link
}

// ride is a stream of Lei Jun and a guest of which much is known.
func ride() storage.Stream {
	start := time.Date(2026, time.March, 5, 11, 0, 0, 0, time.UTC)
	return storage.Stream{
		ID: "s7k", People: []string{"lei-jun"}, Others: []string{"Somebody"}, State: storage.Announced, Planned: 90 * time.Minute,
		Titles:  storage.Names{"en": "From Shanghai to Hangzhou", "zh": "上海到杭州"},
		Start:   bot.NewWhen(start, time.UTC, bot.ToMinute),
		Earlier: []bot.When{bot.NewWhen(start.Add(-time.Hour), time.UTC, bot.ToMinute)},
		Airings: []storage.Airing{{Platform: "douyin"}, {Platform: "weibo", URL: "https://weibo.example/not-his"}},
		Route:   &storage.Route{From: "Shanghai", To: "Hangzhou"}, Vehicle: "SU7", Topics: []string{"range", "price"}, Note: "in the rain",
		Sources: []storage.Provenance{{Source: "weibo.com", By: "Alice"}},
	}
}

func TestHappening(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC))
	for locale, want := range map[string][]string{
		"en": {
			"Lei Jun 雷军: From Shanghai to Hangzhou", "Douyin, Weibo", "announced, not yet confirmed",
			"When: Thu 5 Mar, 10:00 → 11:00 (11:00 UTC)", "Planned: about 1 h 30 min", "With: Somebody", "Route: Shanghai → Hangzhou", "Car: SU7", "About: range; price", "Note: in the rain",
			"From weibo.com · s7k",
		},
		"zh": {
			"雷军：上海到杭州", "抖音、微博", "已预告，尚未确认",
			"时间：3\u00a0月 5\u00a0日 周四 10:00 → 11:00（UTC时间 11:00）", "预计：约 1\u00a0小时 30\u00a0分",
			"嘉宾：Somebody", "路线：Shanghai → Hangzhou", "车型：SU7", "话题：range；price", "备注：in the rain", "来源：weibo.com · s7k",
		},
		"fr": {
			"Lei Jun 雷军\u00a0: From Shanghai to Hangzhou", "Douyin, Weibo", "annoncé, à confirmer",
			"Quand\u00a0: jeu. 5 mars, 10\u00a0h → 11\u00a0h (11\u00a0h, UTC)", "Prévu\u00a0: 1\u00a0h\u00a030 environ", "Avec\u00a0: Somebody",
			"Trajet\u00a0: Shanghai → Hangzhou", "Voiture\u00a0: SU7", "Au menu\u00a0: range\u00a0; price", "Note\u00a0: in the rain",
			"D’après weibo.com · s7k",
		},
	} {
		got, _ := happening(t, house, storage.Chat{Community: "g1", Locale: locale, Address: bot.ChatID{Messenger: bot.Discord}}, ride())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", locale, diff)
		}
	}
}

// TestAHappeningOfLittle is worded although neither title nor place are known.
func TestAHappeningOfLittle(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC))
	got, link := happening(t, house, storage.Chat{Community: "g1"}, storage.Stream{
		ID: "s7k", Automaker: "xiaomi", State: storage.Live, Start: bot.NewWhen(house.Now, time.UTC, bot.ToMinute),
	})
	if diff := cmp.Diff([]string{"Xiaomi: a livestream", "It is not known yet where", "live", "s7k"}, got); diff != "" || link != "" {
		t.Errorf("(-want +got):\n%s and a link to %q", diff, link)
	}
}

// TestTheNameOfAHappening has 100 characters at most, and as much of a title as there is room for.
func TestTheNameOfAHappening(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC))
	s := ride()
	s.Titles = storage.Names{"en": strings.Repeat("long ", 40), "zh": strings.Repeat("很长", 80)}
	for _, locale := range []string{"en", "zh", "fr"} {
		got, _ := happening(t, house, storage.Chat{Community: "g1", Locale: locale}, s)
		if n := utf8.RuneCountInString(got[0]); n > 100 || n < 98 {
			t.Errorf("%s: a name of %d characters: %s", locale, n, got[0])
		}
	}
}

// TestAHappeningLinksToAnAccountInTheRoster and to nothing else: the address that a stream came with may be anybody's.
func TestAHappeningLinksToAnAccountInTheRoster(t *testing.T) {
	t.Parallel()
	house := bottest.Open(t, time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC))
	err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
		return storage.Accounts.Put(tx, storage.Account{
			Scope: storage.Public, Owner: storage.Person("lei-jun"), Platform: "bilibili", Handle: "leijun", URL: "https://live.bilibili.com/1",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		airings []storage.Airing
		want    string
	}{
		"theirs":         {[]storage.Airing{{Platform: "bilibili", Account: "leijun"}}, "https://live.bilibili.com/1"},
		"nobody's":       {[]storage.Airing{{Platform: "bilibili"}}, "https://live.bilibili.com/1"},
		"somebody's":     {[]storage.Airing{{Platform: "bilibili", Account: "leijum", URL: "https://live.bilibili.com/2"}}, ""},
		"of no platform": {[]storage.Airing{{Platform: "kuaishou", URL: "https://live.bilibili.com/2"}}, ""},
		"the second":     {[]storage.Airing{{Platform: "kuaishou"}, {Platform: "bilibili"}}, "https://live.bilibili.com/1"},
	} {
		s := ride()
		s.Airings = tt.airings
		if _, got := happening(t, house, storage.Chat{Community: "g1"}, s); got != tt.want {
			t.Errorf("%s: a link to %q, want %q", name, got, tt.want)
		}
	}
}
