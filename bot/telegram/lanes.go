package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"boardcast/bot"
)

const (
	// handledAtOnce is how many updates are handled at the same time.
	handledAtOnce = 32
	// handlingBound is how long handling one update may take.
	handlingBound = 30 * time.Second
)

// handleFunc does what an update asks for.
type handleFunc func(ctx context.Context, u update) error

// lanes keep the order of each chat while updates of many are handled at once.
type lanes struct {
	*bot.Lanes

	handle handleFunc
	log    *slog.Logger
}

func newLanes(handle handleFunc, log *slog.Logger) *lanes {
	return &lanes{Lanes: bot.NewLanes(handledAtOnce, handlingBound), handle: handle, log: log}
}

// do handles an update. What fails is logged and counts as handled: to get it again would not help.
func (l *lanes) do(ctx context.Context, u update) {
	if err := l.guarded(ctx, u); err != nil {
		l.log.ErrorContext(ctx, "update failed", "update_id", u.ID, "error", err)
	}
}

func (l *lanes) guarded(ctx context.Context, u update) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return l.handle(ctx, u)
}

// laneOf is what keeps its order: a chat, a topic of a forum, or a person who asks inline. It is "" for an update of a kind that
// we do not know.
func laneOf(u update) string {
	switch {
	case u.Message != nil:
		return laneOfMessage(u.Message)
	case u.CallbackQuery != nil && u.CallbackQuery.Message != nil:
		return laneOfMessage(u.CallbackQuery.Message)
	case u.CallbackQuery != nil:
		return laneOfUser(u.CallbackQuery.From)
	case u.InlineQuery != nil:
		return laneOfUser(u.InlineQuery.From)
	case u.MyChatMember != nil:
		return laneOfMessage(&message{Chat: u.MyChatMember.Chat})
	}
	return ""
}

func laneOfMessage(m *message) string {
	key := "chat " + strconv.FormatInt(m.Chat.ID, 10)
	if m.IsTopicMessage {
		key += "/" + strconv.FormatInt(m.ThreadID, 10)
	}
	return key
}

func laneOfUser(u user) string { return "user " + strconv.FormatInt(u.ID, 10) }
