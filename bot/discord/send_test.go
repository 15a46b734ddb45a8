package discord_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

const (
	createRoute = "channels/{channel}/messages"
	editRoute   = "channels/{channel}/messages/{message}"
)

// send sends a post with the adapter alone.
func (w *world) send(channel string, p bot.Post, nonce string) (bot.MessageID, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 15*time.Second)
	defer cancel()
	return w.adapter.Send(ctx, address(channel), p, nonce)
}

// sure sends a post that is taken.
func (w *world) sure(channel string, p bot.Post, nonce string) bot.MessageID {
	w.t.Helper()
	id, err := w.send(channel, p, nonce)
	if err != nil {
		w.t.Fatalf("not sent: %v", err)
	}
	return id
}

// failing has the next calls of a method and a route come to something, one after another; nil is nothing special.
func (w *world) failing(method, route string, fates ...*discordsrv.Fault) {
	next := 0
	w.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
		if c.Method != method || c.Route != route || next >= len(fates) {
			return nil
		}
		next++
		return fates[next-1]
	})
}

// always has every sending to a channel come to something.
func (w *world) always(f discordsrv.Fault) {
	w.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
		if c.Method == http.MethodPost && c.Route == createRoute {
			return &f
		}
		return nil
	})
}

// texts are those of the bot's messages in a channel; those that are deleted are in brackets.
func (w *world) texts(channel string) string {
	var all []string
	for _, m := range w.server.Sent(channel) {
		text := m.Text
		if text == "" && len(m.Embeds) > 0 {
			text = "…"
		}
		if m.Deleted {
			text = "[" + text + "]"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func headline(words string) bot.Post {
	return bot.Post{Headline: bot.Lit(words), Locale: "en", Zone: time.UTC}
}

func withBody(words string) bot.Post {
	p := headline(words)
	p.Body = []bot.Block{bot.Paragraph{Text: bot.Lit("more of it")}}
	return p
}

// longPost is a post of so many messages.
func longPost(messages int) bot.Post {
	p := headline("Long")
	for range messages {
		p.Body = append(p.Body, bot.Paragraph{Text: bot.Lit(strings.Repeat("word ", 700))})
	}
	p.Buttons = []bot.Button{bot.PressLine("/next")}
	return p
}

func picture(t *testing.T) *bot.Image {
	t.Helper()
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 8, 4))); err != nil {
		t.Fatal(err)
	}
	return &bot.Image{PNG: drawn.Bytes()}
}

// fateOf is an error in a few words.
func fateOf(err error) string {
	var retry *bot.RetryError
	var refused *bot.RefusedError
	var unknown *bot.UnknownError
	switch {
	case err == nil:
		return "taken"
	case errors.Is(err, bot.ErrGone):
		return "gone"
	case errors.As(err, &refused):
		return "refused: " + refused.Why
	case errors.As(err, &unknown):
		return "nobody knows"
	case errors.As(err, &retry) && retry.After > 0:
		return "again in " + retry.After.String()
	case errors.As(err, &retry):
		return "again"
	}
	return "another: " + err.Error()
}

// What a channel is, and what boardcast may do there, decides what becomes of a message.
func TestWhereAMessageIsTaken(t *testing.T) {
	t.Parallel()
	deny := func(w *world, channel string, what discordsrv.Permission) string {
		w.server.SetOverwrite(channel, discordsrv.Overwrite{ID: w.guild.BotRole, Deny: what})
		return channel
	}
	thread := func(w *world) string {
		return w.server.AddThread(w.news.ID, discordsrv.Channel{Name: "talk"}).ID
	}
	made := func(w *world, kind discordsrv.ChannelType) string {
		return w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: kind, Name: "place"}).ID
	}
	drawn := withBody("Hello")
	drawn.Image = picture(t)
	const unspeakable = "refused: Cannot send messages in a non-text channel"
	tests := map[string]struct {
		where func(w *world) string
		post  bot.Post // empty: with a body
		want  string
	}{
		"a text channel":       {where: func(w *world) string { return w.news.ID }, want: "taken"},
		"an announcement":      {where: func(w *world) string { return made(w, discordsrv.Announcement) }, want: "taken"},
		"beside a voice":       {where: func(w *world) string { return made(w, discordsrv.Voice) }, want: "taken"},
		"a thread":             {where: thread, want: "taken"},
		"a post of a forum":    {where: func(w *world) string { return w.server.AddThread(made(w, discordsrv.Forum), discordsrv.Channel{}).ID }, want: "taken"},
		"a private chat":       {where: func(w *world) string { return w.server.AddDM(w.bob.ID).ID }, want: "taken"},
		"with a picture":       {where: func(w *world) string { return w.news.ID }, post: drawn, want: "taken"},
		"a category":           {where: func(w *world) string { return made(w, discordsrv.Category) }, want: unspeakable},
		"a forum itself":       {where: func(w *world) string { return made(w, discordsrv.Forum) }, want: unspeakable},
		"one that never was":   {where: func(*world) string { return "12345" }, want: "gone"},
		"no channel at all":    {where: func(*world) string { return "home" }, want: "refused: discord:home is no channel of Discord's"},
		"one that was deleted": {where: func(w *world) string { w.server.DeleteChannel(w.news.ID); return w.news.ID }, want: "gone"},
		"after a kick":         {where: func(w *world) string { w.server.RemoveBot(w.guild.ID); return w.news.ID }, want: "gone"},
		"unseen":               {where: func(w *world) string { return deny(w, w.news.ID, discordsrv.ViewChannel) }, want: "gone"},
		"muted":                {where: func(w *world) string { return deny(w, w.news.ID, discordsrv.SendMessages) }, want: "refused: Missing Permissions"},
		"muted, a thread": {where: func(w *world) string {
			deny(w, w.news.ID, discordsrv.SendInThreads)
			return thread(w)
		}, want: "refused: Missing Permissions"},
		"muted, but for threads": {where: func(w *world) string { deny(w, w.news.ID, discordsrv.SendMessages); return thread(w) }, want: "taken"},
		"without embeds":         {where: func(w *world) string { return deny(w, w.news.ID, discordsrv.EmbedLinks) }, want: "taken"},
		"without embeds, a headline": {
			where: func(w *world) string { return deny(w, w.news.ID, discordsrv.EmbedLinks) }, post: headline("Hello"), want: "taken",
		},
		"without files": {
			where: func(w *world) string { return deny(w, w.news.ID, discordsrv.AttachFiles) }, post: drawn, want: "taken",
		},
		"an archived thread":   {where: func(w *world) string { id := thread(w); w.server.Archive(id, true, false); return id }, want: "taken"},
		"a locked thread":      {where: func(w *world) string { id := thread(w); w.server.Archive(id, true, true); return id }, want: "refused: Thread is archived"},
		"a closed private one": {where: func(w *world) string { w.server.CloseDMs(w.bob.ID); return w.server.AddDM(w.bob.ID).ID }, want: "gone"},
		"a stranger's": {where: func(w *world) string {
			return w.server.AddDM(w.server.AddUser(discordsrv.User{Username: "carl"}).ID).ID
		}, want: "gone"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				if len(test.post.Headline) == 0 {
					test.post = withBody("Hello")
				}
				channel := test.where(w)
				id, err := w.send(channel, test.post, "nonce")
				if got := fateOf(err); got != test.want || (id != "") != (err == nil) {
					t.Errorf("got %q with the id %q, want %q", got, id, test.want)
				}
			})
		})
	}
}

// Whatever comes instead of an answer becomes one of the errors that the dispatcher knows.
func TestWhatASendingComesTo(t *testing.T) {
	t.Parallel()
	page := func(status int) discordsrv.Fault {
		return discordsrv.Fault{Status: status, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Who are you?</html>"}
	}
	invalid := discordsrv.Fault{
		Status: http.StatusBadRequest,
		Body:   `{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":[{"code":"X","message":"Must be 256 or fewer."}]}}}}}`,
	}
	tests := map[string]struct {
		fault discordsrv.Fault
		want  string
	}{
		"nobody listens":            {*discordsrv.Refused(), "again"},
		"the answer is lost":        {*discordsrv.Lost(), "nobody knows"},
		"no answer ever":            {discordsrv.Fault{Hang: true}, "nobody knows"},
		"taken, and no answer ever": {discordsrv.Fault{Hang: true, Taken: true}, "nobody knows"},
		"a proxy in between":        {*discordsrv.BadGateway(), "nobody knows"},
		"an outage":                 {*discordsrv.Unavailable(), "nobody knows"},
		"trouble of its own":        {*discordsrv.Answer(500, 0, "Internal Server Error"), "nobody knows"},
		"too much in the channel":   {*discordsrv.TooEarly(7*time.Second, "user"), "again in 7s"},
		"too much of the resource":  {*discordsrv.TooEarly(4*time.Second, "shared"), "again in 4s"},
		"too much of all":           {*discordsrv.TooEarly(3*time.Second, "global"), "again in 3s"},
		"too much for the gate":     {*discordsrv.Cloudflare(time.Minute), "again in 1m0s"},
		"a token that was reset":    {*discordsrv.Answer(401, 0, "401: Unauthorized"), "again"},
		"no such address":           {*discordsrv.Answer(404, 0, "404: Not Found"), "again"},
		"a gate that asks":          {page(http.StatusForbidden), "again"},
		"a page that moved":         {page(http.StatusFound), "again"},
		"a captive portal":          {page(http.StatusOK), "nobody knows"},
		"JSON of somebody else's":   {discordsrv.Fault{Status: http.StatusForbidden, Body: `{"error":"no"}`}, "again"},
		"a chat that is gone":       {*discordsrv.Answer(404, 10003, "Unknown Channel"), "gone"},
		"a reason": {
			*discordsrv.Answer(400, 50083, "Thread is archived"), "refused: Thread is archived",
		},
		"a reason by the field": {invalid, "refused: Invalid Form Body: embeds.0.title: Must be 256 or fewer."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				w.always(test.fault)
				began := time.Now()
				_, err := w.send(w.news.ID, withBody("Hello"), "nonce")
				if got := fateOf(err); got != test.want || time.Since(began) > 15*time.Second {
					t.Errorf("got %q (%v) after %s, want %q", got, err, time.Since(began), test.want)
				}
			})
		})
	}
}

// While Discord is down nothing is lost, and nobody waits; afterwards all goes on.
func TestAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		w.server.Outage(true)
		_, err := w.send(w.news.ID, headline("Hello"), "nonce")
		w.server.Outage(false)
		_, later := w.send(w.news.ID, headline("Hello"), "nonce")
		if fateOf(err) != "nobody knows" || later != nil || w.texts(w.news.ID) != "Hello" {
			t.Errorf("got %v, then %v; there is %q", err, later, w.texts(w.news.ID))
		}
	})
}

// A channel that wants to be left alone is, without a call; where all is too much, all are.
func TestAPauseIsObeyedByTheChannelAndByAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		other := w.server.AddChannel(w.guild.ID, discordsrv.Channel{Name: "other"}).ID
		try := func(channel string) string { _, err := w.send(channel, headline("Hello"), ""); return fateOf(err) }
		w.failing(http.MethodPost, createRoute, discordsrv.TooEarly(9*time.Second, "user"), nil, discordsrv.TooEarly(9*time.Second, "global"))
		got := []string{try(w.news.ID), try(w.news.ID), try(other), try(other), try(other), try(w.guild.SystemChannel)}
		calls := len(w.server.Calls(http.MethodPost, createRoute))
		time.Sleep(9 * time.Second)
		got = append(got, try(w.news.ID), try(other), try(w.guild.SystemChannel))
		want := []string{"again in 9s", "again in 9s", "taken", "again in 9s", "again in 9s", "again in 9s", "taken", "taken", "taken"}
		if diff := cmp.Diff(want, got); diff != "" || calls != 3 {
			t.Errorf("%d calls were made before the pause ended (-want +got):\n%s", calls, diff)
		}
		if n := w.adapter.TooMany(); n != 2 {
			t.Errorf("%d refusals are counted, want 2", n)
		}
	})
}

// What is sent again with the same nonce while Discord remembers it is the same post, in however many messages.
func TestANonceMakesARepetitionTheSameMessage(t *testing.T) {
	t.Parallel()
	const nonce = "a-row-of-exactly-25-chars"
	for name, post := range map[string]bot.Post{"one message": headline("Hello"), "three messages": longPost(3)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				w.failing(http.MethodPost, createRoute, discordsrv.Lost())
				if _, err := w.send(w.news.ID, post, nonce); fateOf(err) != "nobody knows" {
					t.Fatalf("the first time: %v", err)
				}
				first := w.sure(w.news.ID, post, nonce)
				time.Sleep(w.adapter.Remembers() - 30*time.Second)
				if again := w.sure(w.news.ID, post, nonce); again != first {
					t.Errorf("it is %q first, and then %q", first, again)
				}
				one := len(w.server.Sent(w.news.ID))
				if one != 1+strings.Count(string(first), ",") {
					t.Errorf("%q are %d messages", first, one)
				}
				time.Sleep(10 * time.Second)
				w.sure(w.guild.SystemChannel, post, nonce)
				if n := len(w.server.Sent(w.guild.SystemChannel)); n != one {
					t.Errorf("another channel has %d messages of it, want %d", n, one)
				}
				time.Sleep(time.Hour)
				if other := w.sure(w.news.ID, post, nonce); other == first {
					t.Error("an hour later it is the same still")
				}
			})
		})
	}
}

// A post is all there or not at all: once its first message stands, the others are tried again, without being said twice.
func TestTheEndOfALongPostIsNotLost(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fates []*discordsrv.Fault
		want  int // messages, of three
	}{
		"an answer lost":   {[]*discordsrv.Fault{nil, discordsrv.Lost()}, 3},
		"trouble":          {[]*discordsrv.Fault{nil, discordsrv.BadGateway(), discordsrv.Refused(), nil, discordsrv.BadGateway()}, 3},
		"too early":        {[]*discordsrv.Fault{nil, nil, discordsrv.TooEarly(3*time.Second, "user")}, 3},
		"a lasting outage": {[]*discordsrv.Fault{nil, nil, discordsrv.BadGateway(), discordsrv.BadGateway(), discordsrv.BadGateway()}, 2},
		"a refusal":        {[]*discordsrv.Fault{nil, discordsrv.Answer(400, 50013, "Missing Permissions")}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				w.failing(http.MethodPost, createRoute, test.fates...)
				id := w.sure(w.news.ID, longPost(3), "nonce")
				sent := w.server.Sent(w.news.ID)
				if len(sent) != test.want || 1+strings.Count(string(id), ",") != test.want {
					t.Errorf("%d messages are there, named %q, want %d", len(sent), id, test.want)
				}
				if cut := strings.Contains(w.log.String(), "the end of a long message was not sent"); cut != (test.want < 3) {
					t.Errorf("the log says that it is cut: %v\n%s", cut, w.log)
				}
				for i, m := range sent {
					if m.Silent() != (i > 0) {
						t.Errorf("message %d rings: %v", i, !m.Silent())
					}
				}
			})
		})
	}
}

// An edit may need more messages than there are, or fewer. New ones make no sound.
func TestAnEditGrowsAndShrinks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		id := w.sure(w.news.ID, longPost(2), "nonce")
		shape := func() string {
			var b strings.Builder
			for i, m := range w.server.Sent(w.news.ID) {
				switch {
				case m.Deleted:
					b.WriteString("x")
				case len(m.Buttons()) > 0:
					b.WriteString("b")
				default:
					b.WriteString("-")
				}
				if i > 0 && !m.Silent() {
					t.Errorf("message %d makes a sound", i)
				}
			}
			return b.String()
		}
		got := []string{shape()}
		for _, n := range []int{3, 2, 1, 1, 2} {
			time.Sleep(10 * time.Second)
			var err error
			if id, err = w.adapter.Edit(t.Context(), address(w.news.ID), id, longPost(n)); err != nil {
				t.Fatal(err)
			}
			got = append(got, shape())
		}
		if diff := cmp.Diff([]string{"-b", "--b", "-bx", "bxx", "bxx", "-xxb"}, got); diff != "" {
			t.Errorf("the messages (-want +got):\n%s", diff)
		}
	})
}

// A message that is gone is sent anew, without a sound; but nothing is sent to say that there is something else to see.
func TestAnEditOfWhatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		edit := func(id bot.MessageID, p bot.Post) (bot.MessageID, error) {
			return w.adapter.Edit(t.Context(), address(w.news.ID), id, p)
		}
		id := w.sure(w.news.ID, withBody("One"), "nonce")
		if same, err := edit(id, withBody("Two")); err != nil || same != id || w.texts(w.news.ID) != "Two" {
			t.Errorf("changed: %s, error %v, %q", same, err, w.texts(w.news.ID))
		}
		w.server.Unsay(w.server.Sent(w.news.ID)[0].ID)
		if _, err := edit(id, headline("→ see below")); !strings.HasPrefix(fateOf(err), "refused") {
			t.Errorf("a pointer in the place of a message that is gone: %v", err)
		}
		w.failing(http.MethodPost, createRoute, discordsrv.Lost())
		if _, err := edit(id, withBody("Three")); fateOf(err) != "nobody knows" {
			t.Errorf("its answer is lost: %v", err)
		}
		other, err := edit(id, withBody("Three"))
		sent := w.server.Sent(w.news.ID)
		if err != nil || other == id || w.texts(w.news.ID) != "[Two], Three" || !sent[1].Silent() {
			t.Errorf("anew: %s, error %v, %q", other, err, w.texts(w.news.ID))
		}
		if again, err := edit(other, withBody("Four")); err != nil || again != other || w.texts(w.news.ID) != "[Two], Four" {
			t.Errorf("changed again: %s, error %v, %q", again, err, w.texts(w.news.ID))
		}
	})
}

// Where somebody has deleted one of several messages, none of the others stays behind.
func TestAnEditOfWhatIsHalfGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		id := w.sure(w.news.ID, longPost(2), "nonce")
		w.server.Unsay(w.server.Sent(w.news.ID)[1].ID)
		if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, longPost(2)); err != nil {
			t.Fatal(err)
		}
		if got := w.texts(w.news.ID); got != "[Long], […], Long, …" || strings.Contains(w.log.String(), "not deleted") {
			t.Errorf("there is %q\n%s", got, w.log)
		}
	})
}

// What can be no message of a channel is refused; what was sent in another channel is sent anew.
func TestAnEditElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		id := w.sure(w.news.ID, withBody("One"), "nonce")
		for _, bad := range []bot.MessageID{"", "12", "12:", "12:x", "x:12", "12:1,,2"} {
			if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), bad, withBody("Two")); !strings.HasPrefix(fateOf(err), "refused") {
				t.Errorf("%q: %v", bad, err)
			}
		}
		moved, err := w.adapter.Edit(t.Context(), address(w.guild.SystemChannel), id, withBody("Two"))
		if err != nil || !strings.HasPrefix(string(moved), w.guild.SystemChannel+":") || w.texts(w.news.ID) != "One" || w.texts(w.guild.SystemChannel) != "Two" {
			t.Errorf("%q, error %v", moved, err)
		}
	})
}

// An edit that is refused says why, as a sending does.
func TestWhatAnEditComesTo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault discordsrv.Fault
		want  string
	}{
		"nobody listens":     {*discordsrv.Refused(), "again"},
		"the answer is lost": {*discordsrv.Lost(), "nobody knows"},
		"too much":           {*discordsrv.TooEarly(7*time.Second, "user"), "again in 7s"},
		"too old":            {*discordsrv.Answer(400, 30046, "Maximum number of edits to messages older than 1 hour reached."), "again in 1h0m0s"},
		"no access":          {*discordsrv.Answer(403, 50001, "Missing Access"), "gone"},
		"archived":           {*discordsrv.Answer(400, 50083, "Thread is archived"), "refused: Thread is archived"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := bare(t)
				id := w.sure(w.news.ID, withBody("One"), "nonce")
				w.failing(http.MethodPatch, editRoute, &test.fault)
				if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, withBody("Two")); fateOf(err) != test.want {
					t.Errorf("got %q, want %q", fateOf(err), test.want)
				}
			})
		})
	}
}

// A picture is uploaded, described for those who do not see it, replaced by an edit, and taken away.
func TestAPictureComesAndGoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		drawn := headline("A picture")
		drawn.Image = picture(t)
		id := w.sure(w.news.ID, drawn, "nonce")
		var got []string
		look := func() {
			m := w.server.Sent(w.news.ID)[0]
			for _, f := range m.Files {
				got = append(got, fmt.Sprintf("%s, a %s for %q, shown %v", m.Text, f.Kind, f.Description, m.Embeds[0].Image != nil && bytes.Equal(f.Bytes, drawn.Image.PNG)))
			}
			if len(m.Files) == 0 {
				got = append(got, m.Text)
			}
		}
		look()
		for _, words := range []string{"Another picture", "No picture", "A picture again"} {
			drawn.Headline = bot.Lit(words)
			p := drawn
			if words == "No picture" {
				p.Image = nil
			}
			if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, p); err != nil {
				t.Fatal(err)
			}
			look()
		}
		want := []string{
			`A picture, a image/png for "A picture", shown true`, `Another picture, a image/png for "Another picture", shown true`,
			"No picture", `A picture again, a image/png for "A picture again", shown true`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the message shows (-want +got):\n%s", diff)
		}
	})
}

// A thread that was put away is opened again for an edit, unless it is locked.
func TestAnEditOpensAThreadThatWasPutAway(t *testing.T) {
	t.Parallel()
	for locked, want := range map[bool]string{false: "taken", true: "refused: Thread is archived"} {
		synctest.Test(t, func(t *testing.T) {
			w := bare(t)
			thread := w.server.AddThread(w.news.ID, discordsrv.Channel{Name: "launch"}).ID
			id := w.sure(thread, withBody("Before"), "")
			w.server.Archive(thread, true, locked)
			_, err := w.adapter.Edit(t.Context(), address(thread), id, withBody("After"))
			if got := fateOf(err); got != want {
				t.Errorf("locked %v: it is %q, want %q", locked, got, want)
			}
			if at, _ := w.server.Channel(thread); at.Archived != locked {
				t.Errorf("locked %v: archived is %v", locked, at.Archived)
			}
		})
	}
}

// Those whom a post mentions are pinged, and nobody else, whatever the words of the post look like; an edit pings nobody.
func TestOnlyThoseArePingedWhoAreMeant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		drivers := w.server.AddRole(w.guild.ID, discordsrv.Role{Name: "drivers"})
		person, role := "<@"+w.bob.ID+">", "<@&"+drivers.ID+">"
		sly := bot.Lit("@everyone @here " + person + " " + role)
		for name, test := range map[string]struct {
			mentions []string
			want     discordsrv.Pings
		}{
			"nobody":           {nil, discordsrv.Pings{}},
			"a person":         {[]string{person}, discordsrv.Pings{Users: []string{w.bob.ID}}},
			"a role and Ann":   {[]string{role, "<@" + w.ann.ID + ">"}, discordsrv.Pings{Users: []string{w.ann.ID}, Roles: []string{drivers.ID}}},
			"all, which is no": {[]string{"@everyone", "@here"}, discordsrv.Pings{}},
		} {
			p := headline("")
			p.Headline, p.Mentions = sly, test.mentions
			p.Body = []bot.Block{bot.Paragraph{Text: sly}}
			id := w.sure(w.news.ID, p, "")
			sent := w.server.Sent(w.news.ID)
			if diff := cmp.Diff(test.want, sent[len(sent)-1].Pings); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, p); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Second)
		}
	})
}

// dispatched sends a notice as the dispatcher does: again when it may, until it is taken.
func (w *world) dispatched(channel string, p bot.Post, nonce string) {
	for {
		_, err := w.send(channel, p, nonce)
		retry, again := errors.AsType[*bot.RetryError](err)
		if !again {
			if err != nil {
				w.t.Errorf("not sent: %v", err)
			}
			return
		}
		time.Sleep(max(retry.After, 50*time.Millisecond))
	}
}

// slowly has every call take a while on its way there, some longer than others.
func (w *world) slowly() {
	w.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
		return &discordsrv.Fault{Delay: time.Duration(20+len(c.Body)%5*10) * time.Millisecond}
	})
}

// Two hundred notices to forty channels at once are sent as fast as Discord allows it, and never faster.
func TestManyNoticesKeepThePace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		w.slowly()
		var channels []string
		for range 40 {
			channels = append(channels, w.server.AddChannel(w.guild.ID, discordsrv.Channel{}).ID)
		}
		began := time.Now()
		var sending sync.WaitGroup
		for i := range 200 {
			sending.Go(func() { w.dispatched(channels[i%40], headline(fmt.Sprintf("Notice %03d", i)), fmt.Sprint("n", i)) })
		}
		sending.Wait()
		for _, channel := range channels {
			if n := len(w.server.Sent(channel)); n != 5 {
				t.Errorf("a channel has %d notices, want 5", n)
			}
		}
		if took, n := time.Since(began), w.server.TooMany(); took > 10*time.Second || n > 0 {
			t.Errorf("it took %s, and was too much %d times", took, n)
		}
	})
}

// A channel that is full holds up itself alone. Edits of its messages have room of their own.
func TestAFullChannelHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := bare(t)
		w.slowly()
		id := w.sure(w.news.ID, withBody("First"), "first")
		var sending sync.WaitGroup
		for i := range 20 {
			sending.Go(func() { w.dispatched(w.news.ID, headline("More"), fmt.Sprint("n", i)) })
		}
		time.Sleep(2 * time.Second)
		began := time.Now()
		w.sure(w.guild.SystemChannel, headline("Other"), "other")
		if _, err := w.adapter.Edit(t.Context(), address(w.news.ID), id, withBody("Changed")); err != nil || time.Since(began) > 200*time.Millisecond {
			t.Errorf("another channel and an edit took %s, error %v", time.Since(began), err)
		}
		sending.Wait()
		if n := len(w.server.Sent(w.news.ID)); n != 21 || w.server.TooMany() > 0 {
			t.Errorf("%d notices are there, and it was too much %d times", n, w.server.TooMany())
		}
	})
}
