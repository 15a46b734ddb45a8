package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"boardcast/bot"
)

// How long it is remembered who is an admin, and of how many.
const (
	rememberAdmins = 5 * time.Minute
	mostRemembered = 10_000
)

// admins remembers for a while who is an admin where.
type admins struct {
	adapter *Adapter

	mu    sync.Mutex
	known map[membership]standing
}

type membership struct{ chat, user int64 }

type standing struct {
	admin bool
	asked time.Time
}

func newAdmins(a *Adapter) *admins { return &admins{adapter: a, known: map[membership]standing{}} }

// is reports whether an account is an admin of a chat, as it was found out at most five minutes ago, or with fresh now.
func (s *admins) is(ctx context.Context, chat, user int64, fresh bool) (bool, error) {
	now := s.adapter.cfg.Now()
	if known, ok := s.remembered(membership{chat, user}, now); ok && !fresh {
		return known, nil
	}
	m, err := call[chatMember](ctx, s.adapter.client, "getChatMember", params{"chat_id": chat, "user_id": user})
	if err != nil {
		return false, err
	}
	admin := m.isAdmin()
	s.remember(membership{chat, user}, standing{admin: admin, asked: now})
	return admin, nil
}

func (m chatMember) isAdmin() bool { return m.Status == "creator" || m.Status == "administrator" }

func (s *admins) remembered(m membership, now time.Time) (admin, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.known[m]
	return known.admin, ok && now.Sub(known.asked) < rememberAdmins
}

func (s *admins) remember(m membership, is standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= mostRemembered {
		clear(s.known)
	}
	s.known[m] = is
}

// forget forgets all that is known of a chat, because something about it has changed.
func (s *admins) forget(chat int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for m := range s.known {
		if m.chat == chat {
			delete(s.known, m)
		}
	}
}

// isBotOne reports whether the bot itself is an admin of a chat; not if that cannot be found out.
func (s *admins) isBotOne(ctx context.Context, chat int64) bool {
	me := s.adapter.me.Load()
	if me == nil {
		return false
	}
	admin, err := s.is(ctx, chat, me.ID, false)
	return err == nil && admin
}

// IsAdmin implements [bot.Admitting]. Who speaks in the name of a chat is an admin of it, for nobody else can.
func (a *Adapter) IsAdmin(ctx context.Context, chat bot.Chat, who bot.User, fresh bool) (bool, error) {
	at, err := placeOf(chat.Address)
	if err != nil {
		return false, err
	}
	if who.ID == strconv.FormatInt(at.chat, 10) {
		return true, nil
	}
	person := numberOf(who.ID)
	if person <= 0 { // a channel that speaks in a group
		return false, nil
	}
	admin, err := a.admins.is(ctx, at.chat, person, fresh)
	if answer, ok := errors.AsType[*apiError](err); ok && (answer.Status == badRequest || answer.Status == forbidden) {
		if strings.Contains(answer.Description, "user not found") || strings.Contains(answer.Description, "PARTICIPANT_ID_INVALID") {
			return false, nil
		}
		return false, bot.NewError(bot.Unavailable, "telegram.not_in", bot.Args{"Chat": bot.Quote(titleOr(chat, at))})
	}
	if err != nil {
		return false, fmt.Errorf("ask for the rights in %s: %w", chat.Address, err)
	}
	return admin, nil
}

const forbidden = 403

func titleOr(chat bot.Chat, at place) string {
	if chat.Title != "" {
		return chat.Title
	}
	return strconv.FormatInt(at.chat, 10)
}

// FindChat returns the group or the channel that words name: by its public name, with or without "@" or "t.me/" before it, or by
// its number. What names none that the bot can see is a [bot.Error].
func (a *Adapter) FindChat(ctx context.Context, words string) (bot.Chat, error) {
	name := strings.TrimSpace(words)
	for _, before := range []string{"https://", "http://", "t.me/", "@"} {
		name = strings.TrimPrefix(name, before)
	}
	var id any = "@" + name
	if numberOf(name) != 0 {
		id = numberOf(name)
	}
	unknown := bot.NewError(bot.Unknown, "telegram.no_chat", bot.Args{"Words": bot.Quote(words)})
	if name == "" || strings.ContainsAny(name, " /?#") {
		return bot.Chat{}, unknown
	}
	found, err := call[chat](ctx, a.client, "getChat", params{"chat_id": id})
	if answer, ok := errors.AsType[*apiError](err); ok && (answer.Status == badRequest || answer.Status == forbidden) {
		return bot.Chat{}, unknown
	}
	if err != nil {
		return bot.Chat{}, fmt.Errorf("find a chat: %w", err)
	}
	if found.Type == "private" {
		return bot.Chat{}, unknown
	}
	return chatOf(found, 0), nil
}
