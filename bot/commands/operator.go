package commands

import (
	"cmp"
	"context"
	"slices"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) operatorCommand() *bot.Command {
	return &bot.Command{
		Name: "operator", Summary: "operator.summary", Access: bot.Operator,
		Sub: []*bot.Command{f.operatorStatus(), f.operatorPublish(), f.operatorWhy()},
	}
}

func (f *family) operatorStatus() *bot.Command {
	return &bot.Command{
		Name: "status", Summary: "operator.status", Access: bot.Operator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) { return v.Status(f.Process) })
		},
	}
}

// operatorPublish shows to everybody what a community's moderators have added or changed.
func (f *family) operatorPublish() *bot.Command {
	stream := streamIDOption().Required().Proposing(f.stream.Propose)
	community := bot.NewOption("community", "option.community", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		id, ok := storage.ParseID("g", words)
		if !ok {
			return "", bot.ErrNotThis
		}
		return id, nil
	}).Proposing(func(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
		choices, err := f.proposeOwners(ctx, req, stream.Of(req))
		return bot.BeginningWith(typed, choices), err
	})
	sure := bot.ChoiceOption("sure", "option.publish_sure", "yes").Named()
	return &bot.Command{
		Name: "publish", Summary: "operator.publish", Access: bot.Operator, Options: []bot.Param{stream, community, sure},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.changeStreams(ctx, req, func(c *changes) error {
				own, err := c.ownOf(stream.Of(req), storage.Scope(community.Of(req)))
				if err != nil {
					return err
				}
				if _, ok := sure.Given(req); !ok {
					if err := c.refuseOver(req, own); err != nil {
						return err
					}
				}
				return c.publish(own)
			})
		},
	}
}

// streamIDOption is an option that is a stream of any community, by its id alone.
func streamIDOption() bot.Option[string] {
	o := bot.NewOption("stream", "option.stream_id", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		id, ok := idIn("s", words)
		if !ok {
			return "", bot.ErrNotThis
		}
		return id, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Invalid, "operator.by_id", bot.Args{"Words": bot.Quote(words)})
	})
}

// ownOf finds the one stream of a community by an id: of the one that is named, else of this chat's, else of the only one that
// has it.
func (c *changes) ownOf(id string, named storage.Scope) (storage.Stream, error) {
	all, err := storage.OwnStreams(c.tx, id)
	if err != nil {
		return storage.Stream{}, err
	}
	for _, wanted := range []storage.Scope{named, c.chat.Scope()} {
		at := slices.IndexFunc(all, func(s storage.Stream) bool { return s.Scope == wanted })
		if at >= 0 {
			return all[at], nil
		}
		if wanted != "" && wanted == named {
			break // somebody else's is not what was asked for
		}
	}
	if len(all) == 1 && named == "" {
		return all[0], nil
	}
	e := bot.NewError(bot.Conflict, "operator.nothing_own", bot.Args{"ID": bot.Lit(id)})
	if len(all) > 0 {
		e = bot.NewError(bot.Ambiguous, "operator.whose_own", bot.Args{"ID": bot.Lit(id)})
	}
	for _, s := range all[:min(len(all), mostPicked)] {
		line := "/operator publish " + id + " " + string(s.Scope)
		e.Try = append(e.Try, bot.PressLine(line))
	}
	return storage.Stream{}, e
}

// refuseOver asks back when everybody knows a stream to stand otherwise than the one that is to take its place.
func (c *changes) refuseOver(req *bot.Request, own storage.Stream) error {
	public, err := storage.Streams.Get(c.tx, string(storage.Public), own.ID)
	if isAbsent(err) || err == nil && public.State == own.State {
		return nil
	}
	if err != nil {
		return err
	}
	return bot.NewError(bot.Conflict, "operator.over", bot.Args{
		"ID": bot.Lit(own.ID), "Public": bot.Say("state." + string(public.State)), "Own": bot.Say("state." + string(own.State)),
	}, bot.Press(bot.Say("button.publish_all_the_same"), req.Line+" sure=yes"))
}

// publish makes a community's stream public. Undoing it gives the community its own back.
func (c *changes) publish(own storage.Stream) error {
	before, after, err := storage.Publish(c.tx, c.now, own)
	if err != nil {
		return err
	}
	c.note(before, after)
	c.entry.Changes = append(c.entry.Changes, storage.Change{Stream: &storage.Changed[storage.Stream]{Before: &own}})
	return nil
}

// toldElsewhere heads what another chat was told, if anything.
func toldElsewhere(chat storage.Chat, told bool) bot.Text {
	if !told {
		return bot.Say("operator.told_nothing", bot.Args{"Chat": bot.Lit(chat.ID)})
	}
	return bot.Say("operator.told", bot.Args{"Chat": bot.Lit(chat.ID)})
}

// listElsewhere is the list of a chat, as it is said in one that may be another.
func (w *wondering) listElsewhere(here storage.Chat) (bot.Post, error) {
	post, found, err := w.list()
	if w.chat.ID == here.ID {
		return post, err
	}
	post.Headline = toldElsewhere(w.chat, found)
	if !found {
		post.Buttons = nil
	}
	return post, err
}

func (f *family) operatorWhy() *bot.Command {
	chat := bot.NewOption("chat", "option.chat_id", func(ctx context.Context, _ *bot.Request, words string) (storage.Chat, error) {
		id, ok := idIn("c", words)
		if !ok {
			return storage.Chat{}, bot.ErrNotThis
		}
		var found storage.Chat
		err := f.Store.View(ctx, func(r storage.Reader) (err error) {
			found, err = storage.Chats.Get(r, id)
			return err
		})
		if isAbsent(err) {
			return storage.Chat{}, bot.NewError(bot.Unknown, "operator.no_chat", bot.Args{"Words": bot.Quote(words)})
		}
		return found, err
	}).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Unknown, "operator.no_chat", bot.Args{"Words": bot.Quote(words)})
	}).Proposing(f.proposeChats)
	stream, notice := streamIDOption().Proposing(f.stream.Propose), f.noticeOption()
	return &bot.Command{
		Name: "why", Summary: "operator.why", Access: bot.Operator, Options: []bot.Param{chat, stream, notice, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, here storage.Chat) (bot.Post, error) {
				about, given := chat.Given(req)
				if !given {
					about = here
				}
				v.Scope = cmp.Or(about.Scope(), storage.Public)
				w := wondering{f: f, req: req, v: v, chat: about, community: about.Scope(), stream: stream.Of(req)}
				if err := w.look(); err != nil {
					return bot.Post{}, err
				}
				if n, err := w.one(notice); err != nil || n != nil {
					return w.story(n, err)
				}
				return w.listElsewhere(here)
			})
		},
	}
}
