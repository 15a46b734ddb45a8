package discord_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/commands"
	"boardcast/bot/discord"
	"boardcast/storage"
)

const token = "MTEwMDAwMDAwMDAwMDAwMDA0Mg.nobody-may.see-this"

// operator is the account of whoever runs the program in every world.
const operator = "77"

// monday is when every test begins: 20 May 2024, 10:00 in Beijing.
var monday = time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC)

// world is boardcast as the program serves it, on a Discord of its own, in a bubble whose clock runs as fast as can be.
type world struct {
	t       *testing.T
	server  *discordsrv.Server
	house   *bottest.House
	adapter *discord.Adapter
	log     *bottest.Log
	stop    func()
	limited atomic.Int64 // how often a test itself had Discord say that it is too much

	ann, bob discordsrv.User // Ann owns the guild, Bob is a member
	guild    discordsrv.Guild
	news     discordsrv.Channel // a text channel
}

// change changes what a world is made of.
type change func(*discordsrv.Config, *discord.Config)

// inWorld runs a test in a world. Whatever it does, no secret is in a line of the log, and Discord never has to say that it is too much.
func inWorld(t *testing.T, test func(w *world), changes ...change) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		w := open(t, changes...)
		w.start()
		test(w)
		w.stop()
		w.server.Close()
		if strings.Contains(w.log.String(), "nobody-may") {
			t.Errorf("the token is in the log:\n%s", w.log)
		}
		if n := w.server.TooMany() - int(w.limited.Load()); n > 0 {
			t.Errorf("Discord was asked too much %d times", n)
		}
	})
}

// bare makes a world of a server and an adapter alone.
func bare(t *testing.T, changes ...change) *world {
	t.Helper()
	w, cfg := unfurnished(t, changes)
	cfg.Keep, cfg.Kept = bottest.KeepNothing, bottest.KeepNothing
	w.adapter = adapterOf(t, cfg)
	return w
}

// unfurnished is a world with a server, and what its adapter is to be made of.
func unfurnished(t *testing.T, changes []change) (*world, discord.Config) {
	t.Helper()
	w := &world{t: t, log: &bottest.Log{}}
	served := discordsrv.Config{Token: token, Username: "boardcast", Now: time.Now}
	cfg := discord.Config{
		Token: token, APIURL: "http://discord.test/api", Words: bottest.Words(t), Now: time.Now, Log: w.log.Logger(),
	}
	for _, change := range changes {
		change(&served, &cfg)
	}
	w.server = discordsrv.New(served)
	cfg.HTTP, cfg.Dial = &http.Client{Transport: w.server.Transport()}, w.server.Dial
	w.ann = w.server.AddUser(discordsrv.User{Username: "ann", GlobalName: "Ann", Locale: "en-GB"})
	w.bob = w.server.AddUser(discordsrv.User{Username: "bob", GlobalName: "Bob", Locale: "fr"})
	w.guild = w.server.AddGuild(discordsrv.Place{
		Name: "Drivers", Owner: w.ann.ID, Members: []discordsrv.Member{{User: w.bob.ID}},
		Bot: discordsrv.Permission(discord.Permissions()),
	})
	w.news = w.server.AddChannel(w.guild.ID, discordsrv.Channel{Type: discordsrv.Text, Name: "news"})
	return w, cfg
}

// open makes a world of the whole program, in which nothing runs yet.
func open(t *testing.T, changes ...change) *world {
	t.Helper()
	w, cfg := unfurnished(t, changes)
	w.house = bottest.Open(t, monday, func(h *bottest.House, c *bot.Config) {
		lines := storage.Lines{Store: h.Store, Now: time.Now}
		cfg.Keep, cfg.Kept = lines.Keep, lines.Kept
		cfg.Commands = c.Commands
		w.adapter = adapterOf(t, cfg)
		h.Checks[bot.Discord] = w.adapter
		c.Now, c.Log = time.Now, cfg.Log
		c.Authorise = commands.Rights(commands.RightsConfig{
			Store: h.Store, Operators: map[bot.Messenger][]string{bot.Discord: {operator}},
			Admins: map[bot.Messenger]bot.Admitting{bot.Discord: w.adapter},
		})
		c.Happened = commands.Happened(h.Store, time.Now, h.Words)
		c.Elsewhere = func(ctx context.Context, _ bot.Inbound, words string) (bot.Chat, error) {
			return w.adapter.FindChat(ctx, words)
		}
	})
	return w
}

func adapterOf(t *testing.T, cfg discord.Config) *discord.Adapter {
	t.Helper()
	adapter, err := discord.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return adapter
}

// start begins a life of the program: the adapter takes in, the scheduler sends.
func (w *world) start() {
	w.t.Helper()
	w.stop = w.house.Serve(w.t, w.adapter, w.log.Logger(), func(ctx context.Context) error { return w.adapter.Run(ctx, w.house.Router) })
	w.pass(6 * time.Second) // a second life may not identify sooner
}

// settle waits until everything that follows from what was said is done.
func (w *world) settle() { w.pass(time.Second) }

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// sleep lets a long time pass while the program is stopped, which takes a test less long.
func (w *world) sleep(d time.Duration) {
	w.t.Helper()
	w.stop()
	w.pass(d)
	w.start()
}

// options are what is given with a command.
type options map[string]any

// command has somebody choose a command from the menu, and returns what became of it.
func (w *world) command(channel string, who discordsrv.User, line string, given options) discordsrv.Fate {
	w.t.Helper()
	id, err := w.server.Command(discordsrv.Invocation{Channel: channel, User: who.ID, Path: strings.Fields(line), Options: given, Locale: who.Locale})
	if err != nil {
		w.t.Fatalf("/%s %v: %v\n%s", line, given, err, w.log)
	}
	w.settle()
	return w.fate(id)
}

func (w *world) fate(id string) discordsrv.Fate {
	w.t.Helper()
	fate := w.server.Interaction(id)
	if !fate.Acked {
		w.t.Fatalf("the interaction waits for ever\n%s", w.log)
	}
	return fate
}

// answer is the first message of an answer.
func (w *world) answer(f discordsrv.Fate) discordsrv.Message {
	w.t.Helper()
	if f.Original == nil {
		w.t.Fatalf("there is no answer: %+v\n%s", f, w.log)
	}
	return *f.Original
}

// press has somebody press a button by its label, and returns what became of it.
func (w *world) press(m discordsrv.Message, who discordsrv.User, label string) discordsrv.Fate {
	w.t.Helper()
	id, err := w.server.PressLabel(m.ID, who.ID, label)
	if err != nil {
		w.t.Fatalf("press %q: %v\nof %s", label, err, shown(m))
	}
	w.settle()
	return w.fate(id)
}

// say has somebody write something, and returns what the bot said there since.
func (w *world) say(channel string, who discordsrv.User, text string) []discordsrv.Message {
	w.t.Helper()
	before := len(w.server.Sent(channel))
	w.server.Say(channel, who.ID, text, discordsrv.Saying{})
	w.settle()
	return w.server.Sent(channel)[before:]
}

// shown is all that is to be read of a message.
func shown(m discordsrv.Message) string {
	var b strings.Builder
	b.WriteString(m.Text + "\n")
	for _, e := range m.Embeds {
		if e.Author != nil {
			b.WriteString("by " + e.Author.Name + "\n")
		}
		b.WriteString(e.Title + "\n" + e.Description + "\n")
		for _, f := range e.Fields {
			b.WriteString(f.Name + ": " + f.Value + "\n")
		}
		if e.Footer != nil {
			b.WriteString(e.Footer.Text + "\n")
		}
	}
	for _, c := range m.Buttons() {
		b.WriteString("[" + c.Label + "] " + c.CustomID + "\n")
	}
	return b.String()
}
