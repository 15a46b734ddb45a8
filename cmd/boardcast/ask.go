package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/bot/console"
	"boardcast/bot/lang"
	"boardcast/storage"
)

// What week and why are asked with.
const (
	weekParam   = "week"
	zoneParam   = "zone"
	chatParam   = "chat"
	streamParam = "stream"
	widthParam  = "width"
)

// week prints the summary of a week, as everyone sees it or as a chat does.
func (p program) week(ctx context.Context) error {
	set, file := p.flags("week")
	zone := set.String("zone", "", "the time `zone` (default the chat's, else this machine's)")
	chat := set.String("chat", "", "the `chat` that sees it so, by its id or title")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	asked := url.Values{chatParam: {*chat}, zoneParam: {machineZone().String()}, widthParam: {p.columns()}}
	if *chat != "" {
		asked.Del(zoneParam)
	}
	if *zone != "" {
		location, err := bot.ReadZone(*zone)
		if err != nil {
			return &usageError{fmt.Errorf("--zone %q: must be a zone such as Europe/Paris, or a city", *zone)}
		}
		asked.Set(zoneParam, location.String())
	}
	if len(words) > 1 {
		return &usageError{errors.New("week takes one week: boardcast week 2024-W20")}
	}
	if len(words) == 1 {
		if _, ok := storage.ParseWeek(words[0]); !ok && words[0] != "last" {
			return &usageError{fmt.Errorf("week %q: must be a week such as 2024-W20, or last", words[0])}
		}
		asked.Set(weekParam, words[0])
	}
	return p.askInWords(ctx, c, inquiry{"week", false, answerWeek}, asked)
}

// why tells what became of notices.
func (p program) why(ctx context.Context) error {
	set, file := p.flags("why")
	words, c, err := p.words(set, file)
	if err != nil {
		return err
	}
	asked := url.Values{widthParam: {p.columns()}}
	for _, word := range words {
		// A stream's id is short, and a chat of that name has an id, too.
		name := chatParam
		if _, ok := storage.ParseID("s", word); ok && strings.ContainsAny(word, "0123456789") {
			name = streamParam
		}
		if asked.Has(name) {
			return &usageError{fmt.Errorf("why takes one %s: boardcast why [CHAT] [STREAM]", name)}
		}
		asked.Set(name, word)
	}
	if len(words) == 0 || slices.Contains(words, "") {
		return &usageError{errors.New("why takes a chat, by its id or title, a stream, or both: boardcast why [CHAT] [STREAM]")}
	}
	return p.askInWords(ctx, c, inquiry{"why", false, answerWhy}, asked)
}

func (p program) askInWords(ctx context.Context, c config, q inquiry, asked url.Values) error {
	words, err := lang.New()
	if err != nil {
		return err
	}
	return p.askOrOpen(ctx, c, q, asked, words)
}

// columns is how wide the standard output is.
func (p program) columns() string {
	const usual = 80
	if out, ok := p.stdout.(*os.File); ok {
		if columns, _, err := term.GetSize(int(out.Fd())); err == nil && columns > 0 {
			return strconv.Itoa(columns)
		}
	}
	return strconv.Itoa(usual)
}

// answerWeek words a week.
func answerWeek(ctx context.Context, s served, asked url.Values, w io.Writer) error {
	now := time.Now()
	return s.page(ctx, asked, now, w, func(v cards.View) (bot.Post, error) {
		week := storage.WeekOf(now.In(v.Zone))
		switch said := asked.Get(weekParam); said {
		case "":
		case "last":
			week = week.Before()
		default:
			var ok bool
			if week, ok = storage.ParseWeek(said); !ok {
				return bot.Post{}, fmt.Errorf("there is no week %q", said)
			}
		}
		return v.Week(week)
	})
}

// answerWhy words what became of notices.
func answerWhy(ctx context.Context, s served, asked url.Values, w io.Writer) error {
	return s.page(ctx, asked, time.Now(), w, func(v cards.View) (bot.Post, error) {
		var notices []storage.Notice
		var err error
		stream := strings.ToLower(asked.Get(streamParam))
		if asked.Get(chatParam) == "" {
			notices, err = storage.NoticesAbout(v, stream, mostNotices)
			slices.SortStableFunc(notices, func(a, b storage.Notice) int { return b.Due.Compare(a.Due) })
		} else {
			notices, err = noticesOf(v, asked.Get(chatParam))
		}
		if err != nil {
			return bot.Post{}, err
		}
		return v.Story(notices, stream)
	})
}

// mostNotices is how many notices why looks at.
const mostNotices = 1000

// noticesOf returns the notices of a chat, those that are owed first.
func noticesOf(r storage.Reader, words string) ([]storage.Notice, error) {
	chat, err := chatNamed(r, words)
	if err != nil {
		return nil, err
	}
	owed, _, err := storage.OwedTo(r, chat, mostNotices, math.MaxInt)
	if err != nil {
		return nil, err
	}
	told, err := storage.Told(r, chat.ID, mostNotices)
	return append(owed, told...), err
}

// page words a post for the chat that is asked for, else for everyone, and lays it out.
func (s served) page(ctx context.Context, asked url.Values, now time.Time, w io.Writer, post func(v cards.View) (bot.Post, error)) error {
	columns, err := strconv.Atoi(asked.Get(widthParam))
	if err != nil {
		return fmt.Errorf("columns: %w", err)
	}
	var text string
	err = s.store.View(ctx, func(r storage.Reader) error {
		v := cards.View{Scoped: storage.Scoped{Reader: r, Scope: storage.Public}, Words: s.words, Locale: "en", Zone: time.UTC, Now: now}
		if words := asked.Get(chatParam); words != "" {
			chat, err := chatNamed(r, words)
			if err != nil {
				return err
			}
			v = cards.ForChat(r, s.words, chat, now)
		}
		if name := asked.Get(zoneParam); name != "" {
			if v.Zone, err = time.LoadLocation(name); err != nil {
				return fmt.Errorf("zone: %w", err)
			}
		}
		said, err := post(v)
		if err != nil {
			return err
		}
		text = console.Text(said, bot.Voice{Words: s.words, Locale: v.Locale, Zone: v.Zone, Now: now}, columns)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// chatNamed finds the one chat that is meant.
func chatNamed(r storage.Reader, words string) (storage.Chat, error) {
	const shown = 10
	chats, err := storage.ChatsNamed(r, words, shown)
	switch {
	case err != nil:
		return storage.Chat{}, err
	case len(chats) == 0:
		return storage.Chat{}, fmt.Errorf("there is no chat %q here; say its id, such as c3, or a part of its title", words)
	case len(chats) == 1:
		return chats[0], nil
	}
	lines := []string{fmt.Sprintf("%q could be several chats; say the id:", words)}
	for _, chat := range chats {
		lines = append(lines, fmt.Sprintf("%s  %s (%s)", chat.ID, bot.Clean(chat.Title), chat.Address.Messenger))
	}
	return storage.Chat{}, errors.New(strings.Join(lines, "\n"))
}
