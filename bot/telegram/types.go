package telegram

import (
	"encoding/json"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// The structures that Telegram sends, as far as we use them. Those of the library are of Bot API 5.5 and know nothing of
// topics, ephemeral messages and origins of forwards; its entities serve. Every integer is an int64, whatever the machine.

// update is one thing that happened. At most one of its pointers is set; none is when it is of a kind that we did not ask for.
type update struct {
	ID            int64              `json:"update_id"`
	Message       *message           `json:"message"`
	CallbackQuery *callbackQuery     `json:"callback_query"`
	InlineQuery   *inlineQuery       `json:"inline_query"`
	MyChatMember  *chatMemberUpdated `json:"my_chat_member"`
}

// message is what was written in a chat, or what happened there. One that is no longer to be had has a Date of 0 and
// nothing else but its Chat and MessageID.
type message struct {
	MessageID          int64 `json:"message_id"`
	ThreadID           int64 `json:"message_thread_id"` // a topic if IsTopicMessage, else perhaps a thread of replies
	IsTopicMessage     bool  `json:"is_topic_message"`
	EphemeralMessageID int64 `json:"ephemeral_message_id"` // not 0: only its receiver sees it
	From               *user `json:"from"`                 // nil in channels
	SenderChat         *chat `json:"sender_chat"`          // in whose name it was written, if not in From's
	Chat               chat  `json:"chat"`
	Date               int64 `json:"date"` // in seconds since 1970

	Text     string                   `json:"text"`
	Entities []tgbotapi.MessageEntity `json:"entities"` // of Text, counted in UTF-16 units

	ReplyTo            *message        `json:"reply_to_message"`
	ForwardOrigin      json.RawMessage `json:"forward_origin"` // not empty: it is a forward
	IsAutomaticForward bool            `json:"is_automatic_forward"`
	ViaBot             *user           `json:"via_bot"`

	NewChatMembers  []user `json:"new_chat_members"`
	MigrateToChatID int64  `json:"migrate_to_chat_id"`
}

// user is a person or a bot.
type user struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"` // without @; may be empty
	LanguageCode string `json:"language_code"`
}

// chat is a place. Its Type is private, group, supergroup or channel.
type chat struct {
	ID       int64  `json:"id"`
	Type     string `json:"type"`
	Title    string `json:"title"`
	Username string `json:"username"`

	Permissions *chatPermissions `json:"permissions"` // of those who are no admins; only in what getChat says of a group
}

// chatPermissions is what the members of a group may do who are no admins.
type chatPermissions struct {
	CanSendMessages bool `json:"can_send_messages"`
}

// callbackQuery is a press of a button.
type callbackQuery struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"` // nil if it was sent in inline mode
	Data    string   `json:"data"`
}

// inlineQuery is what somebody types after the bot's name in any chat.
type inlineQuery struct {
	ID    string `json:"id"`
	From  user   `json:"from"`
	Query string `json:"query"`
}

// chatMemberUpdated says that the bot was let in, sent out, or given other rights.
type chatMemberUpdated struct {
	Chat          chat       `json:"chat"`
	From          user       `json:"from"`
	Date          int64      `json:"date"`
	OldChatMember chatMember `json:"old_chat_member"`
	NewChatMember chatMember `json:"new_chat_member"`
}

// chatMember is what somebody is in a chat. Its Status is creator, administrator, member, restricted, left or kicked.
type chatMember struct {
	Status          string `json:"status"`
	IsMember        bool   `json:"is_member"`         // of the restricted
	CanPostMessages bool   `json:"can_post_messages"` // of an administrator of a channel
	CanManageTopics bool   `json:"can_manage_topics"` // of an administrator of a supergroup
	CanSendMessages bool   `json:"can_send_messages"` // of the restricted
}
