package telegram

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardcast/bot"
)

// sent is what Telegram says of a message that it has taken.
type sent struct {
	MessageID   int64 `json:"message_id"`
	EphemeralID int64 `json:"ephemeral_message_id"` // of one that only its receiver sees; MessageID is 0 then
}

// Send posts to a chat, in several messages if it takes them. Telegram knows no nonce: the same post sent twice is two.
func (a *Adapter) Send(ctx context.Context, to bot.ChatID, p bot.Post, _ string) (bot.MessageID, error) {
	at, err := placeOf(to)
	if err != nil {
		return "", &bot.RefusedError{Why: err.Error()}
	}
	parts, err := a.post(ctx, at, p, params{"disable_notification": p.Silent})
	return joinIDs(at.chat, parts), failed(at, err)
}

// Edit changes what was sent. A message that cannot be edited any more is sent anew, without a sound, and so is one that stands
// where the chat was before it moved; one of a topic that is gone, to the chat itself.
func (a *Adapter) Edit(ctx context.Context, to bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	at, err := placeOf(to)
	stands, old, idErr := splitIDs(id)
	if err = errors.Join(err, idErr); err != nil {
		return "", &bot.RefusedError{Why: err.Error()}
	}
	var parts []part
	err = errNotEditable
	if stands == at.chat {
		parts, err = a.change(ctx, at, old, p)
	}
	if errors.Is(err, errNotEditable) && len(p.Body) == 0 {
		return "", &bot.RefusedError{Why: "the message is gone, and all that is left of it would be to point at another"}
	}
	if errors.Is(err, errNotEditable) {
		parts, err = a.post(ctx, at, p, params{"disable_notification": true})
	}
	if at.topic != 0 && errors.Is(sendError(err), errThreadGone) { // its messages are gone with it
		parts, err = a.post(ctx, place{chat: at.chat}, p, params{"disable_notification": true})
	}
	return joinIDs(at.chat, parts), failed(at, err)
}

// failed turns an error into one that the rest of the program knows.
func failed(at place, err error) error {
	if err == nil {
		return nil
	}
	err = sendError(err)
	if migrated, ok := errors.AsType[*migratedError](err); ok {
		return &bot.MovedError{To: place{chat: migrated.To}.address()}
	}
	if errors.Is(err, errThreadGone) {
		if at.topic == 0 {
			return &bot.RefusedError{Why: err.Error()}
		}
		return &bot.MovedError{To: place{chat: at.chat}.address(), Gone: true}
	}
	return err
}

// part is one of the messages that a post takes.
type part struct {
	id      int64 // 0: only its receiver sees it
	picture bool  // its text is the caption of one
}

// post sends what a post takes, one message after another, with the buttons under the last one. What was sent before an error
// stays, and counts as the post: to send all of it once more would say the beginning twice.
func (a *Adapter) post(ctx context.Context, at place, p bot.Post, how params) ([]part, error) {
	markup, err := a.markup(ctx, at, p)
	if err != nil {
		return nil, err
	}
	out := &sending{Adapter: a, at: at, how: how, markup: markup, image: p.Image}
	err = a.laidOut(p, func(l layout) error { return out.all(ctx, l, p) })
	if err != nil && len(out.done) > 0 {
		a.cfg.Log.WarnContext(ctx, "the end of a long message was not sent", "chat", at.address().String(), "error", err)
		return out.done, nil
	}
	return out.done, err
}

// sending is a post on its way.
type sending struct {
	*Adapter
	at     place
	how    params
	markup any
	image  *bot.Image
	done   []part
}

// all sends what has not been sent. A picture has the text as its caption if that is short enough, else it stands before it.
func (s *sending) all(ctx context.Context, l layout, p bot.Post) error {
	messages := l.messages(p)
	if s.image != nil && len(s.done) == 0 {
		caption, fits := l.caption(p)
		total := 1
		if !fits {
			total += len(messages)
		}
		if err := s.picture(ofSeveral(ctx, total), caption, fits); err != nil || fits {
			return err
		}
	}
	texts := len(s.done)
	if s.image != nil {
		texts-- // the picture is none
	}
	for i, m := range messages[texts:] {
		said := merge(s.how, textOf(m, p), params{"chat_id": s.at.chat, "message_thread_id": s.at.topic})
		if texts+i == len(messages)-1 {
			said["reply_markup"] = s.markup
		}
		if len(s.done) > 0 {
			delete(said, "reply_parameters")
			said["disable_notification"] = true // the first one has made the sound
		}
		done, err := call[sent](s.turn(ctx, len(messages)), s.client, "sendMessage", said)
		if err != nil {
			return err
		}
		s.done = append(s.done, part{id: done.MessageID})
	}
	return nil
}

// turn is a context for the next of some messages. The first waits for room for all of them, and leaves others the way where there is
// none; those behind it have patience, because to send all of it once more would say the beginning twice.
func (s *sending) turn(ctx context.Context, messages int) context.Context {
	if len(s.done) == 0 {
		return ofSeveral(ctx, messages)
	}
	return bot.Patient(ctx, bot.LongPatience)
}

// picture sends the picture, with a caption and the buttons if all fits under it.
func (s *sending) picture(ctx context.Context, caption htmlMessage, fits bool) error {
	said := merge(s.how, params{"chat_id": s.at.chat, "message_thread_id": s.at.topic})
	if fits {
		said = merge(said, params{"caption": caption.HTML, "parse_mode": "HTML", "reply_markup": s.markup})
	}
	done, err := upload[sent](ctx, s.client, "sendPhoto", said, file{field: "photo", name: "boardcast.png", bytes: s.image.PNG})
	if err != nil {
		return err
	}
	s.done = append(s.done, part{id: done.MessageID, picture: true})
	return nil
}

// change edits messages to a post. More that it takes now are sent behind them, and those that it does not are deleted. A picture
// stays as it was sent.
func (a *Adapter) change(ctx context.Context, at place, old []part, p bot.Post) ([]part, error) {
	markup, err := a.markup(ctx, at, p)
	if err != nil {
		return nil, err
	}
	var parts []part
	err = a.laidOut(p, func(l layout) (err error) {
		parts, err = a.changeAll(ctx, at, old, l, p, markup)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, spare := range old[min(len(parts), len(old)):] {
		a.remove(ctx, at, spare.id)
	}
	return parts, nil
}

func (a *Adapter) changeAll(ctx context.Context, at place, old []part, l layout, p bot.Post, markup any) ([]part, error) {
	if len(old) == 1 && old[0].picture {
		caption, fits := l.caption(p)
		if !fits {
			return nil, errNotEditable
		}
		_, err := call[sent](ctx, a.client, "editMessageCaption", params{
			"chat_id": at.chat, "message_id": old[0].id, "caption": caption.HTML, "parse_mode": "HTML", "reply_markup": markup,
		})
		return old, unchanged(err)
	}
	var parts []part
	if old[0].picture {
		parts = old[:1:1]
	}
	before := len(parts)
	messages := l.messages(p)
	for i, m := range messages {
		said := merge(textOf(m, p), params{"chat_id": at.chat})
		if i == len(messages)-1 {
			said["reply_markup"] = markup
		}
		turn := ctx
		if i > 0 {
			turn = bot.Patient(ctx, bot.LongPatience) // the beginning is changed already
		}
		id, err := a.changeOne(turn, at, old, before+i, said)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{id: id})
	}
	return parts, nil
}

// changeOne edits the nth of some messages, or sends one more behind them.
func (a *Adapter) changeOne(ctx context.Context, at place, old []part, n int, said params) (int64, error) {
	if n >= len(old) {
		said["message_thread_id"], said["disable_notification"] = at.topic, true
		done, err := call[sent](ctx, a.client, "sendMessage", said)
		return done.MessageID, err
	}
	said["message_id"] = old[n].id
	_, err := call[sent](ctx, a.client, "editMessageText", said)
	return old[n].id, unchanged(err)
}

// unchanged leaves out that a message says already what it was to be changed to.
func unchanged(err error) error {
	if err != nil && sendError(err) == nil {
		return nil
	}
	if err != nil && errors.Is(sendError(err), errNotEditable) {
		return errors.Join(errNotEditable, err)
	}
	return err
}

// remove deletes a message, as far as that is possible.
func (a *Adapter) remove(ctx context.Context, at place, id int64) {
	_, err := call[bool](ctx, a.client, "deleteMessage", params{"chat_id": at.chat, "message_id": id})
	if err != nil {
		a.cfg.Log.InfoContext(ctx, "message not deleted", "chat", at.address().String(), "error", err)
	}
}

// laidOut gives a post's layout to a function, once more with plain times if the server does not know <tg-time>.
func (a *Adapter) laidOut(p bot.Post, say func(l layout) error) error {
	clocks := !a.noClocks.Load()
	err := say(a.layout(p, clocks))
	if !clocks || !lacksClocks(err) {
		return err
	}
	a.noClocks.Store(true)
	return say(a.layout(p, false))
}

// lacksClocks reports whether a server said that it does not know <tg-time>.
func lacksClocks(err error) bool {
	answer, ok := errors.AsType[*apiError](err)
	return ok && strings.Contains(answer.Description, "nsupported start tag") && strings.Contains(answer.Description, "tg-time")
}

func (a *Adapter) layout(p bot.Post, clocks bool) layout {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	return layout{voice: bot.Voice{Words: a.cfg.Words, Locale: p.Locale, Zone: zone, Now: a.cfg.Now()}, clocks: clocks}
}

// textOf are the parameters of a text. A post with one link shows what is behind it, small; links beside one another do not
// fight for that place.
func textOf(m htmlMessage, p bot.Post) params {
	preview := map[string]any{"is_disabled": true}
	if links := linksOf(p); len(links) == 1 {
		preview = map[string]any{"url": links[0], "prefer_small_media": true}
	}
	return params{"text": m.HTML, "parse_mode": "HTML", "link_preview_options": preview}
}

// linksOf are the addresses that a post opens, each once.
func linksOf(p bot.Post) []string {
	var links []string
	add := func(texts ...bot.Text) {
		for _, t := range texts {
			for _, span := range t {
				if span.Link != "" && !slices.Contains(links, span.Link) {
					links = append(links, span.Link)
				}
			}
		}
	}
	for _, block := range p.Body {
		switch b := block.(type) {
		case bot.Paragraph:
			add(b.Text)
		case bot.Fields:
			for _, field := range b {
				add(field.Value)
			}
		case bot.List:
			add(b.Items...)
		case bot.Table:
			for _, row := range b.Rows {
				add(row...)
			}
		}
	}
	return links
}

// merge puts parameters together; later ones win.
func merge(parts ...params) params {
	all := params{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// pictureMark stands before the number of a message that is a picture.
const pictureMark = "p"

// joinIDs names the messages of a chat that are one post: "-100123:12", "-100123:12,13" or "-100123:p12". The numbers of a chat's
// messages begin anew when it moves.
func joinIDs(chat int64, parts []part) bot.MessageID {
	if len(parts) == 0 {
		return ""
	}
	words := make([]string, 0, len(parts))
	for _, m := range parts {
		word := strconv.FormatInt(m.id, 10)
		if m.picture {
			word = pictureMark + word
		}
		words = append(words, word)
	}
	return bot.MessageID(strconv.FormatInt(chat, 10) + ":" + strings.Join(words, ","))
}

func splitIDs(id bot.MessageID) (chat int64, parts []part, err error) {
	where, words, _ := strings.Cut(string(id), ":")
	chat, err = strconv.ParseInt(where, 10, 64)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no message of Telegram's: %w", id, err)
	}
	for word := range strings.SplitSeq(words, ",") {
		number, picture := strings.CutPrefix(word, pictureMark)
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, nil, fmt.Errorf("%q is no message of Telegram's: %w", id, err)
		}
		parts = append(parts, part{id: n, picture: picture})
	}
	return chat, parts, nil
}
