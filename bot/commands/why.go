package commands

import (
	"context"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// chainsOnPage is how many chains an answer shows: each is a few lines on a phone.
const chainsOnPage = 5

func (f *family) whyCommand() *bot.Command {
	return &bot.Command{
		Name: "why", Minor: true, Summary: "why.summary", Options: []bot.Param{f.stream, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				only, given := f.stream.Given(req)
				post, err := why(v, chat, only.ID)
				if err == nil && given && len(post.Body) == 0 {
					return v.Silence(only, chat)
				}
				if given {
					return f.pagedBy(req, post, chainsOnPage), err
				}
				return f.paged(req, post), err
			})
		},
	}
}

// why tells what became of a chat's notices, latest first; of those about one stream, how they came about.
func why(v cards.View, chat storage.Chat, stream string) (bot.Post, error) {
	const searched = 200
	told, err := storage.Told(v, chat.ID, searched)
	if err != nil {
		return bot.Post{}, err
	}
	var changes []storage.Entry
	if stream != "" {
		if changes, err = storage.ChangesOf(v, stream); err != nil {
			return bot.Post{}, err
		}
	}
	var list bot.List
	for _, n := range told {
		if stream != "" && n.Stream != stream {
			continue
		}
		item, err := v.Outcome(n)
		if stream != "" {
			item, err = v.Chain(n, changes, chat.Scope())
		}
		if err != nil {
			return bot.Post{}, err
		}
		list.Items = append(list.Items, item)
	}
	if len(list.Items) == 0 {
		return bot.Post{Headline: bot.Say("why.nothing"), Buttons: []bot.Button{bot.Press(bot.Say("button.watches"), "/watch list")}}, nil
	}
	return bot.Post{Headline: bot.Say("why.headline"), Body: []bot.Block{list}}, nil
}
