package replay

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"boardcast/bot"
	"boardcast/scheduler"
	"boardcast/storage"
)

// listener stands between the dispatcher and the subscriber: it hears what is composed, and of what stream, and takes what is sent.
type listener struct {
	scheduler.Composer
	tell    func(Message) error
	now     time.Time
	most    int
	sent    int
	next    Message // as far as it is known from what was composed last
	posts   map[bot.MessageID]bot.Post
	assumed map[string][]Assumed // of each stream, those to come
	err     error
}

// Notice implements [scheduler.Composer].
func (l *listener) Notice(r storage.Reader, n storage.Notice, now time.Time) (bot.Post, error) {
	l.next = Message{Stream: n.Stream, Kind: n.Kind}
	return l.Composer.Notice(r, n, now)
}

// Card implements [scheduler.Composer].
func (l *listener) Card(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error) {
	l.next = Message{Stream: s.ID}
	return l.Composer.Card(r, chat, s, now)
}

// Pointer implements [scheduler.Composer].
func (l *listener) Pointer(r storage.Reader, chat storage.Chat, s storage.Stream, now time.Time) (bot.Post, error) {
	l.next = Message{Stream: s.ID, Pointer: true}
	return l.Composer.Pointer(r, chat, s, now)
}

// Send implements [bot.Sender].
func (l *listener) Send(_ context.Context, _ bot.ChatID, p bot.Post, _ string) (bot.MessageID, error) {
	if l.most > 0 && l.sent == l.most {
		return "", l.fail(errEnough)
	}
	l.sent++
	id := bot.MessageID(strconv.Itoa(l.sent))
	l.posts[id] = p
	return id, l.hand(p, nil)
}

// Edit implements [bot.Sender].
func (l *listener) Edit(_ context.Context, _ bot.ChatID, id bot.MessageID, p bot.Post) (bot.MessageID, error) {
	was := l.posts[id]
	l.posts[id] = p
	return id, l.hand(p, &was)
}

func (l *listener) hand(p bot.Post, was *bot.Post) error {
	if l.err != nil {
		return l.fail(l.err)
	}
	m := l.next
	m.At, m.Post, m.Was = l.now, p, was
	switch {
	case m.Pointer:
	case m.Kind == storage.DigestNotice, m.Kind == storage.MorningNotice:
		for _, stream := range slices.Sorted(maps.Keys(l.assumed)) { // it may be about any of them
			m.Assumed = append(m.Assumed, l.assumptions(stream)...)
		}
	default:
		m.Assumed = l.assumptions(m.Stream)
	}
	m.Assumed = once(m.Assumed)
	return l.fail(l.tell(m))
}

// fail keeps an error for whoever replays. To the dispatcher it is one that trying again does not help.
func (l *listener) fail(err error) error {
	if err == nil {
		return nil
	}
	if l.err == nil {
		l.err = err
	}
	return &bot.RefusedError{Why: err.Error()}
}

// assumptions takes those of a stream that its story has come to.
func (l *listener) assumptions(stream string) []Assumption {
	var found []Assumption
	left := l.assumed[stream]
	for len(left) > 0 && !left[0].At.After(l.now) {
		found, left = append(found, left[0].Assumption), left[1:]
	}
	l.assumed[stream] = left
	return found
}

// once leaves of assumptions each the first time.
func once(all []Assumption) []Assumption {
	var found []Assumption
	for _, a := range all {
		if !slices.Contains(found, a) {
			found = append(found, a)
		}
	}
	return found
}
