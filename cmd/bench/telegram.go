package main

import (
	"context"
	"strconv"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest/telegramsrv"
)

// telegramAllowed is what Telegram takes a second from a bot in all, by its FAQ for bots, and telegramShare the part of it to reach.
const (
	telegramAllowed = 30
	telegramShare   = 0.97
)

// telegram is a Bot API server.
type telegram struct {
	*telegramsrv.Server
	token    string
	operator int64
}

func newTelegram(o *options, t *tally) *telegram {
	const token = "4242:of-a-benchmark" //nolint:gosec // for the server beside it alone
	s := telegramsrv.New(telegramsrv.Config{
		Token: token, Username: "board_bot", Now: time.Now, Unlimited: o.unlimited,
		Taken: func(m telegramsrv.Message) { t.take(telegramKey(m.Chat), m.At) },
	})
	return &telegram{Server: s, token: token, operator: s.AddPrivate(s.AddUser(telegramsrv.User{FirstName: "Olga", LanguageCode: "en"}).ID)}
}

func telegramKey(chat int64) string { return strconv.FormatInt(chat, 10) }

// places makes private chats.
func (s *telegram) places(n int) []bot.Chat {
	all := make([]bot.Chat, n)
	for i := range all {
		key := telegramKey(s.AddPrivate(s.AddUser(telegramsrv.User{LanguageCode: "en"}).ID))
		all[i] = bot.Chat{Address: bot.ChatID{Messenger: bot.Telegram, Key: key}, Community: key, Kind: bot.Private}
	}
	return all
}

func (s *telegram) environ(url string) []string {
	return []string{"BOARDCAST_TELEGRAM_TOKEN=" + s.token, "BOARDCAST_TELEGRAM_API_URL=" + url, "BOARDCAST_OPERATORS_TELEGRAM=" + telegramKey(s.operator)}
}

func (s *telegram) hears(ctx context.Context) error {
	return s.Wait(ctx, func(s *telegramsrv.Server) bool { return s.Polling() })
}

func (s *telegram) start(stream string) error {
	s.Say(s.operator, s.operator, "/stream start "+stream)
	return nil
}

func (s *telegram) tooMany() int { return s.Stats().Limited }

// limits: Telegram knows no message again.
func (*telegram) limits() limits { return limits{allowed: telegramAllowed, share: telegramShare} }

func (s *telegram) close() { s.Close() }
