package telegram

import "encoding/json"

// What Telegram delivers, with what came after the library's version 5.5 of the Bot API. Only what is read here is in it.
type (
	update struct {
		ID            int64              `json:"update_id"`
		Message       *message           `json:"message"`
		CallbackQuery *callbackQuery     `json:"callback_query"`
		InlineQuery   *inlineQuery       `json:"inline_query"`
		MyChatMember  *chatMemberUpdated `json:"my_chat_member"`
	}

	message struct {
		MessageID          int             `json:"message_id"` // 0 of one that only one member of a group sees
		EphemeralMessageID int             `json:"ephemeral_message_id"`
		ThreadID           int             `json:"message_thread_id"`
		IsTopicMessage     bool            `json:"is_topic_message"` // else ThreadID counts replies
		From               *user           `json:"from"`
		SenderChat         *chat           `json:"sender_chat"` // in whose name it was sent
		Chat               chat            `json:"chat"`
		Date               int64           `json:"date"` // seconds since 1970
		Text               string          `json:"text"`
		Entities           []entity        `json:"entities"`
		ReplyTo            *message        `json:"reply_to_message"`
		ForwardOrigin      json.RawMessage `json:"forward_origin"` // set: it was forwarded
		IsAutomaticForward bool            `json:"is_automatic_forward"`
		ViaBot             *user           `json:"via_bot"`
		NewChatMembers     []user          `json:"new_chat_members"`
		MigrateToChatID    int64           `json:"migrate_to_chat_id"`
	}

	chat struct {
		ID       int64  `json:"id"`
		Type     string `json:"type"` // private, group, supergroup or channel
		Title    string `json:"title"`
		Username string `json:"username"`
	}

	user struct {
		ID           int64  `json:"id"`
		IsBot        bool   `json:"is_bot"`
		FirstName    string `json:"first_name"`
		LastName     string `json:"last_name"`
		Username     string `json:"username"`
		LanguageCode string `json:"language_code"`
	}

	entity struct {
		Type   string `json:"type"`
		Offset int    `json:"offset"` // in UTF-16 units, as Length is
		Length int    `json:"length"`
		User   *user  `json:"user"`
	}

	callbackQuery struct {
		ID      string   `json:"id"`
		From    user     `json:"from"`
		Message *message `json:"message"`
		Data    string   `json:"data"`
	}

	inlineQuery struct {
		ID    string `json:"id"`
		From  user   `json:"from"`
		Query string `json:"query"`
	}

	chatMemberUpdated struct {
		Chat          chat       `json:"chat"`
		From          user       `json:"from"`
		Date          int64      `json:"date"`
		OldChatMember chatMember `json:"old_chat_member"`
		NewChatMember chatMember `json:"new_chat_member"`
	}

	chatMember struct {
		Status          string `json:"status"` // creator, administrator, member, restricted, left or kicked
		IsMember        bool   `json:"is_member"`
		CanPostMessages bool   `json:"can_post_messages"`
		CanSendMessages bool   `json:"can_send_messages"`
	}
)

// where names the place that an update is about: what is said there is taken in in its order.
func (u update) where() place {
	switch {
	case u.Message != nil:
		return place{chat: u.Message.Chat.ID, topic: topicOf(u.Message)}
	case u.CallbackQuery != nil && u.CallbackQuery.Message != nil:
		return place{chat: u.CallbackQuery.Message.Chat.ID, topic: topicOf(u.CallbackQuery.Message)}
	case u.CallbackQuery != nil:
		return place{chat: u.CallbackQuery.From.ID}
	case u.InlineQuery != nil:
		return place{chat: u.InlineQuery.From.ID}
	case u.MyChatMember != nil:
		return place{chat: u.MyChatMember.Chat.ID}
	}
	return place{}
}
