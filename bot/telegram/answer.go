package telegram

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"boardcast/bot"
)

// canHide reports whether an answer in a chat can be shown to one member alone: to whoever wrote a command that others do not see
// either, or pressed a button, and by an admin to anybody.
func (a *Adapter) canHide(ctx context.Context, c chat, invited bool) bool {
	if a.noEphemeral.Load() || c.Type != "group" && c.Type != "supergroup" {
		return false
	}
	return invited || a.admins.isBotOne(ctx, c.ID)
}

// hidden are the parameters of a message that one member of a group sees.
type hidden struct {
	Receiver int64  `json:"receiver_user_id"`
	Press    string `json:"callback_query_id,omitempty"`
}

// replyTo are the parameters of an answer to a message.
type replyTo struct {
	MessageID    int64 `json:"message_id,omitempty"`
	EphemeralID  int64 `json:"ephemeral_message_id,omitempty"`
	AllowWithout bool  `json:"allow_sending_without_reply"`
}

// reply answers a message where it was said.
func (in *inbox) reply(ctx context.Context, m *message, said bot.Inbound, post bot.Post) error {
	at := place{chat: m.Chat.ID, topic: topicOf(m)}
	how := params{}
	if said.Chat.Kind != bot.Private {
		how["reply_parameters"] = replyTo{MessageID: m.MessageID, EphemeralID: m.EphemeralMessageID, AllowWithout: true}
	}
	post = prompted(post)
	if post.Private && said.Alone && m.From != nil && !m.From.IsBot {
		err := in.whisper(ctx, at, hidden{Receiver: m.From.ID}, showable(post, said.Text), how)
		if !errors.Is(err, errNotHidden) {
			return err
		}
	}
	if m.EphemeralMessageID != 0 {
		delete(how, "reply_parameters") // nobody else has seen what it answers
	}
	if post.Brief {
		post = bot.Brief(post, showAll(said.Text))
	}
	return in.say(ctx, at, post, how)
}

// showable is a post with a button that shows it to all, where it may be shown.
func showable(post bot.Post, line string) bot.Post {
	if post.Shareable {
		post.Buttons = append(slices.Clip(post.Buttons), showAll(line))
	}
	return post
}

// showAll is a button that says a line again, for all to read the answer.
func showAll(line string) bot.Button { return bot.Press(bot.Say("button.show_all"), openMark+line) }

// say sends an answer that all in a chat see. One that is to go away is deleted later.
func (in *inbox) say(ctx context.Context, at place, post bot.Post, how params) error {
	var parts []part
	err := in.patiently(ctx, at, func(ctx context.Context) (err error) {
		parts, err = in.post(ctx, at, post, how)
		return err
	})
	if err != nil {
		return err
	}
	if post.Fleeting {
		in.tidy.Later(at.address(), joinIDs(at.chat, parts))
	}
	return nil
}

const (
	// answerTries is how often it is tried to send an answer. Somebody is waiting for it, and nobody keeps it for later.
	answerTries = 4
	// answerPatience is how long one of them may take.
	answerPatience = 10 * time.Second
)

// patiently sends an answer, again where Telegram wants a pause or did not answer: to whoever asked, twice is better than never.
func (in *inbox) patiently(ctx context.Context, at place, send func(ctx context.Context) error) error {
	wait := time.Second
	for tries := 1; ; tries++ {
		err := failed(at, bounded(ctx, send))
		after, passes := passing(err)
		if !passes || tries == answerTries || !bot.Pause(ctx, max(after, wait)) {
			return err
		}
		wait *= 2
	}
}

// bounded does something within the time that one try of an answer may take.
func bounded(ctx context.Context, send func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	return send(ctx)
}

// passing reports whether an error of a sending may pass by itself, and after how long at the earliest.
func passing(err error) (after time.Duration, passes bool) {
	if retry, again := errors.AsType[*bot.RetryError](err); again {
		return retry.After, true
	}
	_, unknown := errors.AsType[*bot.UnknownError](err)
	return 0, unknown
}

// errNotHidden says that a message cannot be shown to one member alone.
var errNotHidden = errors.New("the message cannot be hidden from others")

// whisper sends an answer that one member of a group sees. A server that is too old for it shows the message to all, and is not
// asked again.
func (in *inbox) whisper(ctx context.Context, at place, to hidden, post bot.Post, how params) error {
	how = merge(how, params{"ephemeral_message_parameters": to})
	return in.patiently(ctx, at, func(ctx context.Context) error {
		parts, err := in.post(ctx, at, post, how)
		if answer, refused := errors.AsType[*apiError](err); refused && answer.Status == badRequest {
			return errors.Join(errNotHidden, err)
		}
		if slices.ContainsFunc(parts, func(m part) bool { return m.id != 0 }) {
			in.noEphemeral.Store(true)
		}
		return err
	})
}

const badRequest = 400

// prompted is a post with the line that it asks to go on with as its last one, so that a reply to it says what it goes on.
func prompted(post bot.Post) bot.Post {
	if post.Prompt == "" {
		return post
	}
	asked := append(bot.Lit(promptMark), bot.Lit(post.Prompt+"…").With(bot.Mono)...)
	post.Body = append(slices.Clip(post.Body), bot.Paragraph{Text: asked})
	return post
}

// forceReply opens the reader's keyboard on a reply.
type forceReply struct {
	ForceReply  bool   `json:"force_reply"`
	Selective   bool   `json:"selective"` // for whoever is answered
	Placeholder string `json:"input_field_placeholder,omitempty"`
}

// markup is what stands under a post: its buttons; or, where it asks for words and has none, an open keyboard.
func (a *Adapter) markup(ctx context.Context, at place, p bot.Post) (any, error) {
	voice := a.layout(p, false).voice
	if len(p.Buttons) == 0 {
		if p.Prompt == "" {
			return nil, nil //nolint:nilnil // nothing under it is no failure
		}
		const longest = 64
		return forceReply{ForceReply: true, Selective: true, Placeholder: cut(p.Prompt+"…", longest)}, nil
	}
	fit := keyboardFor{
		voice: voice, shared: at.chat < 0, keep: func(line string) (string, error) { return a.cfg.Keep(ctx, line) },
	}
	if me := a.me.Load(); me != nil {
		fit.username = me.Username
	}
	return keyboard(p.Buttons, fit)
}

// lineOf is the command line behind the data of a button, and whether all are to read the answer; "" if it is not known.
func (a *Adapter) lineOf(ctx context.Context, data string) (line string, open bool, err error) {
	if len(data) > 0 && data[:1] == openMark {
		data, open = data[1:], true
	}
	if len(data) > 0 && data[:1] == storedMark {
		line, err = a.cfg.Kept(ctx, data[1:])
		return line, open, err
	}
	if len(data) == 0 || data[:1] != "/" {
		return "", open, nil
	}
	return data, open, nil
}

// press answers the press of a button. Whatever comes of it, the button stops waiting.
func (in *inbox) press(ctx context.Context, q *callbackQuery) error {
	done := pressing{inbox: in, query: q}
	err := done.answer(ctx)
	if done.told {
		return err
	}
	return errors.Join(err, done.tell(ctx, "", false))
}

// pressing is one press of a button.
type pressing struct {
	*inbox
	query *callbackQuery
	told  bool // that it has been taken in
}

func (d *pressing) answer(ctx context.Context) error {
	q := d.query
	line, open, err := d.lineOf(ctx, q.Data)
	if err != nil {
		return errors.Join(err, d.tell(ctx, d.words(bot.Say("press.failed")), true))
	}
	if line == "" || q.Message == nil {
		return d.tell(ctx, d.words(bot.Say("press.old")), true)
	}
	m := q.Message
	said := bot.Inbound{
		ID: "q" + q.ID, Chat: chatOf(m.Chat, topicOf(m)), From: userOf(q.From), Sent: d.cfg.Now(), Text: line, Open: open,
		Alone: m.Chat.Type == "channel" || d.canHide(ctx, m.Chat, true),
	}
	post, answered := d.bot.Answer(ctx, said)
	if !answered {
		return d.tell(ctx, d.words(bot.Say("press.old")), true)
	}
	return d.show(ctx, said, post)
}

// show shows the answer to a press: in a channel in a window, in a group to the presser alone where that can be, else in the chat.
func (d *pressing) show(ctx context.Context, said bot.Inbound, post bot.Post) error {
	m := d.query.Message
	at := place{chat: m.Chat.ID, topic: topicOf(m)}
	if said.Chat.Kind == bot.Channel {
		return d.tell(ctx, d.layout(post, false).alert(post), true)
	}
	if said.Chat.Kind == bot.Private {
		return d.say(ctx, at, prompted(post), params{})
	}
	how := params{"reply_parameters": replyTo{MessageID: m.MessageID, AllowWithout: true}}
	if !post.Private {
		if post.Brief {
			post = bot.Brief(post, showAll(said.Text))
		}
		return d.say(ctx, at, prompted(post), how)
	}
	if said.Alone {
		err := d.whisper(ctx, at, hidden{Receiver: d.query.From.ID, Press: d.query.ID}, showable(prompted(post), said.Text), params{})
		if !errors.Is(err, errNotHidden) {
			return err
		}
	}
	return d.tell(ctx, d.layout(post, false).alert(post), true)
}

// words words a text of the adapter's own for the presser.
func (d *pressing) words(text bot.Text) string {
	locale := d.cfg.Words.Match(d.query.From.LanguageCode)
	return d.layout(bot.Post{Locale: locale}, false).voice.Plain(text)
}

// tell ends the wait of the button, with words in a window if there are any. That the press is too old to be answered is nobody's
// trouble.
func (d *pressing) tell(ctx context.Context, words string, window bool) error {
	d.told = true
	_, err := call[bool](ctx, d.client, "answerCallbackQuery", params{
		"callback_query_id": d.query.ID, "text": words, "show_alert": window && words != "",
	})
	if answer, ok := errors.AsType[*apiError](err); ok && answer.Status == badRequest {
		return nil
	}
	return err
}

// numberOf is the number of an account, 0 if it is none.
func numberOf(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
