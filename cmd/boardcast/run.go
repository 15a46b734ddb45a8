package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/bot/commands"
	"boardcast/bot/discord"
	"boardcast/bot/lang"
	"boardcast/bot/telegram"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// perUser is how many requests one person may make in ten seconds.
const perUser = 20

// serve serves the messengers that are configured until it is asked to stop.
func (p program) serve(ctx context.Context) error {
	started := time.Now()
	set, file := p.flags("run")
	c, err := p.parse(set, file)
	if err != nil {
		return err
	}
	if set.NArg() > 0 {
		return &usageError{fmt.Errorf("run takes flags only, not %q", set.Arg(0))}
	}
	if c.Telegram.Token.IsZero() && c.Discord.Token.IsZero() {
		return &usageError{errors.New("no messenger is configured: set discord.token or telegram.token, see config.example.toml, or use boardcast chat")}
	}
	words, err := lang.New()
	if err != nil {
		return err
	}
	log := newLog(c.Log, p.stderr, c.Log.Level)
	store, err := openStore(ctx, c.Storage.Path, "boardcast run", log)
	if err != nil {
		return err
	}
	h := house{config: c, store: store, words: words, started: started, log: log}
	return errors.Join(h.serve(ctx), store.Close())
}

// house is a program that serves messengers.
type house struct {
	config  config
	store   *bolt.Store
	words   bot.Words
	started time.Time
	log     *slog.Logger
}

// serve runs the messengers, the scheduler, the socket and the web until ctx ends. A messenger that cannot be reached is its own
// adapter's trouble, which it reports, and goes on trying; the others do not wait for it.
func (h house) serve(ctx context.Context) error {
	on := messengers{checks: map[bot.Messenger]bot.Checking{}}
	var lookout *scheduler.Lookout
	pulse := pulse{
		meter: scheduler.NewMeter(), senders: func() map[bot.Messenger]bot.Sender { return on.senders() },
		warnings: func() []storage.Warning { return lookout.Standing() },
	}
	declared := commands.New(commands.Config{
		Store: h.store, Words: h.words, Checks: on.checks,
		Process: cards.Process{Version: version(), Started: h.started, Flows: pulse.flows, Warnings: pulse.warnings},
	})
	if err := h.open(&on, declared); err != nil {
		return &usageError{err}
	}
	lookout = scheduler.NewLookout(h.store, on.senders(), pulse.meter, h.operators(), h.log)
	router, err := h.router(declared, on)
	if err != nil {
		return err
	}
	sites, err := h.listen(ctx, on.telegram, pulse)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return h.store.Hold(ctx, "scheduler", func(ctx context.Context, held storage.Store) error {
			return schedule(ctx, held, on.senders(), cards.Composer{Words: h.words, Started: h.started}, pulse.meter, h.log)
		})
	})
	group.Go(func() error {
		return serveSocket(ctx, h.config.Storage.Path, served{store: h.store, words: h.words, verb: "boardcast run", started: h.started, log: h.log})
	})
	group.Go(func() error { return lookout.Run(ctx, time.Now) })
	for _, adapter := range on.adapters() {
		group.Go(func() error { return adapter.Run(ctx, router) })
	}
	for _, site := range sites {
		group.Go(func() error { return site.serve(ctx, h.log) })
	}
	if err := group.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// messengers are those that are served; nil is not. The map is filled when they are made, because they are made of the commands, which
// ask it.
type messengers struct {
	telegram *telegram.Adapter
	discord  *discord.Adapter
	checks   map[bot.Messenger]bot.Checking
}

// open makes the adapters of the messengers that are configured. They open nothing before they run.
func (h house) open(on *messengers, declared []*bot.Command) (err error) {
	if !h.config.Telegram.Token.IsZero() {
		if on.telegram, err = telegram.New(h.telegramConfig(declared)); err != nil {
			return err
		}
		on.checks[bot.Telegram] = on.telegram
	}
	if !h.config.Discord.Token.IsZero() {
		if on.discord, err = discord.New(h.discordConfig(declared)); err != nil {
			return err
		}
		on.checks[bot.Discord] = on.discord
	}
	return nil
}

// adapters are those of the messengers that are served.
func (m messengers) adapters() []bot.Adapter {
	var all []bot.Adapter
	if m.telegram != nil {
		all = append(all, m.telegram)
	}
	if m.discord != nil {
		all = append(all, m.discord)
	}
	return all
}

func (m messengers) senders() map[bot.Messenger]bot.Sender {
	senders := map[bot.Messenger]bot.Sender{}
	for _, adapter := range m.adapters() {
		senders[adapter.Messenger()] = adapter
	}
	return senders
}

// admins are those that know who manages a chat.
func (m messengers) admins() map[bot.Messenger]bot.Admitting {
	admins := map[bot.Messenger]bot.Admitting{}
	for _, adapter := range m.adapters() {
		if admitting, ok := adapter.(bot.Admitting); ok {
			admins[adapter.Messenger()] = admitting
		}
	}
	return admins
}

// find returns the chat that somebody names, on the messenger on which they speak.
func (m messengers) find(ctx context.Context, in bot.Inbound, words string) (bot.Chat, error) {
	if in.Chat.Address.Messenger == bot.Discord {
		return m.discord.FindChat(ctx, words)
	}
	return m.telegram.FindChat(ctx, words)
}

// router makes the router that all messengers share.
func (h house) router(declared []*bot.Command, on messengers) (*bot.Router, error) {
	return bot.NewRouter(bot.Config{
		Commands: declared, Words: h.words, Log: h.log, Now: time.Now,
		Authorise: commands.Rights(commands.RightsConfig{
			Store: h.store, Admins: on.admins(),
			Operators: h.operators(),
		}),
		Moderators: commands.Moderators(h.store), Elsewhere: on.find,
		Settings: commands.Settings(h.store, h.words), Bare: "who", BareAs: commands.BareAs, Heard: commands.Heard(h.store),
		Happened: commands.Happened(h.store, time.Now, h.words), PerUser: perUser,
	})
}

// operators are those who run the program, by messenger.
func (h house) operators() map[bot.Messenger][]string {
	return map[bot.Messenger][]string{bot.Telegram: h.config.Operators.Telegram, bot.Discord: h.config.Operators.Discord}
}

func (h house) discordConfig(declared []*bot.Command) discord.Config {
	d := h.config.Discord
	return discord.Config{
		Token: d.Token.Reveal(), APIURL: d.APIURL, Shards: d.Shards, DevGuild: d.DevGuild, Commands: declared,
		InFlight: d.InFlight, PerSecond: d.PerSecond,
		Words: h.words, Now: time.Now, Jitter: rand.Float64, Log: h.log.With("messenger", string(bot.Discord)),
		Keep: h.lines().Keep, Kept: h.lines().Kept,
	}
}

func (h house) telegramConfig(declared []*bot.Command) telegram.Config {
	t := h.config.Telegram
	return telegram.Config{
		Token: t.Token.Reveal(), APIURL: t.APIURL, WebhookURL: t.WebhookURL,
		InFlight: t.InFlight, PerSecond: t.PerSecond, Commands: declared, Operators: h.config.Operators.Telegram,
		Words: h.words, Now: time.Now, Jitter: rand.Float64, Log: h.log.With("messenger", string(bot.Telegram)),
		Keep: h.lines().Keep, Kept: h.lines().Kept,
	}
}

// lines keep what is too long for a button.
func (h house) lines() storage.Lines { return storage.Lines{Store: h.store, Now: time.Now} }

// site is something that is served on a port of its own.
type site struct {
	listener net.Listener
	handler  http.Handler
}

// listen opens the ports on which anything is to be served: updates of Telegram, and how the program is.
func (h house) listen(ctx context.Context, tg *telegram.Adapter, p pulse) ([]site, error) {
	wanted := []struct {
		key, address string
		handler      http.Handler
	}{
		{"web.listen", h.config.Web.Listen, at(webhookPath(h.config.Telegram.WebhookURL), tg)},
		{"metrics.listen", h.config.Metrics.Listen, p.figures(h.store, h.log)},
	}
	if h.config.Telegram.WebhookURL == "" || tg == nil {
		wanted = wanted[1:]
	}
	var sites []site
	for _, w := range wanted {
		if w.address == "" {
			continue
		}
		var listening net.ListenConfig
		listener, err := listening.Listen(ctx, "tcp", w.address)
		if err != nil {
			for _, s := range sites {
				err = errors.Join(err, s.listener.Close())
			}
			return nil, fmt.Errorf("%s: %w", w.key, err)
		}
		sites = append(sites, site{listener: listener, handler: w.handler})
	}
	return sites, nil
}

// The bounds of a connection to the web.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = time.Minute // an update is answered when it is done
	stopTimeout  = 15 * time.Second
)

// serve serves a site until ctx ends, and then finishes what is in hand.
func (s site) serve(ctx context.Context, log *slog.Logger) error {
	server := &http.Server{
		Handler: s.handler, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: writeTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.InfoContext(ctx, "listening", "address", s.listener.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the web: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		return server.Shutdown(stopping)
	})
	return group.Wait()
}

// at serves one path and nothing else.
func at(path string, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// webhookPath is the path at which updates are delivered.
func webhookPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return "/"
	}
	return u.Path
}
