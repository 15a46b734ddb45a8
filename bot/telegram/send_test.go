package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

// address is a chat as the rest of the program knows it.
func address(key string) bot.ChatID { return bot.ChatID{Messenger: bot.Telegram, Key: key} }

func keyOf(chat int64) bot.ChatID { return address(itoa(chat)) }

// send sends a post with the adapter alone.
func (w *world) send(to bot.ChatID, p bot.Post) (bot.MessageID, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 15*time.Second)
	defer cancel()
	return w.adapter.Send(ctx, to, p, "nonce")
}

func said(words string) bot.Post {
	return bot.Post{Headline: bot.Lit(words), Locale: "en", Zone: time.UTC}
}

// What Telegram says of a message becomes one of the errors that the dispatcher knows.
func TestWhatASendingComesTo(t *testing.T) {
	t.Parallel()
	answered := func(code int, words string) telegramsrv.Fault {
		return telegramsrv.Fault{Kind: telegramsrv.Answered, Error: &telegramsrv.APIError{Code: code, Description: words}}
	}
	tests := map[string]struct {
		prepare func(w *world) bot.ChatID
		want    string
	}{
		"taken":                 {func(w *world) bot.ChatID { return keyOf(w.ann.ID) }, ""},
		"blocked":               {func(w *world) bot.ChatID { w.server.Block(w.ann.ID); return keyOf(w.ann.ID) }, "gone"},
		"kicked":                {func(w *world) bot.ChatID { g := w.drivers(); w.server.Kick(g); return keyOf(g) }, "gone"},
		"muted":                 {func(w *world) bot.ChatID { g := w.drivers(); w.server.Mute(g); return keyOf(g) }, "gone"},
		"a chat that never was": {func(*world) bot.ChatID { return address("-1009999") }, "gone"},
		"nobody has spoken yet": {func(w *world) bot.ChatID {
			return keyOf(w.server.AddUser(telegramsrv.User{FirstName: "Carl"}).ID)
		}, "gone"},
		"migrated": {func(w *world) bot.ChatID {
			g := w.server.AddGroup(telegramsrv.Place{Title: "G", Admins: []int64{w.ann.ID}})
			w.server.Migrate(g)
			return keyOf(g)
		}, "moved"},
		"a topic that is gone": {func(w *world) bot.ChatID {
			f, topics := w.server.AddForum(telegramsrv.Place{Title: "F", Admins: []int64{w.ann.ID}}, "News")
			w.server.DeleteTopic(f, topics[0])
			return address(itoa(f) + "/" + itoa(int64(topics[0])))
		}, "moved, for it is gone"},
		"a closed topic": {func(w *world) bot.ChatID {
			f, topics := w.server.AddForum(telegramsrv.Place{Title: "F", Admins: []int64{w.ann.ID}}, "News")
			w.server.CloseTopic(f, topics[0])
			return address(itoa(f) + "/" + itoa(int64(topics[0])))
		}, "gone"},
		"no network": {func(w *world) bot.ChatID {
			w.server.Fail(telegramsrv.Fault{Method: "sendMessage", Kind: telegramsrv.Refused})
			return keyOf(w.ann.ID)
		}, "again"},
		"the answer is lost": {func(w *world) bot.ChatID {
			w.server.Fail(telegramsrv.Fault{Method: "sendMessage", Kind: telegramsrv.Lost})
			return keyOf(w.ann.ID)
		}, "nobody knows"},
		"a proxy in between": {func(w *world) bot.ChatID {
			w.server.Fail(telegramsrv.Fault{Method: "sendMessage", Kind: telegramsrv.Gateway})
			return keyOf(w.ann.ID)
		}, "nobody knows"},
		"a revoked token": {func(w *world) bot.ChatID { w.server.Fail(answered(401, "Unauthorized")); return keyOf(w.ann.ID) }, "again"},
		"too much": {func(w *world) bot.ChatID {
			f := answered(429, "Too Many Requests: retry after 7")
			f.Error.RetryAfter = 7
			w.server.Fail(f)
			return keyOf(w.ann.ID)
		}, "again in 7s"},
		"something new": {func(w *world) bot.ChatID {
			w.server.Fail(answered(400, "Bad Request: STRANGE_THING"))
			return keyOf(w.ann.ID)
		}, "refused"},
		"no chat of Telegram's": {func(*world) bot.ChatID { return address("home") }, "refused"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				_, err := w.send(test.prepare(w), said("Hello"))
				if got := kindOf(err); got != test.want {
					t.Errorf("got %q (%v), want %q", got, err, test.want)
				}
			})
		})
	}
}

// kindOf is an error in a word.
func kindOf(err error) string {
	var moved *bot.MovedError
	var retry *bot.RetryError
	var refused *bot.RefusedError
	var unknown *bot.UnknownError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, bot.ErrGone):
		return "gone"
	case errors.As(err, &moved) && moved.Gone:
		return "moved, for it is gone"
	case errors.As(err, &moved):
		return "moved"
	case errors.As(err, &refused):
		return "refused"
	case errors.As(err, &unknown):
		return "nobody knows"
	case errors.As(err, &retry) && retry.After > 0:
		return "again in " + retry.After.Round(time.Second).String()
	case errors.As(err, &retry):
		return "again"
	}
	return "another: " + err.Error()
}

// A chat that wants to be left alone is, without a call; when a second one does, all are.
func TestAPauseIsObeyedPerChatAndByAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		tooMuch := func(chat int64) {
			w.server.Fail(telegramsrv.Fault{Chat: chat, Kind: telegramsrv.Answered, Error: &telegramsrv.APIError{Code: 429, Description: "Too Many Requests: retry after 9", RetryAfter: 9}})
		}
		carl := w.server.AddPrivate(w.server.AddUser(telegramsrv.User{FirstName: "Carl"}).ID)
		try := func(chat int64) string { _, err := w.send(keyOf(chat), said("Hello")); return kindOf(err) }
		tooMuch(w.ann.ID)
		got := []string{try(w.ann.ID), try(w.ann.ID), try(w.bob.ID)}
		tooMuch(w.bob.ID)
		got = append(got, try(w.bob.ID), try(carl))
		calls := len(w.server.Calls("sendMessage"))
		time.Sleep(9 * time.Second)
		got = append(got, try(w.ann.ID), try(w.bob.ID), try(carl))
		want := "again in 9s, again in 9s, , again in 9s, again in 9s, , , "
		if strings.Join(got, ", ") != want || calls != 3 {
			t.Errorf("got %q with %d calls before the pause ended", strings.Join(got, ", "), calls)
		}
	})
}

// A post that is too long for a message is several. An edit may need more of them, or fewer.
func TestALongPostIsSeveralMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t, func(served *telegramsrv.Config, _ *telegram.Config) { served.Unlimited = true })
		lines := func(n int) bot.Post {
			p := said("Long")
			var list bot.List
			for range n {
				list.Items = append(list.Items, bot.Lit(strings.Repeat("word ", 100)))
			}
			p.Body = []bot.Block{list}
			p.Buttons = []bot.Button{bot.PressLine("/next")}
			return p
		}
		id, err := w.send(keyOf(w.ann.ID), lines(20))
		if err != nil {
			t.Fatal(err)
		}
		shape := func() string {
			var b strings.Builder
			for _, m := range w.server.Sent(w.ann.ID) {
				switch {
				case m.Deleted:
					b.WriteString("x")
				case len(m.Markup.Buttons()) > 0:
					b.WriteString("b")
				default:
					b.WriteString("-")
				}
			}
			return b.String()
		}
		got := []string{shape()}
		for _, n := range []int{30, 20, 3, 3} {
			time.Sleep(10 * time.Second) // in which a chat takes it
			if id, err = w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, lines(n)); err != nil {
				t.Fatal(err)
			}
			got = append(got, shape())
		}
		if want := "--b ---b --bx bxxx bxxx"; strings.Join(got, " ") != want {
			t.Errorf("got %q, want %q", strings.Join(got, " "), want)
		}
	})
}

// A picture has the text as its caption if that is short; else it stands before it.
func TestAPictureAndItsText(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t, func(served *telegramsrv.Config, _ *telegram.Config) { served.Unlimited = true })
		var drawn bytes.Buffer
		if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 8, 4))); err != nil {
			t.Fatal(err)
		}
		short := said("A picture")
		short.Image = &bot.Image{PNG: drawn.Bytes()}
		id, err := w.send(keyOf(w.ann.ID), short)
		first := w.last(w.ann.ID)
		if err != nil || first.Photo == nil || !bytes.Equal(first.Photo.Bytes, drawn.Bytes()) || first.Text != "A picture" {
			t.Fatalf("error %v, message %+v", err, first)
		}
		short.Headline = bot.Lit("The same picture")
		if id, err = w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, short); err != nil || w.last(w.ann.ID).Text != "The same picture" {
			t.Errorf("edited: error %v, %q", err, w.last(w.ann.ID).Text)
		}
		short.Body = []bot.Block{bot.Paragraph{Text: bot.Lit(strings.Repeat("long ", 300))}}
		if _, err = w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, short); err != nil {
			t.Fatal(err)
		}
		sent := w.server.Sent(w.ann.ID)
		if len(sent) != 3 || sent[1].Photo == nil || sent[1].Text != "" || !strings.HasPrefix(sent[2].Text, "The same picture") {
			t.Errorf("too long for a caption it is %d messages: %q", len(sent), textsOf(sent))
		}
	})
}

// What cannot be edited any more is sent anew, without a sound; what says it already is left alone.
func TestEdits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		id, err := w.send(keyOf(w.ann.ID), said("One"))
		if err != nil {
			t.Fatal(err)
		}
		same, err := w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, said("One"))
		if err != nil || same != id {
			t.Errorf("the same: %s, error %v", same, err)
		}
		w.server.Unsay(w.ann.ID, w.last(w.ann.ID).ID)
		if _, err := w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, said("→ see below")); kindOf(err) != "refused" {
			t.Errorf("a pointer in the place of a message that is gone: %v", err)
		}
		two := said("Two")
		two.Body = []bot.Block{bot.Paragraph{Text: bot.Lit("again")}}
		other, err := w.adapter.Edit(t.Context(), keyOf(w.ann.ID), id, two)
		if last := w.last(w.ann.ID); err != nil || other == id || last.Text != "Two\nagain" || !last.Silent {
			t.Errorf("of a message that is gone: %s, error %v, %+v", other, err, last)
		}
		if _, err := w.adapter.Edit(t.Context(), keyOf(w.ann.ID), "no id", said("Two")); kindOf(err) != "refused" {
			t.Errorf("of no message: %v", err)
		}
	})
}

// Times are shown by each reader's own clock; a server that knows of none shows those of the chat, and is not asked again.
func TestClocksOfTheReaders(t *testing.T) {
	t.Parallel()
	for _, lacks := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := bare(t, func(served *telegramsrv.Config, _ *telegram.Config) { served.Lacks.Times = lacks })
			post := said("Live")
			post.Body = []bot.Block{bot.Paragraph{Text: bot.At(monday, bot.DayClock)}}
			for range 2 {
				if _, err := w.send(keyOf(w.ann.ID), post); err != nil {
					t.Fatal(err)
				}
			}
			last := w.last(w.ann.ID)
			clocks := last.Named("date_time")
			if lacks != (len(clocks) == 0) || !strings.Contains(last.Text, "02:00") || !lacks && clocks[0].Unix != monday.Unix() {
				t.Errorf("lacks %v: %q with %+v", lacks, last.Text, clocks)
			}
			want := 2
			if lacks {
				want = 3
			}
			if got := len(w.server.Calls("sendMessage")); got != want {
				t.Errorf("lacks %v: %d calls, want %d", lacks, got, want)
			}
		})
	}
}

// A post with one link shows what is behind it; with several, or none, nothing.
func TestWhichLinkIsPreviewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t, func(served *telegramsrv.Config, _ *telegram.Config) { served.Unlimited = true })
		for _, links := range [][]string{nil, {"https://weibo.com/leijun"}, {"https://weibo.com/leijun", "https://x.com/leijun"}} {
			post := said("Links")
			for _, link := range links {
				post.Body = append(post.Body, bot.Paragraph{Text: bot.Lit("here").Linked(link)})
			}
			if _, err := w.send(keyOf(w.ann.ID), post); err != nil {
				t.Fatal(err)
			}
			preview := w.last(w.ann.ID).Preview
			if one := len(links) == 1; preview.Disabled == one || one && preview.URL != links[0] {
				t.Errorf("%q: %+v", links, preview)
			}
		}
	})
}

// The numbers of a chat's messages begin anew when it becomes a supergroup: what was sent before is not mistaken for what was sent
// after, and is sent again.
func TestAMessageFromBeforeAMoveIsSentAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		before := w.server.AddGroup(telegramsrv.Place{Title: "G", Admins: []int64{w.ann.ID}})
		old, err := w.send(keyOf(before), said("Soon"))
		if err != nil {
			t.Fatal(err)
		}
		after := w.server.Migrate(before)
		if _, err = w.send(keyOf(after), said("Something else")); err != nil {
			t.Fatal(err)
		}
		live := said("Live")
		live.Body = []bot.Block{bot.Paragraph{Text: bot.Lit("now")}}
		id, err := w.adapter.Edit(t.Context(), keyOf(after), old, live)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.adapter.Edit(t.Context(), keyOf(after), id, said("Over")); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range w.server.Sent(after) {
			got = append(got, m.Text)
		}
		if want := "Something else, Over"; strings.Join(got, ", ") != want {
			t.Errorf("the chat shows %q, want %q", strings.Join(got, ", "), want)
		}
		if _, err := w.adapter.Edit(t.Context(), keyOf(after), old, bot.Post{Headline: bot.Lit("→ see below")}); kindOf(err) != "refused" {
			t.Errorf("a pointer: %v", err)
		}
	})
}
