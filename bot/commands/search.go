package commands

import (
	"context"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) searchCommand() *bot.Command {
	const textLength = 100
	text := bot.TextOption("text", "option.text", textLength).Rest().Required().Asked("ask.text")
	text = text.Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		if typed != "" {
			return nil, nil
		}
		return []bot.Choice{{Value: "range test"}, {Value: "智驾"}, {Value: "Hangzhou"}}, nil
	})
	return &bot.Command{
		Name: "search", Minor: true, Summary: "search.summary", Options: []bot.Param{text, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, _ storage.Chat) (bot.Post, error) {
				return f.search(v, req, text.Of(req))
			})
		},
	}
}

// search lists what has all of the words, then what has some.
func (f *family) search(v cards.View, req *bot.Request, words string) (bot.Post, error) {
	l := f.leafOf(req, onPage)
	found, err := v.Search(words, l.skip(), l.size)
	if err != nil {
		return bot.Post{}, err
	}
	switch {
	case len(found.Streams) == 0 && l.page > 1:
		return l.pastEnd(req), nil
	case len(found.Streams) == 0:
		return nothingFound(v, words, found.Named)
	}
	var all, some []storage.Stream
	for _, hit := range found.Streams {
		if hit.All {
			all = append(all, hit.Stream)
		} else {
			some = append(some, hit.Stream)
		}
	}
	post, err := f.searchHead(v, words, l, len(all), len(some) == 0 && found.More)
	if err != nil {
		return bot.Post{}, err
	}
	if err := addList(v, &post, nil, all); err != nil {
		return bot.Post{}, err
	}
	var title bot.Text
	if len(all) > 0 || l.page > 1 {
		title = bot.Say("search.some")
	}
	if err := addList(v, &post, title, some); err != nil {
		return bot.Post{}, err
	}
	if found.Cut {
		post.Footer = bot.Say("search.cut")
	}
	l.turn(req, &post, found.More)
	return post, nil
}

// searchHead says how many streams have all of the words, where that is known; and whose name the words are near, where none has.
func (*family) searchHead(v cards.View, words string, l leaf, all int, more bool) (bot.Post, error) {
	said := bot.Args{"Words": bot.Quote(words), "Page": bot.N(l.page), "Count": bot.N(all)}
	switch {
	case !l.isAll(more):
		return bot.Post{Headline: bot.Say("search.page", said)}, nil
	case all > 0:
		return bot.Post{Headline: bot.Say("search.found", said)}, nil
	}
	buttons, err := nearPeople(v, words)
	return bot.Post{Headline: bot.Say("search.some_only", said), Buttons: buttons}, err
}

// addList adds a list of streams to a post, if there are any.
func addList(v cards.View, post *bot.Post, title bot.Text, streams []storage.Stream) error {
	list, err := v.List(title, streams)
	if err == nil && len(list.Items) > 0 {
		post.Body = append(post.Body, list)
	}
	return err
}

// nothingFound says that nothing has any of the words, and whose name they are or are near, or else what to look for. An id
// is no word, but what it names is shown.
func nothingFound(v cards.View, words string, named []storage.Subject) (bot.Post, error) {
	if id, ok := storage.ParseID("s", words); ok {
		stream, err := v.Find(id)
		if err == nil {
			return v.Stream(stream)
		}
		if !isAbsent(err) {
			return bot.Post{}, err
		}
	}
	buttons, err := peopleButtons(v, named)
	if err == nil && len(buttons) == 0 {
		buttons, err = nearPeople(v, words)
	}
	advice := bot.Say("search.advice")
	switch {
	case len(named) > 0:
		advice = bot.Say("search.named")
	case len(buttons) > 0:
		advice = bot.Say("search.near")
	}
	return bot.Post{
		Headline: bot.Say("search.nothing", bot.Args{"Words": bot.Quote(words)}),
		Body:     []bot.Block{bot.Paragraph{Text: advice}}, Buttons: buttons,
	}, err
}

// peopleButtons are buttons that show people and automakers.
func peopleButtons(v cards.View, subjects []storage.Subject) ([]bot.Button, error) {
	l, err := lookIn(v)
	if err != nil {
		return nil, err
	}
	choices, err := l.choices(subjects)
	return whoButtons(choices), err
}

// whoButtons are buttons that show each choice of a name.
func whoButtons(choices []bot.Choice) []bot.Button {
	buttons := make([]bot.Button, 0, len(choices))
	for _, choice := range choices {
		buttons = append(buttons, bot.Press(choice.Label, "/who "+choice.Value))
	}
	return buttons
}

// nearPeople are buttons that show those whose names the words are near.
func nearPeople(v cards.View, words string) ([]bot.Button, error) {
	near, err := nearWho(v, words)
	return whoButtons(near), err
}
