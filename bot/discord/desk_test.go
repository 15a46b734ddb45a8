package discord_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

// mostAsked is how much a person may ask in ten seconds.
const mostAsked = 40

const callbackRoute = "interactions/{id}/{token}/callback"

// desk is a world whose commands do what tests want of them: one for each way in which an answer can be given.
type desk struct {
	*world
	answers bot.Answers // who reads them
	router  bot.Bot

	mu     sync.Mutex
	heard  []bot.Inbound     // by the commands, in their order
	roles  []string          // of who asked for something that not all may do
	events []bot.Event       // that happened to the bot
	kept   map[string]string // lines of long buttons
	stuck  time.Duration     // how long "stuck" does not listen
}

// atDesk runs a test at a desk.
func atDesk(t *testing.T, test func(d *desk), changes ...change) {
	t.Helper()
	atDeskBefore(t, func(*desk) {}, test, changes...)
}

// atDeskBefore is atDesk where something is done before the adapter runs.
func atDeskBefore(t *testing.T, before, test func(d *desk), changes ...change) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		d := &desk{kept: map[string]string{}, stuck: 20 * time.Second}
		d.open(t, before, changes)
		test(d)
		d.stop()
		d.server.Close()
		for _, secret := range []string{"nobody-may", "interaction-token"} {
			if strings.Contains(d.log.String(), secret) {
				t.Errorf("a secret is in the log:\n%s", d.log)
			}
		}
	})
}

func (d *desk) open(t *testing.T, before func(d *desk), changes []change) {
	t.Helper()
	w, cfg := unfurnished(t, changes)
	d.world = w
	cfg.Commands = d.commands()
	cfg.Keep = func(_ context.Context, line string) (string, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		name := "line" + strconv.Itoa(len(d.kept))
		d.kept[name] = line
		return name, nil
	}
	cfg.Kept = func(_ context.Context, name string) (string, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if name == "broken" {
			return "", errors.New("the store is broken")
		}
		return d.kept[name], nil
	}
	w.adapter = adapterOf(t, cfg)
	router, err := bot.NewRouter(bot.Config{
		Commands: cfg.Commands, Words: cfg.Words, Log: w.log.Logger(), Now: time.Now, Bare: "quick", PerUser: mostAsked,
		Authorise: func(_ context.Context, in bot.Inbound, _ bot.Access) (bot.Access, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.roles = append(d.roles, in.Roles...)
			return bot.Operator, nil
		},
		Settings: func(context.Context, bot.Inbound) (bot.Settings, error) {
			return bot.Settings{Zone: time.UTC, Locale: "en", Answers: d.answers}, nil
		},
		Happened: func(_ context.Context, e bot.Event) (bot.Post, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.events = append(d.events, e)
			if e.Kind == bot.Arrived {
				return withBody("Here I am."), nil
			}
			return bot.Post{}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.router = router
	before(d)
	d.begin()
}

// begin lets the adapter run until stop is called.
func (d *desk) begin() {
	ctx, cancel := context.WithCancel(d.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.adapter.Run(ctx, d.router); err != nil {
			d.t.Errorf("the adapter ended: %v", err)
		}
	})
	d.stop = func() { cancel(); running.Wait() }
	d.pass(6 * time.Second)
}

func (d *desk) commands() []*bot.Command {
	says := func(name string, post func(ctx context.Context, words string) (bot.Post, error), change ...func(*bot.Command)) *bot.Command {
		words := bot.TextOption("words", "help.summary", 200).Rest().Proposing(d.propose)
		c := &bot.Command{Name: name, Summary: "help.summary", Options: []bot.Param{words}}
		c.Run = func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			d.mu.Lock()
			d.heard = append(d.heard, bot.Inbound{ID: req.ID, Chat: req.Chat, From: req.From, Text: req.Line})
			d.mu.Unlock()
			return post(ctx, words.Of(req))
		}
		for _, change := range change {
			change(c)
		}
		return c
	}
	always := func(p bot.Post) func(context.Context, string) (bot.Post, error) {
		return func(context.Context, string) (bot.Post, error) { return p, nil }
	}
	changed := withBody("Changed.")
	changed.Changed, changed.Buttons = true, []bot.Button{bot.Press(bot.Lit("Again"), "/quick")}
	shelf := headline("Choose.")
	for i := range 30 {
		shelf.Buttons = append(shelf.Buttons, bot.Press(bot.Lit("Number "+strconv.Itoa(i)), "/quick number "+strconv.Itoa(i)))
	}
	linked := headline("Press.")
	for _, line := range []string{"/quick pressed", "/quick " + strings.Repeat("long ", 30), "/slow 2s"} {
		linked.Buttons = append(linked.Buttons, bot.Press(bot.Lit(line[:8]), line))
	}
	return []*bot.Command{
		says("quick", func(_ context.Context, words string) (bot.Post, error) {
			return headline(strings.TrimSpace("Quick. " + words)), nil
		}),
		says("slow", func(ctx context.Context, words string) (bot.Post, error) {
			length, err := time.ParseDuration(words)
			if err != nil || !bot.Pause(ctx, length) {
				return bot.Post{}, errors.Join(err, ctx.Err())
			}
			return headline("Slow."), nil
		}),
		says("hang", func(ctx context.Context, _ string) (bot.Post, error) { <-ctx.Done(); return bot.Post{}, ctx.Err() }),
		says("stuck", func(context.Context, string) (bot.Post, error) { time.Sleep(d.stuck); return headline("Stuck."), nil }),
		says("crash", func(context.Context, string) (bot.Post, error) { panic("crash") }),
		says("long", func(_ context.Context, words string) (bot.Post, error) {
			n, err := strconv.Atoi(words)
			return longPost(n), err
		}),
		says("shelf", always(shelf)),
		says("linked", always(linked)),
		says("change", always(changed)),
		says("own", always(changed), func(c *bot.Command) { c.Personal = true }),
		says("manage", always(headline("Managed.")), func(c *bot.Command) { c.Access = bot.Moderator }),
		says("ask", func(context.Context, string) (bot.Post, error) {
			e := bot.NewError(bot.Invalid, "error.busy", nil)
			e.Prompt = "/quick "
			return bot.Post{}, e
		}),
	}
}

// propose proposes what the test asks for by what is typed.
func (d *desk) propose(ctx context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
	switch typed {
	case "hang":
		<-ctx.Done()
		return nil, ctx.Err()
	case "crash":
		panic("crash")
	case "broken":
		return nil, errors.New("broken")
	}
	n, err := strconv.Atoi(typed)
	var all []bot.Choice
	for i := range n {
		all = append(all, bot.Choice{Value: typed + " " + strconv.Itoa(i), Label: bot.Lit("Number " + strconv.Itoa(i))})
	}
	return all, err
}

// choose has somebody choose a command, "/slow 2s", and does not wait for what becomes of it.
func (d *desk) choose(channel string, who discordsrv.User, line string) string {
	d.t.Helper()
	name, words, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	given := options{}
	if words != "" {
		given["words"] = words
	}
	id, err := d.server.Command(discordsrv.Invocation{Channel: channel, User: who.ID, Path: []string{name}, Options: given, Locale: who.Locale})
	if err != nil {
		d.t.Fatalf("%s: %v\n%s", line, err, d.log)
	}
	return id
}

// lines are those that the commands have heard.
func (d *desk) lines() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []string
	for _, in := range d.heard {
		all = append(all, in.Text)
	}
	return all
}

func (d *desk) happened() []bot.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events)
}

// seen are the messages of the bot that stand in a channel, each with who sees it.
func (d *desk) seen(channel string) []string {
	var all []string
	for _, m := range d.server.Sent(channel) {
		if m.Deleted {
			continue
		}
		text := m.Text
		switch {
		case m.Loading():
			text = "thinking"
		case text == "":
			text = "…"
		}
		if m.Reader != "" {
			text = "(" + text + ")"
		}
		all = append(all, text)
	}
	return all
}

// raw posts a message as the bot, but not by the adapter, with buttons that say what a test wants.
func (d *desk) raw(channel string, customIDs ...string) discordsrv.Message {
	d.t.Helper()
	var rows []string
	for i, id := range customIDs {
		rows = append(rows, `{"type":1,"components":[{"type":2,"style":2,"label":"`+strconv.Itoa(i)+`","custom_id":"`+id+`"}]}`)
	}
	body := `{"content":"raw","components":[` + strings.Join(rows, ",") + `]}`
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, "http://discord.test/api/v10/channels/"+channel+"/messages", strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bot "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := d.server.Transport().RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		d.t.Fatalf("not posted: %v, %+v", err, answer)
	}
	answer.Body.Close()
	last, _ := d.server.Last(channel)
	return last
}
