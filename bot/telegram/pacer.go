package telegram

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"boardcast/bot"
)

// What Telegram takes from a bot that the configuration says nothing else of.
const (
	defaultInFlight  = 8
	defaultPerSecond = 30
)

// pacer has calls wait until Telegram takes them: so many a second in all, about one a second in a chat after a short burst, and twenty
// a minute in groups and channels; edits apart from messages, and a little more of them. Telegram says so in words only, and no header
// tells what is left. What it refuses nevertheless says how long to leave a chat alone, and then the pacer asks less of that chat.
type pacer struct {
	window   *bot.Window
	inFlight int
	tooMany  atomic.Int64

	chats map[int64]*chatPace // as the window's Do has it
	many  int                 // chats, at which those at rest are forgotten
}

// fewChats are not worth forgetting.
const fewChats = 1024

func newPacer(now func() time.Time, inFlight, perSecond int) *pacer {
	if inFlight == 0 {
		inFlight = defaultInFlight
	}
	if perSecond == 0 {
		perSecond = defaultPerSecond
	}
	return &pacer{window: bot.NewWindow(now, perSecond), inFlight: inFlight, chats: map[int64]*chatPace{}, many: fewChats}
}

// action is what Telegram counts.
type action uint8

const (
	uncounted action = iota
	sends
	edits
	whispers // of one who asked, which count in the whole only
)

// actionOf is what a call counts as.
func actionOf(method string, p params) action {
	switch {
	case p["ephemeral_message_parameters"] != nil:
		return whispers
	case strings.HasPrefix(method, "send"):
		return sends
	case strings.HasPrefix(method, "editMessage"):
		return edits
	}
	return uncounted
}

// enter waits for the turn of a call. What it returns takes in how the call ended: whether it was answered, and with which error. Its own
// errors are those of [bot.Window.Enter].
func (p *pacer) enter(ctx context.Context, method string, said params) (leave func(answered bool, err error), err error) {
	kind := actionOf(method, said)
	if kind == uncounted {
		return func(_ bool, err error) { p.count(err) }, nil
	}
	urgency := bot.UrgentNotice
	switch {
	case bot.IsAnswering(ctx):
		urgency = bot.UrgentAnswer
	case kind == edits:
		urgency = bot.UrgentEdit
	}
	c := bot.Call{Urgency: urgency}
	chat, _ := said["chat_id"].(int64)
	own := &turn{pacer: p, chat: chat, edit: kind == edits, answer: bot.IsAnswering(ctx), messages: messagesOf(ctx)}
	if kind != whispers {
		c.Own = own
	}
	passage, err := p.window.Enter(ctx, c)
	if err != nil {
		return nil, err
	}
	return func(answered bool, err error) {
		wait, all := p.count(err), time.Duration(0)
		passage.Leave(answered, func(now time.Duration) {
			if kind != whispers {
				own.leave(now)
			}
			if wait > 0 {
				all = p.refused(chat, now, wait)
			}
		})
		if all > 0 {
			p.window.Hold(all)
		}
	}, nil
}

// count counts an answer that says that it was too much, and returns how long Telegram is to be left alone; not at all if it is none.
func (p *pacer) count(err error) time.Duration {
	answer, ok := errors.AsType[*apiError](err)
	if !ok || answer.Status != http.StatusTooManyRequests && answer.RetryAfter == 0 {
		return 0
	}
	p.tooMany.Add(1)
	return max(answer.RetryAfter, time.Second)
}

// refused leaves a chat alone for a while, and has it get less for a longer one. It returns for how long all are to be left alone: Telegram
// does not say whom it means, and is taken to mean all when it says so of a second chat meanwhile; until the first of the two may be
// tried again, for one chat's long pause is not everybody's.
func (p *pacer) refused(chat int64, now, wait time.Duration) (all time.Duration) {
	var others time.Duration // until when they are held
	for other, c := range p.chats {
		if other != chat {
			others = max(others, c.held)
		}
	}
	c := p.chat(chat)
	c.held = max(c.held, now+wait)
	if others <= now {
		c.careful = c.held + carefulFor
		return 0
	}
	return min(others-now, wait)
}

// wait is how long a notice, or an edit, to a chat has to wait because of what was sent there lately.
func (p *pacer) wait(chat int64, edit bool) (wait time.Duration) {
	p.window.Do(func(now time.Duration) {
		wait = (&turn{pacer: p, chat: chat, edit: edit, messages: 1}).Wait(now)
	})
	return max(wait, 0)
}

// chat is what is known of a chat. Those at rest are forgotten where there are many.
func (p *pacer) chat(id int64) *chatPace {
	c := p.chats[id]
	if c == nil {
		c = &chatPace{}
		p.chats[id] = c
	}
	return c
}

// forget forgets the chats at rest, whenever there are twice as many as there were after the last time.
func (p *pacer) forget(now time.Duration) {
	if len(p.chats) < p.many {
		return
	}
	for id, c := range p.chats {
		if c.rests(now) {
			delete(p.chats, id)
		}
	}
	p.many = max(fewChats, 2*len(p.chats))
}

// turn is the place of one call in its chat.
type turn struct {
	*pacer
	chat         int64
	edit, answer bool
	messages     int // that its post takes
}

// Wait implements [bot.OwnLimit].
func (t *turn) Wait(now time.Duration) time.Duration {
	c := t.chats[t.chat]
	if c == nil {
		return 0
	}
	takes, spent := t.takes(c, now), c.of(t.edit)
	wait := max(c.held-now, spent.all.wait(now, takes, t.messages))
	if t.answer {
		wait = max(wait, spent.answers.wait(now, takes.half(), t.messages))
	}
	return wait
}

// Take implements [bot.OwnLimit].
func (t *turn) Take(now time.Duration) {
	t.forget(now)
	spent := t.pacer.chat(t.chat).of(t.edit)
	spent.all.flying++
	if t.answer {
		spent.answers.flying++
	}
}

// leave counts the call at its end, by when Telegram has counted it.
func (t *turn) leave(now time.Duration) {
	c := t.pacer.chat(t.chat)
	takes, spent := t.takes(c, now), c.of(t.edit)
	spent.all.leave(now, takes)
	if t.answer {
		spent.answers.leave(now, takes.half())
	}
}

// takes is what the chat takes of what the call is.
func (t *turn) takes(c *chatPace, now time.Duration) allowance {
	takes := takesOf(t.chat, t.edit)
	if c.careful > now {
		return takes.less()
	}
	return takes
}

type messagesKey struct{}

// ofSeveral returns a context whose calls are the first of so many messages that are one post: there is to be room for all of them.
func ofSeveral(ctx context.Context, messages int) context.Context {
	return context.WithValue(ctx, messagesKey{}, messages)
}

func messagesOf(ctx context.Context) int {
	messages, _ := ctx.Value(messagesKey{}).(int)
	return max(messages, 1)
}

// Pace implements [bot.Pacing].
func (a *Adapter) Pace() float64 { return a.client.pace.window.Pace() }

// InFlight implements [bot.Pacing].
func (a *Adapter) InFlight() int { return a.client.pace.inFlight }

// Room implements [bot.Pacing]. A post counts from when its first message leaves, see [bot.Leaving].
func (a *Adapter) Room(edit bool) (posts int, wait time.Duration) {
	if edit {
		return a.client.pace.window.Room(bot.UrgentEdit)
	}
	return a.client.pace.window.Room(bot.UrgentNotice)
}

// RoomIn implements [bot.Pacing].
func (a *Adapter) RoomIn(to bot.ChatID, edit bool) time.Duration {
	at, err := placeOf(to)
	if err != nil {
		return 0 // whoever sends there is told why not
	}
	return a.client.pace.wait(at.chat, edit)
}

// TooMany implements [bot.Pacing].
func (a *Adapter) TooMany() int64 { return a.client.pace.tooMany.Load() }
