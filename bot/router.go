package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Config is what a [Router] needs; every field is required but Bare, BareAs, Elsewhere, Happened, Heard, Moderators and
// PerUser.
type Config struct {
	Commands []*Command
	Words    Words
	Log      *slog.Logger
	Now      func() time.Time
	// Authorise returns what a person may do in a chat, where want is what they ask for; Member asks only how much their word
	// weighs. It is asked for commands that not everyone may use. An error means that it could not be found out, which is never
	// a no; an *Error is what the person is told.
	Authorise func(ctx context.Context, in Inbound, want Access) (Access, error)
	// Elsewhere, where it is set, returns the chat that somebody means by "chat=..." behind any command.
	Elsewhere func(ctx context.Context, in Inbound, words string) (Chat, error)
	// Moderators, where it is set, returns who may do in a chat what moderators may, for somebody who may not; empty: it is not said.
	Moderators func(ctx context.Context, in Inbound) (Text, error)
	// Happened, where it is set, notes what happened to the bot in a chat and returns what to say there; a post without a
	// headline says nothing.
	Happened func(ctx context.Context, e Event) (Post, error)
	// Settings returns how a chat is spoken to.
	Settings func(ctx context.Context, in Inbound) (Settings, error)
	// Bare is the command that a line in a private chat is meant for when it begins with none; empty: none.
	Bare string
	// BareAs, where it is set, returns the line with a command as which a line without a slash is meant, or "" for none in
	// particular: then it is a command by its name, or else the words of Bare.
	BareAs func(line string) string
	// Heard, where it is set, is told of every line that was meant for the bot, once there is an answer to it.
	Heard func(ctx context.Context, req *Request) error
	// PerUser is how many requests one person may make in ten seconds; 0: as many as they like, as on their own terminal.
	PerUser int
}

// Router answers lines: it finds the command, authorises the person, parses the options, and runs it. It keeps order within
// a chat, works on many chats at once within bounds, and turns every failure into a sentence.
type Router struct {
	config  Config
	queue   *queue
	answer  Handler
	byName  map[string]*Command
	bareCmd *Command
}

// The bounds of a router.
const (
	answerTimeout = 10 * time.Second
	maxAtOnce     = 64 // requests in work, over all chats
	maxWaiting    = 16 // requests in one chat
	limitWindow   = 10 * time.Second
)

// NewRouter makes a router of commands that [Validate] finds in order; otherwise it is an error. So is a Bare that is no
// command or has sub-commands.
func NewRouter(config Config) (*Router, error) {
	if err := Validate(config.Commands, config.Words); err != nil {
		return nil, err
	}
	r := &Router{config: config, queue: newQueue(maxAtOnce, maxWaiting), byName: map[string]*Command{}}
	for _, command := range config.Commands {
		r.byName[command.Name] = command
	}
	r.bareCmd = r.byName[config.Bare]
	if config.Bare != "" && (r.bareCmd == nil || r.bareCmd.Run == nil) {
		return nil, fmt.Errorf("bare command %q is none that runs", config.Bare)
	}
	r.answer = chain(r.serve,
		logging(config.Log, config.Now),
		recovering(),
		limiting(newLimiter(config.PerUser, limitWindow)),
		timingOut(answerTimeout),
		hearing(config.Heard, config.Log),
	)
	return r, nil
}

// Commands returns the declarations, for menus and help.
func (r *Router) Commands() []*Command { return r.config.Commands }

// Answer implements [Bot].
func (r *Router) Answer(ctx context.Context, in Inbound) (Post, bool) {
	req := r.request(in)
	leave, err := r.queue.enter(ctx, in.Chat.Address)
	if err != nil {
		return r.failed(req, err), true
	}
	defer leave()
	post, err := r.answer(ctx, req)
	if errors.Is(err, errNotForUs) {
		return Post{}, false
	}
	if err != nil {
		return r.failed(req, err), true
	}
	return elsewhere(req, addressed(req, shown(req, post))), true
}

// request is what is known of a line before anything is looked up.
func (r *Router) request(in Inbound) *Request {
	return &Request{
		ID: in.ID, Chat: in.Chat, From: in.From, Line: in.Text, Now: r.config.Now(), Zone: time.UTC, Locale: r.config.Words.Match(),
		in: in,
	}
}

// Happened implements [Bot].
func (r *Router) Happened(ctx context.Context, e Event) (Post, bool) {
	if r.config.Happened == nil {
		return Post{}, false
	}
	leave, err := r.queue.enter(ctx, e.Chat.Address)
	if err == nil {
		defer leave()
		var post Post
		if post, err = r.config.Happened(ctx, e); err == nil {
			return post, len(post.Headline) > 0
		}
	}
	r.config.Log.ErrorContext(ctx, "event not noted", "event", string(e.Kind), "chat", e.Chat.Address.String(), "error", err)
	return Post{}, false
}

// shown says who reads an answer where several people read along.
func shown(req *Request, post Post) Post {
	switch {
	case req.in.Chat.Kind == Private || post.Failed:
	case req.IsForAskerAlone():
		post.Shareable = !post.Private && !post.Changed
		post.Private = true
	case req.own.Answers == TidyAway:
		post.Fleeting = true
	case req.own.Answers != AllRead && !req.in.Open:
		post.Brief = !post.Changed
	}
	return post
}

// addressed completes a post with whom it is worded for: a private one for the asker, any other for the chat.
func addressed(req *Request, post Post) Post {
	zone, locale := req.Zone, req.Locale
	if post.Private || req.IsForAskerAlone() {
		zone, locale = req.Own()
	}
	if post.Locale == "" {
		post.Locale = locale
	}
	if post.Zone == nil {
		post.Zone = zone
	}
	return post
}

// failed is the post that says an error. The sentence of an *Error is its own; everything else is internal and was logged.
func (r *Router) failed(req *Request, err error) Post {
	var said *Error
	switch {
	case errors.As(err, &said):
	case errors.Is(err, context.DeadlineExceeded):
		said = NewError(Unavailable, "error.timeout", nil)
	case errors.Is(err, context.Canceled):
		said = NewError(Unavailable, "error.stopping", nil)
	default:
		said = NewError(Unavailable, "error.internal", Args{"Ref": Lit(req.ID)})
		return addressed(req, Post{Headline: said.Say, Private: true, Failed: true})
	}
	post := Post{Headline: said.Say, Buttons: legible(said.Try), Prompt: said.Prompt, Private: true}
	return elsewhere(req, addressed(req, tidied(req, post)))
}

// tidied is an error, which only the asker needs: where all have to read it, it goes away after a while.
func tidied(req *Request, post Post) Post {
	post.Fleeting = req.own.Answers == TidyAway && req.in.Chat.Kind != Private
	return post
}

// legible are buttons whose labels, which may repeat a line as it was typed, hold nothing that could move a cursor or turn the
// text around it. Their commands stay as they are.
func legible(buttons []Button) []Button {
	shown := make([]Button, len(buttons))
	for i, button := range buttons {
		label := slices.Clone(button.Label)
		for j := range label {
			label[j].Text = strings.Map(cleanRune, label[j].Text)
		}
		button.Label = label
		shown[i] = button
	}
	return shown
}

// errNotForUs says that a line is not meant for the bot.
var errNotForUs = errors.New("not for the bot")

// serve is the innermost handler: from a line to an answer.
func (r *Router) serve(ctx context.Context, req *Request) (Post, error) {
	if err := r.settle(ctx, req); err != nil {
		return Post{}, err
	}
	if utf8.RuneCountInString(req.Line) > maxLine {
		return Post{}, NewError(Limit, "error.too_long", Args{"Max": N(maxLine)})
	}
	command, from, err := r.find(ctx, req)
	if err != nil {
		return Post{}, err
	}
	if err := r.goElsewhere(ctx, req, command, from); err != nil {
		return Post{}, err
	}
	if err := r.authorise(ctx, req, command); err != nil {
		return Post{}, err
	}
	if req.elsewhere != "" {
		if err := r.settle(ctx, req); err != nil {
			return Post{}, err
		}
	}
	if err := parse(ctx, req, command.Options, from); err != nil {
		return Post{}, err
	}
	return command.Run(ctx, req)
}

// settle finds out how the request's chat is spoken to. What only the asker will read is in their language.
func (r *Router) settle(ctx context.Context, req *Request) error {
	settings, err := r.config.Settings(ctx, Inbound{ID: req.ID, Chat: req.Chat, From: req.From})
	if err != nil {
		return fmt.Errorf("read settings of %s: %w", req.Chat.Address, err)
	}
	req.Zone, req.Locale, req.own = settings.Zone, settings.Locale, settings
	if req.IsForAskerAlone() {
		_, req.Locale = settings.Own()
	}
	return nil
}

// find returns the command that a line asks for and the byte at which its options begin. It sets the request's path, and
// rewrites a bare line as the command that it is meant for.
func (r *Router) find(ctx context.Context, req *Request) (*Command, int, error) {
	name, end, slash := firstWord(req.Line)
	if name == "" {
		return nil, 0, errNotForUs
	}
	if as := r.bareAs(req, slash); as != "" {
		req.Line = as
		name, end, slash = firstWord(as)
	}
	command := r.byName[strings.ToLower(name)]
	if command == nil || (!slash && !toBot(req)) {
		return r.bare(req, name, slash)
	}
	req.Path = []string{command.Name}
	if len(command.Sub) == 0 {
		return command, end, nil
	}
	word, length, _ := firstWord(req.Line[end:])
	for _, sub := range command.Sub {
		if strings.EqualFold(sub.Name, word) {
			req.Path = append(req.Path, sub.Name)
			return sub, end + length, nil
		}
	}
	return nil, 0, missingSub(ctx, req, command, word, end, end+length)
}

// toBot reports whether a line is meant for the bot even without a command.
func toBot(req *Request) bool { return req.Chat.Kind == Private || req.in.ToBot }

// bareAs is the line as which one without a slash is meant that is said to the bot, "" for none in particular.
func (r *Router) bareAs(req *Request, slash bool) string {
	if slash || r.config.BareAs == nil || !toBot(req) {
		return ""
	}
	return r.config.BareAs(strings.TrimSpace(req.Line))
}

// bare treats a line that begins with no command: said to the bot it is the words of the bare command; otherwise, and with a
// slash, it is a mistake, or not for the bot.
func (r *Router) bare(req *Request, name string, slash bool) (*Command, int, error) {
	if slash {
		return nil, 0, r.unknown(req.Line, name)
	}
	if r.bareCmd == nil || !toBot(req) {
		return nil, 0, errNotForUs
	}
	if near := r.nearest(name, false); near != "" && strings.ContainsFunc(req.Line, unicode.IsSpace) {
		return nil, 0, r.unknown(req.Line, name)
	}
	req.Path = []string{r.bareCmd.Name}
	req.Line = "/" + r.bareCmd.Name + " " + strings.TrimSpace(req.Line)
	return r.bareCmd, len(r.bareCmd.Name) + 1, nil
}

// unknown says that there is no such command, and which one may be meant.
func (r *Router) unknown(line, name string) error {
	near := r.nearest(name, true)
	if near == "" {
		return NewError(Unknown, "error.unknown_command", Args{"Typed": Quote(name)}, PressLine("/help"))
	}
	_, end, _ := firstWord(line)
	corrected := "/" + near + line[end:]
	return NewError(Unknown, "error.unknown_command_near",
		Args{"Typed": Quote(name), "Near": Lit("/" + near)}, PressLine(corrected))
}

// nearest returns the command that a word may be meant for, or none.
func (r *Router) nearest(word string, begins bool) string {
	return nearestOf(r.config.Commands, word, begins)
}

// nearestOf returns the command whose name is one slip away from a word, or, with begins, the only one that begins with its
// letters.
func nearestOf(commands []*Command, word string, begins bool) string {
	const letters = 3
	word = strings.ToLower(word)
	var begin []string
	for _, command := range commands {
		if Slips(word, command.Name) == 1 {
			return command.Name
		}
		if begins && len(word) >= letters && strings.HasPrefix(command.Name, word) {
			begin = append(begin, command.Name)
		}
	}
	if len(begin) == 1 {
		return begin[0]
	}
	return ""
}

// missingSub asks which of a command's ways is meant, or whether it is the one that is near the word that was typed from one
// byte to another. Ways that can take the words come first, with them.
func missingSub(ctx context.Context, req *Request, command *Command, typed string, from, to int) error {
	path := "/" + command.Name + " "
	if near := nearestOf(command.Sub, typed, true); near != "" {
		corrected := path + near + req.Line[to:]
		return NewError(Unknown, "error.unknown_command_near",
			Args{"Typed": Quote(typed), "Near": Lit(path + near)}, PressLine(corrected))
	}
	e := NewError(Invalid, "error.missing_sub", Args{"Command": Lit("/" + command.Name)})
	words := strings.TrimSpace(req.Line[from:])
	var others []Button
	for _, sub := range command.Sub {
		if words != "" && beginsWith(ctx, req, sub, words) {
			e.Try = append(e.Try, Press(Say(sub.Summary), path+sub.Name+" "+words))
			continue
		}
		others = append(others, Press(Say(sub.Summary), path+sub.Name))
	}
	e.Try = append(e.Try, others...)
	return e
}

// beginsWith reports whether a command's first option takes all of the words.
func beginsWith(ctx context.Context, req *Request, command *Command, words string) bool {
	if len(command.Options) == 0 || command.Options[0].Spec().Free {
		return false
	}
	trial := *req
	trial.values = map[string]any{}
	return command.Options[0].take(ctx, &trial, words) == nil
}

// firstWord returns the first word of a line without its slash, the byte behind it, and whether it had a slash.
func firstWord(line string) (string, int, bool) {
	begin := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsSpace(r) })
	if begin < 0 {
		return "", len(line), false
	}
	end := len(line)
	if length := strings.IndexFunc(line[begin:], unicode.IsSpace); length >= 0 {
		end = begin + length
	}
	word := line[begin:end]
	for _, slash := range []string{"/", "／"} {
		if rest, ok := strings.CutPrefix(word, slash); ok {
			return rest, end, true
		}
	}
	return word, end, false
}
