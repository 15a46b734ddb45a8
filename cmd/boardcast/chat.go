package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/bot/commands"
	"boardcast/bot/console"
	"boardcast/bot/lang"
	"boardcast/scheduler"
	"boardcast/storage"
	"boardcast/storage/bolt"
)

// errAnswered says that an answer reported an internal error.
var errAnswered = errors.New("an answer reported an internal error")

// terminalUser is the id of the person at the terminal, whoever that is.
const terminalUser = "terminal"

// chatFlags are what chat is told on the command line.
type chatFlags struct {
	role bot.Access
	name string
	zone *time.Location // nil: this machine's
	lang string
	wait time.Duration
}

// chat is the terminal: it serves one person, and whatever becomes due while they are there.
func (p program) chat(ctx context.Context) error {
	started := time.Now()
	words, err := lang.New()
	if err != nil {
		return err
	}
	flags, c, err := p.chatFlags(words)
	if err != nil {
		return err
	}
	terminal := p.console(flags, words)
	log := newLog(c.Log, terminal.Beside(p.stderr), chatLevel(c.Log.Level))
	store, err := openStore(ctx, c.Storage.Path, "boardcast chat", log)
	if err != nil {
		return err
	}
	err = p.converse(ctx, store, c.Storage.Path, terminal, flags, words, started, log)
	return errors.Join(err, store.Close())
}

// chatLevel keeps what is merely worth knowing off the terminal, unless everything is asked for.
func chatLevel(level slog.Level) slog.Level {
	if level == slog.LevelInfo {
		return slog.LevelWarn
	}
	return level
}

// converse runs the terminal, the scheduler and the socket until the terminal is done.
func (p program) converse(ctx context.Context, store *bolt.Store, path string, terminal *console.Console, flags chatFlags, words bot.Words, started time.Time, log *slog.Logger) error {
	if err := flags.apply(ctx, store, started); err != nil {
		return err
	}
	router, err := bot.NewRouter(bot.Config{
		Commands: commands.New(commands.Config{
			Store: store, Words: words, Process: cards.Process{Version: version(), Started: started},
		}), Words: words, Log: log, Now: time.Now,
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return flags.role, nil },
		Settings:  commands.Settings(store, words), Bare: "who", BareAs: commands.BareAs, Heard: commands.Heard(store),
	})
	if err != nil {
		return err
	}
	senders := map[bot.Messenger]bot.Sender{bot.Console: terminal}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		// One process in a cluster plans and sends; on bbolt that is this one.
		return store.Hold(ctx, "scheduler", func(ctx context.Context, held storage.Store) error {
			return schedule(ctx, held, senders, cards.Composer{Words: words, Started: started}, nil, log)
		})
	})
	group.Go(func() error {
		return serveSocket(ctx, path, served{store: store, words: words, verb: "boardcast chat", started: started, log: log})
	})
	group.Go(func() error {
		defer stop()
		err := terminal.Run(ctx, router)
		if errors.Is(err, console.ErrFailed) {
			return errAnswered
		}
		return err
	})
	if err := group.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil // that is how the others stop when the terminal is done
}

// schedule plans and sends until ctx ends. The meter may be nil.
func schedule(ctx context.Context, store storage.Store, senders map[bot.Messenger]bot.Sender, composer scheduler.Composer, meter *scheduler.Meter, log *slog.Logger) error {
	planner, err := scheduler.NewPlanner(store, scheduler.PacesOf(senders))
	if err != nil {
		return err
	}
	dispatcher := scheduler.NewDispatcher(store, composer, senders, meter, log)
	return scheduler.Run(ctx, planner, dispatcher, scheduler.MachineClock(time.Now), log)
}

// console makes the terminal's adapter.
func (p program) console(flags chatFlags, words bot.Words) *console.Console {
	in, inOK := p.stdin.(*os.File)
	out, outOK := p.stdout.(*os.File)
	interactive := inOK && outOK && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) && p.getenv("TERM") != "dumb"
	width := func() int {
		if !outOK {
			return 0
		}
		columns, _, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 0
		}
		return columns
	}
	zone := flags.zone
	if zone == nil {
		zone = machineZone()
	}
	history := ""
	if home := p.getenv("HOME"); interactive && home != "" {
		history = home + "/.boardcast_history"
	}
	locale := words.Match(flags.lang)
	voice := bot.Voice{Words: words, Locale: locale, Zone: zone}
	return console.New(console.Config{
		In: p.stdin, Out: p.stdout, Interactive: interactive, Color: interactive && p.getenv("NO_COLOR") == "", Width: width,
		Chat: flags.place(), Words: words, Locale: locale, Zone: zone, Now: time.Now,
		User:    bot.User{ID: terminalUser, Name: cmp.Or(p.getenv("USER"), voice.Plain(bot.Say("console.person"))), Locale: flags.lang},
		Session: strings.ToLower(rand.Text()[:8]), History: history, Wait: flags.wait,
	})
}

// place is the terminal as a chat.
func (f chatFlags) place() bot.Chat {
	zone := f.zone
	if zone == nil {
		zone = machineZone()
	}
	return bot.Chat{
		Address:   bot.ChatID{Messenger: bot.Console, Key: f.name},
		Community: "terminal", Title: f.name, Kind: bot.Private, Locale: f.lang, Zone: zone.String(),
	}
}

// apply sets what was asked for on the command line for a chat that is known already. It stands before what the person of the
// terminal has set for themselves, which their chats have too.
func (f chatFlags) apply(ctx context.Context, store storage.Store, now time.Time) error {
	if f.zone == nil && f.lang == "" {
		return nil
	}
	return store.Update(ctx, func(tx storage.Tx) error {
		user, err := storage.SeeUser(tx, bot.Console, terminalUser)
		if err != nil {
			return err
		}
		if f.zone != nil {
			user.Zone = ""
		}
		if f.lang != "" {
			user.Locale = ""
		}
		if err := storage.SaveUser(tx, user); err != nil {
			return err
		}
		chat, err := storage.FindChat(tx, f.place().Address)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if f.zone != nil {
			chat.Zone = f.zone.String()
		}
		if f.lang != "" {
			chat.Locale = f.lang
		}
		return storage.SaveChat(tx, now, chat)
	})
}

// machineZone is this machine's zone by its IANA name; UTC where that cannot be found.
func machineZone() *time.Location {
	if name := os.Getenv("TZ"); name != "" {
		if zone, err := time.LoadLocation(strings.TrimPrefix(name, ":")); err == nil {
			return zone
		}
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			if zone, err := time.LoadLocation(name); err == nil {
				return zone
			}
		}
	}
	return time.UTC
}

// chatFlags reads the command line of chat.
func (p program) chatFlags(words bot.Words) (chatFlags, config, error) {
	set, file := p.flags("chat")
	as := set.String("as", "moderator", "speak as `who`: member, moderator or operator")
	name := set.String("chat", "home", "the `name` of the chat, of which there can be many")
	zone := set.String("zone", "", "the chat's time `zone` (default this machine's)")
	language := set.String("lang", "", "the chat's `language`: "+strings.Join(words.Locales(), ", "))
	wait := set.Duration("wait", 0, "after the end of the input, stay so `long` for notices")
	c, err := p.parse(set, file)
	if err != nil {
		return chatFlags{}, config{}, err
	}
	flags := chatFlags{name: *name, lang: *language, wait: *wait}
	return flags, c, flags.check(set, *as, *zone, words)
}

// check turns words of the command line into what they mean.
func (f *chatFlags) check(set *flag.FlagSet, as, zone string, words bot.Words) error {
	if set.NArg() > 0 {
		return &usageError{fmt.Errorf("chat takes flags only, not %q", set.Arg(0))}
	}
	roles := map[string]bot.Access{"member": bot.Member, "moderator": bot.Moderator, "operator": bot.Operator}
	role, ok := roles[as]
	if !ok {
		return &usageError{fmt.Errorf("--as %q: must be member, moderator or operator", as)}
	}
	f.role = role
	if f.name == "" {
		return &usageError{errors.New("--chat: must not be empty")}
	}
	if f.lang != "" && words.Match(f.lang) != f.lang {
		return &usageError{fmt.Errorf("--lang %q: must be one of %s", f.lang, strings.Join(words.Locales(), ", "))}
	}
	if zone != "" {
		location, err := bot.ReadZone(zone)
		if err != nil {
			return &usageError{fmt.Errorf("--zone %q: must be a zone such as Europe/Paris, or a city", zone)}
		}
		f.zone = location
	}
	return nil
}
