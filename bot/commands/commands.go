// Package commands is what people can ask of boardcast, one file a family. Each command is declared once and works on every
// messenger.
package commands

import (
	"context"
	"errors"
	"iter"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// Config is what the commands work with.
type Config struct {
	Store   storage.Store
	Words   bot.Words
	Process cards.Process // what /operator status says of the program
	// Checks are the messengers that know what boardcast may do in a chat. It may be filled until the first command runs.
	Checks map[bot.Messenger]bot.Checking
}

// family is what all commands share; they are closures over it.
type family struct {
	Config
	names    *directory
	who      bot.Option[storage.Subject]
	stream   bot.Option[storage.Stream]
	platform bot.Option[storage.Platform]
	page     bot.Option[int]
}

// New returns all commands, in the order in which help lists them.
func New(config Config) []*bot.Command {
	f := &family{Config: config, page: pageOption(), names: newDirectory(config.Store)}
	f.who, f.stream, f.platform = f.whoOption(), f.streamOption(), f.platformOption()
	list := []*bot.Command{
		f.liveCommand(), f.nextCommand(), f.scheduleCommand(), f.recentCommand(), f.showCommand(), f.whoCommand(),
		f.statsCommand(), f.compareCommand(), f.topCommand(), f.weekCommand(), f.searchCommand(), f.remindCommand(),
		f.remindersCommand(), f.tipCommand(), f.whyCommand(), f.languageCommand(), f.timezoneCommand(), f.forgetCommand(), f.aboutCommand(),
		f.watchCommand(), f.streamCommand(), f.figureCommand(), f.executiveCommand(), f.accountCommand(), f.chatCommand(),
		f.undoCommand(),
		f.operatorCommand(),
	}
	return append(list, f.helpCommand(list))
}

// view answers a question from one snapshot of the store, as the chat sees it.
func (f *family) view(ctx context.Context, req *bot.Request, answer func(v cards.View, chat storage.Chat) (bot.Post, error)) (bot.Post, error) {
	var post bot.Post
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
		v.Zone, v.Locale = req.Zone, req.Locale
		post, err = answer(v, chat)
		return err
	})
	return post, err
}

// read runs fn on one snapshot of the store, as the chat sees it and in the words of the asker, who alone reads what an option
// has to say.
func (f *family) read(ctx context.Context, req *bot.Request, fn func(v cards.View, chat storage.Chat) error) error {
	version := f.names.version() // before the snapshot, so that no older names are kept for it
	return f.Store.View(ctx, func(r storage.Reader) error {
		chat, err := storage.SeeChat(r, req.Chat)
		if err != nil {
			return err
		}
		v := f.viewOf(r, req, chat)
		v.Names = func() (*storage.Directory, error) { return f.names.at(version, v.Scoped) }
		return fn(v, chat)
	})
}

func (f *family) viewOf(r storage.Reader, req *bot.Request, chat storage.Chat) cards.View {
	scope := chat.Scope()
	if scope == "" {
		scope = storage.Public // a community that is not known yet has nothing of its own
	}
	scoped := storage.Scoped{Reader: r, Scope: scope}
	zone, locale := req.Own()
	return cards.View{
		Scoped: scoped, Words: f.Words, Locale: locale, Zone: zone, Now: req.Now, In: chat,
		Names: func() (*storage.Directory, error) { return readDirectory(scoped) },
	}
}

// change makes a change once, however often its line is delivered, and answers from its audit entry.
func (f *family) change(ctx context.Context, req *bot.Request,
	change func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error,
	answer func(v cards.View, chat storage.Chat, e storage.Entry) (bot.Post, error),
) (bot.Post, error) {
	act := storage.Act{Inbound: req.ID, Place: req.Chat, By: req.From, Line: req.Line, Now: req.Now}
	entry, err := storage.Do(ctx, f.Store, act, change)
	if err != nil {
		return bot.Post{}, err
	}
	var post bot.Post
	err = f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		// The change may have been to the very language or zone.
		settings, err := settingsOf(v, f.Words, bot.Inbound{Chat: req.Chat, From: req.From})
		if err != nil {
			return err
		}
		v.Zone, v.Locale = settings.Zone, settings.Locale
		if req.IsForAskerAlone() {
			v.Zone, v.Locale = settings.Own()
		}
		post, err = answer(v, chat, entry)
		post.Zone, post.Locale, post.Changed = v.Zone, v.Locale, true
		return err
	})
	return post, err
}

// undoHint is how a change is taken back.
func undoHint() bot.Button { return bot.Press(bot.Say("button.undo"), "/undo") }

// scopeOf is where a person's changes go: an operator's are public, a moderator's are their community's.
func scopeOf(req *bot.Request, chat storage.Chat) storage.Scope {
	if req.Role == bot.Operator {
		return storage.Public
	}
	return chat.Scope()
}

// Settings returns how a chat is spoken to; given to the router.
func Settings(store storage.Store, words bot.Words) func(ctx context.Context, in bot.Inbound) (bot.Settings, error) {
	return func(ctx context.Context, in bot.Inbound) (bot.Settings, error) {
		var settings bot.Settings
		err := store.View(ctx, func(r storage.Reader) (err error) {
			settings, err = settingsOf(r, words, in)
			return err
		})
		return settings, err
	}
}

// settingsOf are a chat's for what all can read, and a person's for what only they can: their own choice, then what their
// messenger says, then the chat's. In a private chat all is for the one person.
func settingsOf(r storage.Reader, words bot.Words, in bot.Inbound) (bot.Settings, error) {
	chat, err := storage.SeeChat(r, in.Chat)
	if err != nil {
		return bot.Settings{}, err
	}
	user, err := storage.SeeUser(r, in.Chat.Address.Messenger, in.From.ID)
	if err != nil {
		return bot.Settings{}, err
	}
	settings := bot.Settings{
		Zone: chat.Location(), Locale: words.Match(chat.Locale, in.Chat.Locale), Answers: chat.Answers,
		OwnZone: user.Location(chat.Location()), OwnLocale: words.Match(user.Locale, in.From.Locale, chat.Locale, in.Chat.Locale),
	}
	if in.Chat.Kind == bot.Private {
		settings.Zone, settings.Locale = settings.OwnZone, settings.OwnLocale
	}
	return settings, nil
}

// gather takes up to n streams of a sequence that fit, and reports whether there were more.
func gather(streams iter.Seq2[storage.Stream, error], n int, fits func(storage.Stream) bool) ([]storage.Stream, bool, error) {
	return gatherLeaf(streams, leaf{page: 1, size: n}, fits)
}

// gatherLeaf takes one page of the streams of a sequence that fit, and reports whether there are more.
func gatherLeaf(streams iter.Seq2[storage.Stream, error], l leaf, fits func(storage.Stream) bool) ([]storage.Stream, bool, error) {
	var found []storage.Stream
	skip, n := l.skip(), l.size
	for s, err := range streams {
		switch {
		case err != nil:
			return nil, false, err
		case !fits(s):
			continue
		case skip > 0:
			skip--
			continue
		case len(found) == n:
			return found, true, nil
		}
		found = append(found, s)
	}
	return found, false, nil
}

func isAbsent(err error) bool { return errors.Is(err, storage.ErrNotFound) }
