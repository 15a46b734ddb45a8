package commands

import (
	"context"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// yes is what somebody says who means it.
const yes = "yes"

func (f *family) forgetCommand() *bot.Command {
	sure := bot.ChoiceOption("sure", "option.sure", yes)
	return &bot.Command{
		Name: "forgetme", Minor: true, Summary: "forget.summary", Options: []bot.Param{sure},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			if _, ok := sure.Given(req); ok {
				return f.forget(ctx, req)
			}
			return f.askToForget(ctx, req)
		},
	}
}

// askToForget says what would be deleted, and what would not.
func (f *family) askToForget(ctx context.Context, req *bot.Request) (bot.Post, error) {
	post := bot.Post{Headline: bot.Say("forget.nothing"), Private: true}
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		known, err := storage.Known(v, req.Chat.Address.Messenger, req.From)
		if err != nil || !known {
			return err
		}
		post.Headline = bot.Say("forget.ask")
		post.Body = append([]bot.Block{bot.List{Items: []bot.Text{
			bot.Say("forget.settings"), bot.Say("forget.log"), bot.Say("forget.told"),
		}}}, staysKnown(chat)...)
		post.Buttons = []bot.Button{bot.Press(bot.Say("button.forget"), "/forgetme "+yes)}
		return nil
	})
	return post, err
}

// forget does it. It leaves no entry in the log, and doing it twice is as good as once.
func (f *family) forget(ctx context.Context, req *bot.Request) (bot.Post, error) {
	post := bot.Post{Headline: bot.Say("forget.nothing"), Private: true}
	var known bool
	err := f.read(ctx, req, func(v cards.View, chat storage.Chat) (err error) {
		known, err = storage.Known(v, req.Chat.Address.Messenger, req.From)
		post.Body = staysKnown(chat)
		return err
	})
	if err != nil || !known {
		return post, err
	}
	changes, err := storage.Forget(ctx, f.Store, req.Chat.Address.Messenger, req.From)
	post.Headline = bot.Say("forget.done", bot.Args{"Count": bot.N(changes)})
	return post, err
}

// staysKnown says what is not deleted, and why.
func staysKnown(chat storage.Chat) []bot.Block {
	stays := []bot.Block{bot.Paragraph{Text: bot.Say("forget.stays")}}
	if chat.Kind == bot.Private {
		stays = append(stays, bot.Paragraph{Text: bot.Say("forget.chat")})
	}
	return stays
}
