package telegram

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"boardcast/bot"
)

// Config is what an [Adapter] is made of; every field is required but APIURL, HTTP, InFlight, Jitter, Operators, PerSecond and WebhookURL.
type Config struct {
	Token  string
	APIURL string       // of the Bot API server; empty: Telegram's own
	HTTP   *http.Client // empty: one of its own
	// WebhookURL is the https address at which Telegram delivers updates to the adapter as a [http.Handler]; empty: they are
	// fetched.
	WebhookURL string
	// InFlight is how many posts may be under way at once, PerSecond how many Telegram takes in a second; 0: eight, and thirty.
	InFlight, PerSecond int
	// Commands are published as menus; those for operators in the private chats of Operators, by the ids of their accounts.
	Commands  []*bot.Command
	Operators []string

	Words bot.Words
	Now   func() time.Time
	// Jitter returns a number from 0 to below 1, by which waits after errors differ from one process to another; nil: not at all.
	Jitter func() float64
	Log    *slog.Logger
	// Keep keeps a command line that is too long for a button, and returns the name that stands on it: up to 62 signs without a
	// space. Kept returns the line of a name, "" if it is not kept any more.
	Keep func(ctx context.Context, line string) (name string, err error)
	Kept func(ctx context.Context, name string) (line string, err error)
}

// Adapter is Telegram. It opens nothing before Run is called; its methods may be called from many goroutines at once.
type Adapter struct {
	cfg    Config
	client *client
	me     atomic.Pointer[user] // the bot's own account, once it is known
	admins *admins
	rivals *rivals
	tidy   *bot.Tidier
	hook   http.Handler // nil: updates are fetched
	taking atomic.Pointer[inbox]

	// What the server is known to lack, because it is older than the feature.
	noClocks    atomic.Bool // <tg-time>
	noEphemeral atomic.Bool // messages that one member of a group sees
}

// New makes an adapter. An address or a token that can be none is an error.
func New(cfg Config) (*Adapter, error) {
	client, err := newClient(cfg.Token, cfg.APIURL, cfg.HTTP, newPacer(cfg.Now, cfg.InFlight, cfg.PerSecond))
	if err != nil {
		return nil, err
	}
	a := &Adapter{cfg: cfg, client: client, rivals: newRivals()}
	a.admins = newAdmins(a)
	a.tidy = bot.NewTidier(cfg.Now, a.takeAway)
	if cfg.WebhookURL != "" {
		a.hook = newWebhook(client.webhookSecret(), func(ctx context.Context, u update) error { return a.taking.Load().handle(ctx, u) }, cfg.Log)
	}
	return a, nil
}

// Messenger implements [bot.Adapter].
func (a *Adapter) Messenger() bot.Messenger { return bot.Telegram }

// ServeHTTP takes in what Telegram delivers at Config.WebhookURL while Run runs.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case a.hook == nil:
		http.NotFound(w, r)
		return
	case a.taking.Load() == nil:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	a.hook.ServeHTTP(w, r)
}

// Run publishes the menus and takes in what people say until ctx ends. What keeps it from that, such as a token that was revoked,
// it says in the log, and goes on trying.
func (a *Adapter) Run(ctx context.Context, b bot.Bot) error {
	in := &inbox{Adapter: a, bot: b}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.tidy.Run(ctx) })
	group.Go(func() error {
		if a.introduce(ctx) {
			a.publish(ctx)
		}
		return nil
	})
	group.Go(func() error { return a.takeIn(ctx, in) })
	return group.Wait()
}

// takeIn fetches updates, or has them delivered.
func (a *Adapter) takeIn(ctx context.Context, in *inbox) error {
	if a.hook == nil {
		return newPoller(a.client, pollOptions{Log: a.cfg.Log, Jitter: a.cfg.Jitter}).Run(ctx, in.handle)
	}
	a.taking.Store(in)
	said := ""
	ready := bot.Persist(ctx, firstWait, lastWait, func(ctx context.Context) error {
		err := a.client.setWebhook(ctx, a.cfg.WebhookURL, a.client.webhookSecret())
		if err == nil || ctx.Err() != nil {
			return err
		}
		if now := explain(err); now != said {
			said = now
			a.cfg.Log.ErrorContext(ctx, "the webhook cannot be set; trying again", "why", said)
		}
		return err
	})
	if ready {
		a.cfg.Log.InfoContext(ctx, "updates are delivered", "to", a.cfg.WebhookURL)
		<-ctx.Done()
	}
	return nil
}

// whoAmI returns the bot's own account, which is asked for once.
func (a *Adapter) whoAmI(ctx context.Context) (user, error) {
	if me := a.me.Load(); me != nil {
		return *me, nil
	}
	me, err := call[user](ctx, a.client, "getMe", nil)
	if err != nil {
		return user{}, err
	}
	a.me.Store(&me)
	return me, nil
}

// The waits between attempts to reach Telegram.
const (
	firstWait = 2 * time.Second
	lastWait  = time.Minute
)

// introduce finds out who the bot is, as often as it takes; it returns false when it is time to stop. What is wrong with the token
// or the network is said by what takes updates in, which meets it at the same time.
func (a *Adapter) introduce(ctx context.Context) bool {
	ready := bot.Persist(ctx, firstWait, lastWait, func(ctx context.Context) error {
		_, err := a.whoAmI(ctx)
		return err
	})
	if ready {
		a.cfg.Log.InfoContext(ctx, "serving Telegram", "bot", "@"+a.me.Load().Username)
	}
	return ready
}

// takeAway deletes the messages of a post.
func (a *Adapter) takeAway(ctx context.Context, to bot.ChatID, id bot.MessageID) {
	at, err := placeOf(to)
	_, parts, idErr := splitIDs(id)
	if err != nil || idErr != nil {
		return
	}
	for _, m := range parts {
		a.remove(ctx, at, m.id)
	}
}
