package commands

import (
	"context"
	"errors"
	"strings"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

func (f *family) helpCommand(list []*bot.Command) *bot.Command {
	names := make([]string, 0, len(list))
	for _, command := range list {
		names = append(names, command.Name)
	}
	topic := bot.ChoiceOption("command", "option.command", names...)
	help := &bot.Command{Name: "help", Summary: "help.summary", Options: []bot.Param{topic}}
	help.Run = func(_ context.Context, req *bot.Request) (bot.Post, error) {
		if name, ok := topic.Given(req); ok {
			for _, command := range list {
				if command.Name == name {
					return helpOn(command), nil
				}
			}
		}
		return helpOnAll(append(list, help)), nil
	}
	return help
}

// helpOnAll lists the commands by whom they are for.
func helpOnAll(list []*bot.Command) bot.Post {
	post := bot.Post{Headline: bot.Say("help.headline"), Footer: bot.Say("help.more")}
	for _, access := range []bot.Access{bot.Member, bot.Moderator} {
		var fields bot.Fields
		for _, command := range list {
			if command.Access == access {
				fields = append(fields, bot.Field{Name: bot.Lit("/" + command.Name), Value: bot.Say(command.Summary)})
			}
		}
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("reference." + access.String()).With(bot.Strong)}, fields)
	}
	return post
}

func helpOn(command *bot.Command) bot.Post {
	post := bot.Post{Headline: bot.Join(": ", bot.Lit("/"+command.Name), bot.Say(command.Summary))}
	add := func(path string, c *bot.Command) {
		fields := bot.Fields{}
		for _, option := range c.Options {
			fields = append(fields, bot.Field{Name: bot.Lit(option.Spec().Name), Value: bot.Say(option.Spec().Summary)})
		}
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Lit(bot.Usage(path, c)).With(bot.Mono)}, fields)
	}
	if len(command.Sub) == 0 {
		add(command.Name, command)
	}
	for _, sub := range command.Sub {
		add(command.Name+" "+sub.Name, sub)
	}
	return post
}

func (f *family) aboutCommand() *bot.Command {
	return &bot.Command{
		Name: "about", Summary: "about.summary",
		Run: func(_ context.Context, _ *bot.Request) (bot.Post, error) {
			return bot.Post{
				Headline: bot.Say("about.headline"),
				Body: []bot.Block{
					bot.Paragraph{Text: bot.Say("sight.told")},
					bot.Paragraph{Text: bot.Say("about.figures")},
					bot.Paragraph{Text: bot.Say("about.promise")},
				},
			}, nil
		},
	}
}

// toldInWhy is how many notices /why shows.
const toldInWhy = 10

func (f *family) whyCommand() *bot.Command {
	return &bot.Command{
		Name: "why", Summary: "why.summary", Options: []bot.Param{f.stream},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				only, _ := f.stream.Given(req)
				return why(v, chat, only.ID)
			})
		},
	}
}

// why tells what became of a chat's notices, latest first, and what it is owed.
func why(v cards.View, chat storage.Chat, stream string) (bot.Post, error) {
	const searched = 200
	told, err := storage.Told(v, chat.ID, searched)
	if err != nil {
		return bot.Post{}, err
	}
	var list bot.List
	for _, n := range told {
		if stream != "" && n.Stream != stream || len(list.Items) == toldInWhy {
			continue
		}
		item, err := v.Outcome(n)
		if err != nil {
			return bot.Post{}, err
		}
		list.Items = append(list.Items, item)
	}
	if len(list.Items) == 0 {
		return bot.Post{Headline: bot.Say("why.nothing"), Buttons: []bot.Button{bot.Press(bot.Say("watch.list"), "/watch list")}}, nil
	}
	return bot.Post{Headline: bot.Say("why.headline"), Body: []bot.Block{list}}, nil
}

func (f *family) undoCommand() *bot.Command {
	return &bot.Command{
		Name: "undo", Summary: "undo.summary", Access: bot.Moderator,
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			post, err := f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, undo *storage.Entry) error {
				last, err := storage.LastEntry(tx, chat.ID)
				if isAbsent(err) {
					return bot.NewError(bot.Conflict, "undo.nothing", nil)
				}
				if err != nil {
					return err
				}
				undo.Line = last.Line
				return storage.Undo(tx, req.Now, chat, last, undo)
			}, func(v cards.View, chat storage.Chat, undo storage.Entry) (bot.Post, error) {
				return v.Undone(undo, chat)
			})
			if conflict, ok := errors.AsType[*storage.ConflictError](err); ok {
				return bot.Post{}, undoConflict(conflict)
			}
			return post, err
		},
	}
}

// undoConflict says what has changed since, so that it cannot be undone.
func undoConflict(conflict *storage.ConflictError) error {
	id := ""
	switch c := conflict.Change; {
	case c.Stream != nil:
		id = c.Stream.After.ID
		return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(id)}, bot.Press(bot.Lit("/show "+id), "/show "+id))
	case c.Watch != nil && c.Watch.Before != nil:
		id = c.Watch.Before.ID
	}
	return bot.NewError(bot.Conflict, "undo.conflict", bot.Args{"What": bot.Lit(strings.TrimSpace("/watch list " + id))})
}
