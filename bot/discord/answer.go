package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// interaction is something that a person chose, pressed or filled in.
type interaction struct {
	ID            string          `json:"id"`
	Token         string          `json:"token"`
	ApplicationID string          `json:"application_id"`
	Type          int             `json:"type"`
	GuildID       string          `json:"guild_id"`
	ChannelID     string          `json:"channel_id"`
	Channel       channel         `json:"channel"`
	Member        *member         `json:"member"` // in guilds
	User          *user           `json:"user"`   // in private chats
	Locale        string          `json:"locale"`
	GuildLocale   string          `json:"guild_locale"`
	Data          json.RawMessage `json:"data"`
	Message       struct {        // whose control was used
		Content string `json:"content"`
	} `json:"message"`
}

// The types of interaction.
const (
	commandChosen  = int(discordgo.InteractionApplicationCommand)
	componentUsed  = int(discordgo.InteractionMessageComponent)
	optionTyped    = int(discordgo.InteractionApplicationCommandAutocomplete)
	modalSubmitted = int(discordgo.InteractionModalSubmit)
)

// The ways to answer an interaction.
const (
	answerNow     = int(discordgo.InteractionResponseChannelMessageWithSource)
	answerLater   = int(discordgo.InteractionResponseDeferredChannelMessageWithSource)
	answerChoices = int(discordgo.InteractionApplicationCommandAutocompleteResult)
	answerModal   = int(discordgo.InteractionResponseModal)
)

// ephemeral marks a message that one person sees.
const ephemeral = discordgo.MessageFlagsEphemeral

// person is who did it.
func (i *interaction) person() user {
	switch {
	case i.Member != nil:
		return i.Member.User
	case i.User != nil:
		return *i.User
	}
	return user{}
}

// said is the interaction as a line of a person. In a guild Discord shows the answer to that person alone.
func (i *interaction) said(line string, now time.Time) bot.Inbound {
	c := i.Channel
	c.ID = i.ChannelID
	who := i.person()
	return bot.Inbound{
		ID: "i" + i.ID, Chat: chatIn(i.GuildID, i.GuildLocale, c, who), From: personOf(who, i.Member, i.Locale), Sent: now, Text: line,
		ToBot: true, Alone: i.GuildID != "", Roles: rolesOf(i.Member),
	}
}

// interaction takes in what somebody chose, pressed, typed or filled in.
func (in *inbox) interaction(ctx context.Context, i interaction) {
	if i.ID == "" || i.Token == "" || i.person().ID == "" || len(i.Data) == 0 {
		return
	}
	if i.Member != nil {
		in.managers.note(i.GuildID+"/"+i.person().ID, manages(i.Member.Permissions))
	}
	answer := &answering{inbox: in, of: &i, turn: make(chan struct{}, 1)}
	switch i.Type {
	case commandChosen:
		takeData(ctx, answer, answer.chosen)
	case componentUsed:
		takeData(ctx, answer, answer.used)
	case modalSubmitted:
		takeData(ctx, answer, answer.filledIn)
	case optionTyped:
		takeData(ctx, answer, answer.typed)
	}
}

func takeData[T any](ctx context.Context, a *answering, handle func(ctx context.Context, data T)) {
	var data T
	if err := json.Unmarshal(a.of.Data, &data); err != nil {
		a.cfg.Log.WarnContext(ctx, "interaction not understood", "type", a.of.Type, "error", err)
		return
	}
	handle(ctx, data)
}

// answering is the answer to one interaction.
type answering struct {
	*inbox
	of      *interaction
	message string // whose menu was used; empty: none's

	turn  chan struct{} // holds one while somebody answers: no mutex, as what is waited for is Discord
	state answerState
}

// answerState is how far an answer has come.
type answerState uint8

const (
	unanswered answerState = iota
	thinking               // Discord shows that the bot is at it, to the asker alone in a guild
	answered               // what else there is to say comes behind it
)

// thinkAfter is when Discord is told that the answer takes longer, of the three seconds that it waits.
const thinkAfter = 1500 * time.Millisecond

// chosen takes in a command from a menu. One that lacks what it needs, and has a form, is answered with that.
func (a *answering) chosen(ctx context.Context, data commandData) {
	for id, c := range data.Resolved.Channels { // which the asker sees, though the bot may not
		c.ID, c.GuildID = id, a.of.GuildID
		a.places.channels.note(id, c)
	}
	if command, ok := wantsForm(a.cfg.Commands, data); ok {
		form, err := modalOf(command, data, a.voice())
		if err == nil {
			a.show(ctx, form)
			return
		}
		a.cfg.Log.WarnContext(ctx, "form not shown", "command", command.Name, "error", err)
	}
	if data.Type == discordgo.MessageApplicationCommand {
		a.message = data.TargetID
	}
	a.line(ctx, func(context.Context) (string, error) { return lineOf(data), nil })
}

// componentData is a control that somebody has used.
type componentData struct {
	CustomID string   `json:"custom_id"`
	Values   []string `json:"values"` // what was chosen from a menu
}

// used takes in a press of a button, or a choice from a menu. One that lacks its end is answered with a form for that.
func (a *answering) used(ctx context.Context, data componentData) {
	said := data.CustomID
	if len(data.Values) > 0 {
		said = data.Values[0]
	}
	if mark, _ := cutMark(said); mark == formMark {
		a.show(ctx, a.promptForm(said))
		return
	}
	a.line(ctx, func(ctx context.Context) (string, error) { return a.lineOfData(ctx, said) })
}

// filledIn takes in a form.
func (a *answering) filledIn(ctx context.Context, data modalData) {
	a.line(ctx, func(ctx context.Context) (string, error) {
		if mark, _ := cutMark(data.CustomID); mark != formMark {
			return lineOfModal(data), nil
		}
		prompt, err := a.lineOfData(ctx, data.CustomID)
		if err != nil || prompt == "" {
			return "", err
		}
		words := filled(data.Components)
		if len(words) == 0 {
			return "", nil
		}
		return endedWith(prompt, words[0].Value), nil
	})
}

// typed answers with what may be meant by what somebody has typed so far. There is no use in an answer that comes late.
func (a *answering) typed(ctx context.Context, data commandData) {
	line, option, typed, ok := typingOf(data)
	if !ok {
		return
	}
	a.aside(ctx, "completion", func(ctx context.Context) error {
		proposals, err := a.bot.Propose(ctx, a.of.said(line, a.cfg.Now()), option, typed)
		if err != nil {
			return err
		}
		voice := bot.Voice{Words: a.cfg.Words, Locale: proposals.Locale, Zone: proposals.Zone, Now: a.cfg.Now()}
		return a.callback(ctx, answerChoices, choicesData{choicesOf(proposals.Choices, voice)}, nil)
	})
}

type choicesData struct {
	Choices []choice `json:"choices"`
}

// show opens a form. It is shown at once or not at all.
func (a *answering) show(ctx context.Context, form modal) {
	a.aside(ctx, "form", func(ctx context.Context) error { return a.callback(ctx, answerModal, form, nil) })
}

// promptForm is a form for the end of a line, with one field that repeats what was asked. Its id is what the button says.
func (a *answering) promptForm(data string) modal {
	voice := a.voice()
	const longest = 1000
	title := shortened(voice.Plain(bot.Say("discord.fill_in")), maxModalTitle)
	return modal{CustomID: data, Title: title, Components: []modalRow{{Type: discordgo.ActionsRowComponent, Components: []modalField{{
		Type: discordgo.TextInputComponent, CustomID: "words", Style: discordgo.TextInputShort, Required: true, MaxLength: longest,
		Label: shortened(cmp.Or(a.of.Message.Content, voice.Plain(bot.Say("discord.rest_of_line"))), maxModalTitle),
	}}}}}
}

// voice is how the asker is spoken to before the router knows.
func (a *answering) voice() bot.Voice {
	return bot.Voice{Words: a.cfg.Words, Locale: a.cfg.Words.Match(a.of.Locale), Zone: time.UTC, Now: a.cfg.Now()}
}

// aside does something that neither waits for a turn nor is waited for.
func (a *answering) aside(ctx context.Context, what string, do func(ctx context.Context) error) {
	if !a.enter(ctx, what) {
		return
	}
	a.inHand.Go(func() {
		defer a.leave()
		ctx, cancel := context.WithTimeout(bot.Answering(ctx), interactionPatience)
		defer cancel()
		err := guarded(ctx, do)
		if err != nil && !isEnded(err) && !isTooLate(err) {
			a.cfg.Log.WarnContext(ctx, "interaction not answered", "answer", what, "error", err)
		}
	})
}

// interactionPatience is how long Discord waits for the first word of an answer.
const interactionPatience = 3 * time.Second

// line finds out which line was meant, and has it answered in its turn. Discord hears of it in time, however long the turn or the answer
// takes.
func (a *answering) line(ctx context.Context, find func(ctx context.Context) (string, error)) {
	unfinished, finish := context.WithCancel(ctx)
	taken := a.handle(ctx, a.of.ChannelID, "interaction", func(ctx context.Context) error {
		defer finish()
		ctx = bot.Answering(ctx)
		err := guarded(ctx, func(ctx context.Context) error { return a.answerTo(ctx, find) })
		if err == nil || a.hasAnswered() {
			return err
		}
		return errors.Join(err, a.say(ctx, a.note("error.internal", bot.Args{"Ref": bot.Lit("i" + a.of.ID)})))
	})
	if !taken {
		finish()
		return
	}
	a.inHand.Go(func() {
		if bot.Pause(unfinished, thinkAfter) {
			a.think(bot.Answering(ctx))
		}
	})
}

// answerTo answers the line that was meant, or says why there is none.
func (a *answering) answerTo(ctx context.Context, find func(ctx context.Context) (string, error)) error {
	line, err := find(ctx)
	switch {
	case err != nil:
		return errors.Join(err, a.say(ctx, a.note("press.failed", nil)))
	case line == "":
		return a.say(ctx, a.note("press.old", nil))
	}
	return a.answer(ctx, line)
}

// note is a post of the adapter's own, for the asker alone.
func (a *answering) note(key string, args bot.Args) bot.Post {
	return bot.Post{Headline: bot.Say(key, args), Private: true, Locale: a.cfg.Words.Match(a.of.Locale)}
}

// answer has the router answer a line, and shows what it says.
func (a *answering) answer(ctx context.Context, line string) error {
	mark, line := cutMark(line)
	said := a.of.said(line, a.cfg.Now())
	said.Open, said.About = mark == openMark, oneOf(a.of.ChannelID, a.message)
	if said.Chat.Kind != bot.Private && (mark == ownMark || a.isPersonal(line)) {
		return a.confide(ctx, said)
	}
	post, answered := a.bot.Answer(ctx, said)
	if !answered {
		return a.say(ctx, a.note("press.old", nil))
	}
	if post.Shareable {
		post.Buttons = append(slices.Clip(post.Buttons), showAll(line))
	}
	return a.say(ctx, post)
}

// isPersonal reports whether a line is about the asker alone.
func (a *answering) isPersonal(line string) bool {
	word, _, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	return slices.ContainsFunc(a.cfg.Commands, func(c *bot.Command) bool { return c.Personal && strings.EqualFold(c.Name, word) })
}

// confide has a line answered as if it had been said in the asker's private chat. What it changed is said there too, and where Discord
// does not let it be said there, the asker hears that at once.
func (a *answering) confide(ctx context.Context, said bot.Inbound) error {
	private, err := a.privateChat(ctx, said.From.ID)
	if err != nil {
		return errors.Join(err, a.say(ctx, a.note("press.failed", nil)))
	}
	said.Chat, said.Alone, said.Roles = private, false, nil
	post, answered := a.bot.Answer(ctx, said)
	if !answered {
		return a.say(ctx, a.note("press.old", nil))
	}
	where := bot.Say("discord.in_private")
	if post.Changed {
		err := insistently(ctx, func() error {
			_, err := a.post(ctx, private.Address.Key, post, creation{Nonce: said.ID})
			return err
		})
		if errors.Is(sendError(err), bot.ErrGone) {
			where = bot.Say("discord.dms_closed")
		} else if err != nil {
			a.cfg.Log.WarnContext(ctx, "answer not said in a private chat", "why", explain(err))
		}
	}
	if !post.Private { // what is private of itself is an error, which is about no place
		post.Body = append(slices.Clip(post.Body), bot.Paragraph{Text: where})
	}
	buttons := make([]bot.Button, len(post.Buttons))
	for i, b := range post.Buttons {
		b.Command = ownMark + b.Command
		buttons[i] = b
	}
	post.Buttons, post.Private = buttons, true
	return a.say(ctx, post)
}

// privateChat opens the private chat with a person, which there is one of.
func (a *Adapter) privateChat(ctx context.Context, userID string) (bot.Chat, error) {
	c, err := a.private.of(ctx, userID, rememberFor)
	return chatIn("", "", c, user{ID: userID}), err
}

// think tells Discord that the answer takes longer, unless there is one.
func (a *answering) think(ctx context.Context) {
	a.turn <- struct{}{}
	defer func() { <-a.turn }()
	if a.state != unanswered {
		return
	}
	err := insistently(ctx, func() error { return a.callback(ctx, answerLater, flagsData{a.hiddenFlag()}, nil) })
	if err != nil && !hasCode(err, codeAcknowledged) { // which says that it has arrived
		a.cfg.Log.InfoContext(ctx, "Discord was not told that an answer takes longer", "why", explain(err))
		return
	}
	a.state = thinking
}

// hasAnswered reports whether the asker has seen anything.
func (a *answering) hasAnswered() bool {
	a.turn <- struct{}{}
	defer func() { <-a.turn }()
	return a.state == answered
}

// hiddenFlag marks a message that only the asker sees, where others could.
func (a *answering) hiddenFlag() discordgo.MessageFlags {
	if a.of.GuildID == "" {
		return 0
	}
	return ephemeral
}

// say shows a post: as the answer if there is none yet, else behind it. What comes too late to be an answer is said in the channel, if
// others may read it.
func (a *answering) say(ctx context.Context, post bot.Post) error {
	post = prompted(post)
	drafts, err := a.drafts(ctx, post)
	if err != nil {
		return err
	}
	var flags discordgo.MessageFlags
	if post.Private {
		flags = a.hiddenFlag()
	}
	a.turn <- struct{}{}
	defer func() { <-a.turn }()
	var messages []string
	for i, d := range drafts {
		d.Flags = d.Flags&^silent | flags
		message, err := a.part(ctx, d)
		if i == 0 && isTooLate(err) {
			return a.late(ctx, post, flags)
		}
		if err != nil {
			return err
		}
		messages = append(messages, message)
	}
	if post.Fleeting && flags == 0 {
		a.tidyAway(ctx, messages)
	}
	return nil
}

// part says one message of an answer, and returns its id, "" if Discord does not tell it.
func (a *answering) part(ctx context.Context, d draft) (message string, err error) {
	if a.state == thinking && d.Flags&ephemeral != a.hiddenFlag() { // what only the asker sees cannot become what all see
		a.stopThinking(ctx)
	}
	switch a.state {
	case unanswered:
		err = insistently(ctx, func() error { return a.callback(ctx, answerNow, d, d.files()) })
		if hasCode(err, codeAcknowledged) { // it has arrived although nobody said so
			message, err = a.rephrase(ctx, d)
		}
	case thinking:
		message, err = a.rephrase(ctx, d)
	default:
		message, err = a.goOn(ctx, d)
	}
	if err == nil {
		a.state = answered
	}
	return message, err
}

// stopThinking takes away the sign that the bot is at it.
func (a *answering) stopThinking(ctx context.Context) {
	err := insistently(ctx, func() error {
		_, err := call[struct{}](ctx, a.client, http.MethodDelete, a.original(), nil)
		return err
	})
	if err != nil && !isTooLate(err) && !hasCode(err, codeUnknownMessage) {
		a.cfg.Log.InfoContext(ctx, "the sign of thinking stays", "why", explain(err))
	}
	a.state = answered
}

// rephrase makes the answer that there is another.
func (a *answering) rephrase(ctx context.Context, d draft) (message string, err error) {
	d.Flags = 0 // who sees it is settled
	err = insistently(ctx, func() error {
		changed, err := upload[sent](ctx, a.client, http.MethodPatch, a.original(), d, d.files())
		message = changed.ID
		return err
	})
	return message, err
}

// goOn says something behind the answer.
func (a *answering) goOn(ctx context.Context, d draft) (message string, err error) {
	err = insistently(ctx, func() error {
		said, err := upload[sent](ctx, a.client, http.MethodPost, discordgo.EndpointWebhookToken(a.of.ApplicationID, a.of.Token), d, d.files())
		message = said.ID
		return err
	})
	return message, err
}

// original is the address of the answer.
func (a *answering) original() string {
	return discordgo.EndpointWebhookMessage(a.of.ApplicationID, a.of.Token, "@original")
}

// late says in the channel what is no answer any more. Nobody but the asker is to read what was for them alone, and they can ask again.
func (a *answering) late(ctx context.Context, post bot.Post, flags discordgo.MessageFlags) error {
	a.cfg.Log.WarnContext(ctx, "an answer came too late for Discord", "shown", flags == 0)
	if flags != 0 {
		return nil
	}
	return insistently(ctx, func() error {
		_, err := a.post(ctx, a.of.ChannelID, post, creation{Nonce: "i" + a.of.ID})
		return err
	})
}

// tidyAway has the messages of an answer deleted after a while. Of the first one Discord may not have told the id.
func (a *answering) tidyAway(ctx context.Context, messages []string) {
	if messages[0] == "" {
		first, err := call[sent](ctx, a.client, http.MethodGet, a.original(), nil)
		if err != nil {
			a.cfg.Log.InfoContext(ctx, "an answer stays", "why", explain(err))
			return
		}
		messages[0] = first.ID
	}
	a.tidy.Later(address(a.of.ChannelID), joinIDs(a.of.ChannelID, messages))
}

// response answers an interaction.
type response struct {
	Type int `json:"type"`
	Data any `json:"data"`
}

// flagsData is an answer of which no more is known than who will see it.
type flagsData struct {
	Flags discordgo.MessageFlags `json:"flags,omitempty"`
}

// callback answers the interaction for the first time.
func (a *answering) callback(ctx context.Context, kind int, data any, files []file) error {
	address := discordgo.EndpointInteractionResponse(a.of.ID, a.of.Token)
	_, err := upload[struct{}](ctx, a.client, http.MethodPost, address, response{Type: kind, Data: data}, files)
	return err
}

// insistently does something again that did not work for reasons that pass soon. Somebody is waiting for it.
func insistently(ctx context.Context, do func() error) error {
	const tries, longest = 3, 10 * time.Second
	wait := 300 * time.Millisecond
	for try := 1; ; try++ {
		err := do()
		after, passes := passing(err)
		wait = max(wait, after)
		if !passes || try == tries || wait > longest || !bot.Pause(ctx, wait) {
			return err
		}
		wait *= 2
	}
}
