package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// situation is something that people need help in, with the lines that help and the words that ask for them.
type situation struct {
	name  string
	lines []string // the keys of its sentences, without their family
	words []string // folded
}

// situations returns all of them, in the order in which help offers them.
func situations() []situation {
	return []situation{
		{beginning, []string{"start.ask", "start.name", "start.watch", "start.remind", "start.clock"}, []string{"new", "begin", "setup", "how", "开始", "入门", "怎么用", "debut", "debuter", "demarrer", "commencer"}},
		{"names", []string{"names.any", "names.company", "names.unknown"}, []string{"name", "who is", "名字", "姓名", "nom", "noms", "nommer"}},
		{"times", []string{"times.say", "times.place", "times.zone"}, []string{"time", "date", "zone", "wrong time", "时间", "时区", "日期", "heures", "heure", "fuseau"}},
		{"figures", []string{"figures.counts", "figures.unlike", "figures.gaps"}, []string{"numbers", "viewers", "views", "数据", "数字", "chiffres", "chiffre", "spectateurs"}},
		{"quiet", []string{"quiet.rings", "quiet.night", "quiet.hold", "quiet.pause"}, []string{"night", "silent", "too many", "spam", "安静", "免打扰", "太多", "太吵", "太晚", "夜间", "nuit", "silence", "trop", "bruit"}},
		{"missed", []string{"missed.why", "missed.how", "missed.see", "missed.watch"}, []string{"it did not come", "nothing came", "no notice", "late", "没收到", "没来", "rien recu", "pas recu", "pas venu"}},
		{"moderators", []string{"moderators.change", "moderators.here", "moderators.undo"}, []string{"moderator", "admin", "管理员", "moderateurs", "moderateur"}}, //nolint:misspell // French
		{"delivery", []string{"delivery.kept", "delivery.once", "delivery.double", "delivery.fair"}, []string{"promise", "guarantee", "承诺", "保证", "promesse", "promesses", "garantie"}},
		{"privacy", []string{"privacy.kept", "privacy.forget"}, []string{"data", "gdpr", "隐私", "忘记我", "vie privee", "donnees", "confidentialite"}},
	}
}

// topic is what help is asked on: a command, one of its parts, or a situation.
type topic struct {
	path      string
	command   *bot.Command
	situation situation
}

func (f *family) helpCommand(list []*bot.Command) *bot.Command {
	help := &bot.Command{Name: "help", Summary: "help.summary"}
	list = append(list, help)
	titles := situationTitles(f.Words)
	on := bot.NewOption("topic", "option.topic", func(_ context.Context, _ *bot.Request, words string) (topic, error) {
		return readTopic(list, titles, words)
	}).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Unknown, "help.unknown", bot.Args{"Words": bot.Quote(words)}, situationButtons()...)
	}).Proposing(func(_ context.Context, _ *bot.Request, typed string) ([]bot.Choice, error) {
		return proposeTopics(list, typed), nil
	})
	help.Options = []bot.Param{on}
	help.Run = func(ctx context.Context, req *bot.Request) (bot.Post, error) {
		asked, ok := on.Given(req)
		switch {
		case !ok:
			return helpOnAll(list), nil
		case asked.command != nil:
			return helpOn(asked.path, asked.command), nil
		case asked.situation.name == beginning:
			return f.helpToBegin(ctx, req)
		}
		return helpIn(asked.situation), nil
	}
	return help
}

// situationTitles are the situations by their folded titles in every language.
func situationTitles(words bot.Words) map[string]string {
	titles := map[string]string{}
	for _, locale := range words.Locales() {
		voice := bot.Voice{Words: words, Locale: locale, Zone: time.UTC}
		for _, s := range situations() {
			titles[storage.Fold(voice.Plain(bot.Say("situation."+s.name)))] = s.name
		}
	}
	return titles
}

// readTopic finds the command, the part of a command or the situation that words mean.
func readTopic(list []*bot.Command, titles map[string]string, words string) (topic, error) {
	folded := storage.Fold(words)
	for _, command := range list {
		if command.Name == folded {
			return topic{path: command.Name, command: command}, nil
		}
		for _, sub := range command.Sub {
			if path := command.Name + " " + sub.Name; path == folded {
				return topic{path: path, command: sub}, nil
			}
		}
	}
	for _, s := range situations() {
		if s.name == folded || s.name == titles[folded] || slices.Contains(s.words, folded) {
			return topic{situation: s}, nil
		}
	}
	return topic{}, bot.ErrNotThis
}

func proposeTopics(list []*bot.Command, typed string) []bot.Choice {
	var choices []bot.Choice
	add := func(name string, label bot.Text) {
		if strings.HasPrefix(name, strings.ToLower(typed)) {
			choices = append(choices, bot.Choice{Value: name, Label: label})
		}
	}
	for _, s := range situations() {
		add(s.name, bot.Say("situation."+s.name))
	}
	for _, command := range list {
		add(command.Name, bot.Say(command.Summary))
	}
	return choices
}

func situationButtons() []bot.Button {
	var buttons []bot.Button
	for _, s := range situations() {
		buttons = append(buttons, bot.Press(bot.Say("situation."+s.name), "/help "+s.name))
	}
	return buttons
}

// everyday are the commands that help explains first; the others it only names.
var everyday = [...]string{"live", "next", "who", "recent"}

// helpOnAll says what there is: the everyday commands, the names of the others by whom they are for, and the situations.
func helpOnAll(list []*bot.Command) bot.Post {
	var fields bot.Fields
	var others, moderators []bot.Text
	for _, command := range list {
		name := bot.Lit("/" + command.Name)
		switch {
		case command.Access == bot.Moderator:
			moderators = append(moderators, name)
		case command.Access == bot.Operator:
		case slices.Contains(everyday[:], command.Name):
			fields = append(fields, bot.Field{Name: name, Value: bot.Say(command.Summary)})
		default:
			others = append(others, name)
		}
	}
	return bot.Post{
		Headline: bot.Say("help.headline"),
		Body: []bot.Block{
			fields,
			bot.Fields{
				{Name: bot.Say("help.also"), Value: bot.Join(" ", others...)},
				{Name: bot.Say("reference.moderator"), Value: bot.Join(" ", moderators...)},
			},
		},
		Footer: bot.Say("help.more"), Buttons: situationButtons(),
	}
}

// helpIn helps in a situation.
func helpIn(s situation) bot.Post {
	var list bot.List
	for _, line := range s.lines {
		list.Items = append(list.Items, bot.Say("situation."+line))
	}
	return bot.Post{Headline: bot.Say("situation." + s.name), Body: []bot.Block{list}}
}

// beginning is the situation of somebody who is new.
const beginning = "start"

// helpToBegin helps somebody who is new, and asks where they are if nobody has said it.
func (f *family) helpToBegin(ctx context.Context, req *bot.Request) (bot.Post, error) {
	return f.view(ctx, req, func(_ cards.View, chat storage.Chat) (bot.Post, error) {
		post := helpIn(situations()[0])
		if chat.Zone == "" && req.Zone == time.UTC {
			askForZone(&post, req.Chat.Kind)
		}
		return post, nil
	})
}

// askForZone adds to a post that the clocks here are those of no place in particular, and which ones may be meant.
func askForZone(post *bot.Post, kind bot.ChatKind) {
	line := "/chat set zone="
	if kind == bot.Private {
		line = "/timezone "
	}
	post.Body = append(post.Body, bot.Paragraph{Text: bot.Say("situation.start.zone")})
	for _, name := range []string{"Asia/Shanghai", "Europe/Paris", "Europe/London", "America/New_York"} {
		if zone, err := time.LoadLocation(name); err == nil {
			post.Buttons = append(post.Buttons, bot.Press(bot.In(zone), line+name))
		}
	}
}

// helpOn says how a command is typed.
func helpOn(path string, command *bot.Command) bot.Post {
	post := bot.Post{Headline: bot.Joined(bot.LabelMark, bot.Lit("/"+path), bot.Say(command.Summary))}
	add := func(path string, c *bot.Command) {
		fields := bot.Fields{}
		for _, option := range c.Options {
			fields = append(fields, bot.Field{Name: bot.Lit(option.Spec().Name), Value: bot.Say(option.Spec().Summary)})
		}
		post.Body = append(post.Body, bot.Paragraph{Text: bot.Lit(bot.Usage(path, c)).With(bot.Mono)}, fields)
	}
	if len(command.Sub) == 0 {
		add(path, command)
	}
	var subs bot.Fields // in one column
	for _, sub := range command.Sub {
		line := bot.Lit("/" + path + " " + sub.Name)
		subs = append(subs, bot.Field{Name: line, Value: bot.Say(sub.Summary)})
		post.Buttons = append(post.Buttons, bot.Press(line, "/help "+path+" "+sub.Name))
	}
	if len(subs) > 0 {
		post.Body = append(post.Body, subs)
	}
	return post
}

func (f *family) aboutCommand() *bot.Command {
	return &bot.Command{
		Name: "about", Minor: true, Summary: "about.summary",
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
