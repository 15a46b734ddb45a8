package telegram

import (
	"fmt"
	"strconv"
	"strings"

	"boardcast/bot"
)

// place is a chat of Telegram's, or a topic of one that has topics.
type place struct {
	chat  int64
	topic int64 // 0: none, or the one that is called General
}

// address is the place as the rest of the program knows it: "-1001234" or "-1001234/5".
func (p place) address() bot.ChatID {
	key := strconv.FormatInt(p.chat, 10)
	if p.topic != 0 {
		key += "/" + strconv.FormatInt(p.topic, 10)
	}
	return bot.ChatID{Messenger: bot.Telegram, Key: key}
}

// placeOf reads an address.
func placeOf(address bot.ChatID) (place, error) {
	chat, topic, hasTopic := strings.Cut(address.Key, "/")
	id, err := strconv.ParseInt(chat, 10, 64)
	p := place{chat: id}
	if err == nil && hasTopic {
		p.topic, err = strconv.ParseInt(topic, 10, 64)
	}
	if err != nil || address.Messenger != bot.Telegram {
		return place{}, fmt.Errorf("%s is no chat of Telegram's: %w", address, err)
	}
	return p, nil
}

// chatOf is a chat as the router sees it. All topics of a chat are of one community, and so is everything of one person.
func chatOf(c chat, topic int64) bot.Chat {
	seen := bot.Chat{
		Address:   place{chat: c.ID, topic: topic}.address(),
		Community: strconv.FormatInt(c.ID, 10),
		Title:     c.Title,
	}
	switch c.Type {
	case "private":
		seen.Kind, seen.Title = bot.Private, "" // which would be the person's name
	case "channel":
		seen.Kind = bot.Channel
	default:
		seen.Kind = bot.Group
	}
	return seen
}

// topicOf is the topic that a message is in. In a chat without topics Telegram counts replies by the same number.
func topicOf(m *message) int64 {
	if !m.IsTopicMessage {
		return 0
	}
	return m.ThreadID
}

// The accounts in whose name Telegram itself sends.
const (
	anonymousAdmin = 1087968824 // for an admin who does not want to be named
	asChannel      = 136817688  // for somebody who speaks as a channel of theirs
	telegramItself = 777000     // for a channel, in the group that is linked with it
)

// personOf is who wrote a message. Who speaks in the name of a chat goes by the number of that chat.
func personOf(m *message) bot.User {
	if m.SenderChat != nil {
		return bot.User{ID: strconv.FormatInt(m.SenderChat.ID, 10), Name: m.SenderChat.Title, Handle: m.SenderChat.Username}
	}
	if m.From == nil {
		return bot.User{}
	}
	return userOf(*m.From)
}

func userOf(u user) bot.User {
	return bot.User{
		ID: strconv.FormatInt(u.ID, 10), Name: strings.TrimSpace(u.FirstName + " " + u.LastName), Handle: u.Username,
		Locale: u.LanguageCode,
	}
}
