package commands

import (
	"context"
	"slices"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// tipCommand lets anyone say how a stream stands that the bot cannot see. A moderator's word counts at once; three members' as one
// moderator's.
func (f *family) tipCommand() *bot.Command {
	stream := f.picked(pick{
		name: "stream", summary: "option.stream", find: storage.Scoped.Find, now: true, fits: storage.Stream.Open,
	}).Required()
	says := bot.ChoiceOption("says", "option.says",
		string(storage.SaysLive), string(storage.SaysNotYet), string(storage.SaysCancelled), string(storage.SaysEnded)).Required()
	return &bot.Command{
		Name: "tip", Minor: true, Summary: "tip.summary", Weighs: true, Options: []bot.Param{stream, says},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			of, said := stream.Of(req), storage.Saying(says.Of(req))
			if err := fitsSaying(of, said); err != nil {
				return bot.Post{}, err
			}
			if req.Role >= bot.Moderator && said != storage.SaysNotYet {
				return f.alterStream(ctx, req, of, func(s *storage.Stream) (storage.Stream, error) { return asSaid(req, s, said) })
			}
			return f.hear(ctx, req, of, said)
		},
	}
}

// fitsSaying refuses what cannot be said of a stream in the state that it is in.
func fitsSaying(s storage.Stream, says storage.Saying) error {
	fits := map[storage.Saying][]storage.State{
		storage.SaysLive:      {storage.Announced, storage.Due, storage.Postponed},
		storage.SaysNotYet:    {storage.Announced, storage.Due},
		storage.SaysCancelled: {storage.Announced, storage.Due, storage.Postponed},
		storage.SaysEnded:     {storage.Live, storage.Due},
	}
	if slices.Contains(fits[says], s.State) {
		return nil
	}
	return bot.NewError(bot.Conflict, "tip.no_fit", bot.Args{"ID": bot.Lit(s.ID), "State": bot.Say("state." + string(s.State))},
		bot.PressLine("/show "+s.ID))
}

// asSaid is the stream as somebody says that it is.
func asSaid(req *bot.Request, s *storage.Stream, says storage.Saying) (storage.Stream, error) {
	switch says {
	case storage.SaysCancelled:
		return s.Cancel()
	case storage.SaysEnded:
		return s.End(req.Now)
	default:
		return s.GoLive(req.Now)
	}
}

// hear notes what a member says. When enough of them say that it is live, or over, it is so for their community.
func (f *family) hear(ctx context.Context, req *bot.Request, of storage.Stream, says storage.Saying) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) error {
		c := &changes{tx: tx, now: req.Now, chat: chat, scope: chat.Scope(), entry: e}
		before, err := c.see(of.ID)
		if err != nil {
			return err
		}
		n, err := storage.Hear(tx, req.Now, chat.Scope(), before, says, req.Chat.Address.Messenger, req.From.ID)
		if err != nil || n < storage.MembersAsOne || says == storage.SaysCancelled || says == storage.SaysNotYet {
			return err
		}
		after, err := asSaid(req, &before, says)
		if err != nil {
			return err
		}
		after.Sources = append(slices.Clone(after.Sources), storage.Provenance{Members: n})
		return c.save(before, after)
	}, func(v cards.View, chat storage.Chat, _ storage.Entry) (bot.Post, error) {
		v.Scope = chat.Scope()
		stream, err := v.Scoped.Stream(of.ID)
		if err != nil {
			return bot.Post{}, err
		}
		h, err := storage.HearsayOf(v, chat.Scope(), stream, says)
		if err != nil {
			return bot.Post{}, err
		}
		return v.Tipped(stream, h)
	})
}
