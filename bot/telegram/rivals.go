package telegram

import (
	"strings"
	"sync"
)

// rivals are the chats in which other bots have been noticed, up to a bound.
type rivals struct {
	mu    sync.Mutex
	chats map[int64]bool
}

func newRivals() *rivals { return &rivals{chats: map[int64]bool{}} }

// note looks at a message for signs of another bot: it was sent by one or by way of one, let one in, or is a command for one.
func (r *rivals) note(m *message, me *user) {
	if m.Chat.Type == "private" || !showsOther(m, me) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.chats) >= mostRemembered {
		clear(r.chats)
	}
	r.chats[m.Chat.ID] = true
}

func showsOther(m *message, me *user) bool {
	other := func(u *user) bool {
		return u != nil && u.IsBot && (me == nil || u.ID != me.ID) && u.ID != anonymousAdmin && u.ID != asChannel
	}
	for i := range m.NewChatMembers {
		if other(&m.NewChatMembers[i]) {
			return true
		}
	}
	if other(m.From) || other(m.ViaBot) {
		return true
	}
	first, _, _ := strings.Cut(m.Text, " ")
	_, name, addressed := strings.Cut(first, "@")
	return strings.HasPrefix(first, "/") && addressed && me != nil && !strings.EqualFold(name, me.Username)
}

// here reports whether another bot has been noticed in a chat.
func (r *rivals) here(chat int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.chats[chat]
}
