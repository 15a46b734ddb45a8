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
	"boardcast/bot/lang"
	"boardcast/bot/telegram"
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
	if c.Telegram.Token.IsZero() {
		return &usageError{noMessenger(c)}
	}
	words, err := lang.New()
	if err != nil {
		return err
	}
	log := newLog(c.Log, p.stderr, c.Log.Level)
	if !c.Discord.Token.IsZero() {
		log.WarnContext(ctx, "Discord is configured, but this version does not serve it")
	}
	store, err := openStore(ctx, c.Storage.Path, "boardcast run", log)
	if err != nil {
		return err
	}
	h := house{config: c, store: store, words: words, started: started, log: log}
	return errors.Join(h.serve(ctx), store.Close())
}

// noMessenger says that there is nothing to serve, and what to do about it.
func noMessenger(c config) error {
	if !c.Discord.Token.IsZero() {
		return errors.New("only Discord is configured, and this version serves Telegram and the terminal: " +
			"set telegram.token, or use boardcast chat")
	}
	return errors.New("no messenger is configured: set telegram.token, see config.example.toml, or use boardcast chat")
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
	checks := map[bot.Messenger]bot.Checking{} // filled below, because an adapter is made of the commands
	declared := commands.New(commands.Config{
		Store: h.store, Words: h.words, Process: cards.Process{Version: version(), Started: h.started}, Checks: checks,
	})
	tg, err := telegram.New(h.telegramConfig(declared))
	if err != nil {
		return &usageError{err}
	}
	checks[bot.Telegram] = tg
	router, err := h.router(declared, tg)
	if err != nil {
		return err
	}
	listener, err := h.listen(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		senders := map[bot.Messenger]bot.Sender{bot.Telegram: tg}
		return h.store.Hold(ctx, "scheduler", func(ctx context.Context, held storage.Store) error {
			return schedule(ctx, held, senders, cards.Composer{Words: h.words, Started: h.started}, h.log)
		})
	})
	group.Go(func() error {
		return serveSocket(ctx, h.config.Storage.Path, served{store: h.store, words: h.words, verb: "boardcast run", started: h.started, log: h.log})
	})
	group.Go(func() error { return tg.Run(ctx, router) })
	if listener != nil {
		group.Go(func() error { return h.serveWeb(ctx, listener, tg) })
	}
	if err := group.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// router makes the router that all messengers share.
func (h house) router(declared []*bot.Command, tg *telegram.Adapter) (*bot.Router, error) {
	return bot.NewRouter(bot.Config{
		Commands: declared, Words: h.words, Log: h.log, Now: time.Now,
		Authorise: commands.Rights(commands.RightsConfig{
			Store:     h.store,
			Operators: map[bot.Messenger][]string{bot.Telegram: h.config.Operators.Telegram},
			Admins:    map[bot.Messenger]bot.Admitting{bot.Telegram: tg},
		}),
		Moderators: commands.Moderators(h.store),
		Settings:   commands.Settings(h.store, h.words), Bare: "who", BareAs: commands.BareAs, Heard: commands.Heard(h.store),
		Happened: commands.Happened(h.store, time.Now, h.words), PerUser: perUser,
		Elsewhere: func(ctx context.Context, _ bot.Inbound, words string) (bot.Chat, error) {
			return tg.FindChat(ctx, words)
		},
	})
}

func (h house) telegramConfig(declared []*bot.Command) telegram.Config {
	t := h.config.Telegram
	return telegram.Config{
		Token: t.Token.Reveal(), APIURL: t.APIURL, WebhookURL: t.WebhookURL,
		Commands: declared, Operators: h.config.Operators.Telegram,
		Words: h.words, Now: time.Now, Jitter: rand.Float64, Log: h.log.With("messenger", string(bot.Telegram)),
		Keep: h.keepLine, Kept: h.keptLine,
	}
}

// keepLine keeps a command line that is too long for a button, and returns the name that stands on it.
func (h house) keepLine(ctx context.Context, line string) (string, error) {
	now := time.Now()
	var kept bool
	err := h.store.View(ctx, func(r storage.Reader) (err error) {
		kept, err = storage.IsKept(r, now, line)
		return err
	})
	if err == nil && !kept {
		err = h.store.Update(ctx, func(tx storage.Tx) error { return storage.KeepLine(tx, now, line) })
	}
	return storage.LineName(line), err
}

// keptLine returns the line of a button by its name, "" if it is not kept any more.
func (h house) keptLine(ctx context.Context, name string) (string, error) {
	var kept storage.KeptLine
	err := h.store.View(ctx, func(r storage.Reader) (err error) {
		kept, err = storage.KeptLines.Get(r, name)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return kept.Line, err
}

// listen opens the port of the web, if anything is to be served there.
func (h house) listen(ctx context.Context) (net.Listener, error) {
	if h.config.Telegram.WebhookURL == "" {
		return nil, nil //nolint:nilnil // no listener is needed, which is no failure
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", h.config.Web.Listen)
	if err != nil {
		return nil, fmt.Errorf("web.listen: %w", err)
	}
	return listener, nil
}

// The bounds of a connection to the web.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = time.Minute // an update is answered when it is done
	stopTimeout  = 15 * time.Second
)

// serveWeb serves the webhook until ctx ends, and then finishes what is in hand.
func (h house) serveWeb(ctx context.Context, listener net.Listener, tg *telegram.Adapter) error {
	server := &http.Server{
		Handler: at(webhookPath(h.config.Telegram.WebhookURL), tg), ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: writeTimeout,
		ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
	}
	h.log.InfoContext(ctx, "listening", "address", listener.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
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
