package telegram_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/commands"
	"boardcast/bot/telegram"
	"boardcast/storage"
)

const token = "4242:a-token-that-nobody-may-see"

// monday is when every test begins: 20 May 2024, 10:00 in Beijing.
var monday = time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC)

// world is boardcast as the program serves it, on a Bot API server of its own, in a bubble whose clock runs as fast as can be.
type world struct {
	t       *testing.T
	server  *telegramsrv.Server
	house   *bottest.House
	adapter *telegram.Adapter
	log     *bottest.Log
	stop    func()

	ann, bob telegramsrv.User
}

// inWorld runs a test in a world. Whatever it does, the token is in no line of the log.
func inWorld(t *testing.T, test func(w *world), changes ...func(*telegramsrv.Config, *telegram.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		w := open(t, changes...)
		w.start()
		test(w)
		w.stop()
		w.server.Close()
		if stats := w.server.Stats(); stats.Limited > 0 && stats.Faults == 0 {
			t.Errorf("it was too much %d times", stats.Limited)
		}
		if strings.Contains(w.log.String(), "nobody-may-see") {
			t.Errorf("the token is in the log:\n%s", w.log)
		}
	})
}

// bare makes a world of a server and an adapter alone. Ann and Bob have spoken to the bot.
func bare(t *testing.T, changes ...func(*telegramsrv.Config, *telegram.Config)) *world {
	t.Helper()
	w, cfg := unfurnished(t, changes)
	cfg.Keep, cfg.Kept = bottest.KeepNothing, bottest.KeepNothing
	w.adapter = adapterOf(t, cfg)
	return w
}

// unfurnished is a world with a server, and what its adapter is to be made of.
func unfurnished(t *testing.T, changes []func(*telegramsrv.Config, *telegram.Config)) (*world, telegram.Config) {
	t.Helper()
	w := &world{t: t, log: &bottest.Log{}}
	served := telegramsrv.Config{Token: token, Username: "board_bot", Now: time.Now}
	cfg := telegram.Config{
		Token: token, APIURL: "http://telegram.test", Words: bottest.Words(t), Now: time.Now,
		Log: w.log.Logger(), Operators: []string{"77"},
	}
	for _, change := range changes {
		change(&served, &cfg)
	}
	w.server = telegramsrv.New(served)
	cfg.HTTP = &http.Client{Transport: w.server.Transport()}
	w.ann = w.server.AddUser(telegramsrv.User{FirstName: "Ann", Username: "ann", LanguageCode: "en"})
	w.bob = w.server.AddUser(telegramsrv.User{FirstName: "Bob", LanguageCode: "fr"})
	w.server.AddPrivate(w.ann.ID)
	w.server.AddPrivate(w.bob.ID)
	return w, cfg
}

// open makes a world of the whole program, in which nothing runs yet.
func open(t *testing.T, changes ...func(*telegramsrv.Config, *telegram.Config)) *world {
	t.Helper()
	w, cfg := unfurnished(t, changes)
	w.house = bottest.Open(t, monday, func(h *bottest.House, c *bot.Config) {
		lines := storage.Lines{Store: h.Store, Now: time.Now}
		cfg.Keep, cfg.Kept = lines.Keep, lines.Kept
		cfg.Commands = c.Commands
		w.adapter = adapterOf(t, cfg)
		c.Now, c.Log = time.Now, cfg.Log
		c.Authorise = commands.Rights(commands.RightsConfig{
			Store: h.Store, Operators: map[bot.Messenger][]string{bot.Telegram: cfg.Operators},
			Admins: map[bot.Messenger]bot.Admitting{bot.Telegram: w.adapter},
		})
		h.Checks[bot.Telegram] = w.adapter
		c.Happened = commands.Happened(h.Store, time.Now, h.Words)
		c.Elsewhere = func(ctx context.Context, _ bot.Inbound, words string) (bot.Chat, error) {
			return w.adapter.FindChat(ctx, words)
		}
	})
	return w
}

func adapterOf(t *testing.T, cfg telegram.Config) *telegram.Adapter {
	t.Helper()
	adapter, err := telegram.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return adapter
}

// start begins a life of the program: the adapter takes in, the scheduler sends.
func (w *world) start() {
	w.t.Helper()
	w.stop = w.house.Serve(w.t, w.adapter, w.log.Logger(), func(ctx context.Context) error { return w.adapter.Run(ctx, w.house.Router) })
	w.settle()
}

// settle waits until everything that follows from what was said is done, and as long as a person would: who says more than that has to
// wait for the answers, because half of what a chat takes is for notices.
func (w *world) settle() { w.pass(13 * time.Second) }

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

// say has somebody say something and returns what the bot sent to that chat since, oldest first.
func (w *world) say(chat int64, user telegramsrv.User, text string, how ...telegramsrv.Saying) []telegramsrv.Message {
	w.t.Helper()
	before := len(w.server.Sent(chat))
	w.server.Say(chat, user.ID, text, how...)
	w.settle()
	return w.server.Sent(chat)[before:]
}

// answer is say where exactly one message is to come.
func (w *world) answer(chat int64, user telegramsrv.User, text string, how ...telegramsrv.Saying) telegramsrv.Message {
	w.t.Helper()
	sent := w.say(chat, user, text, how...)
	if len(sent) != 1 {
		w.t.Fatalf("%q was answered by %d messages, not one: %q\n%s", text, len(sent), textsOf(sent), w.log)
	}
	return sent[0]
}

func textsOf(messages []telegramsrv.Message) []string {
	var texts []string
	for _, m := range messages {
		texts = append(texts, m.Text)
	}
	return texts
}

// headline is the first line of a message.
func headline(m telegramsrv.Message) string {
	first, _, _ := strings.Cut(m.Text, "\n")
	return first
}

// press has somebody press the button of a message that bears a label, and returns how that was answered.
func (w *world) press(m telegramsrv.Message, user telegramsrv.User, label string) telegramsrv.Answer {
	w.t.Helper()
	for _, b := range m.Markup.Buttons() {
		if b.Text != label {
			continue
		}
		return w.tap(telegramsrv.Tap{Chat: m.Chat, Message: m.ID, EphemeralID: m.EphemeralID, User: user.ID, Data: b.Data})
	}
	w.t.Fatalf("no button %q under %q", label, m.Text)
	return telegramsrv.Answer{}
}

// tap presses a button and returns how that was answered: it has to be.
func (w *world) tap(tap telegramsrv.Tap) telegramsrv.Answer {
	w.t.Helper()
	query, err := w.server.Press(tap)
	if err != nil {
		w.t.Fatal(err)
	}
	w.settle()
	answer, ok := w.server.Answered(query)
	if !ok {
		w.t.Fatalf("the press of %q waits for ever\n%s", tap.Data, w.log)
	}
	return answer
}

// last is the newest message of the bot in a chat.
func (w *world) last(chat int64) telegramsrv.Message {
	w.t.Helper()
	m, ok := w.server.Last(chat)
	if !ok {
		w.t.Fatalf("the bot has said nothing in chat %d\n%s", chat, w.log)
	}
	return m
}

// beijing has a chat on the clocks of Beijing, where the day is young when a test begins.
func (w *world) beijing(chat int64, user telegramsrv.User) {
	w.t.Helper()
	line := "/chat set zone=Beijing"
	if chat == user.ID {
		line = "/timezone Beijing"
	}
	w.answer(chat, user, line)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
