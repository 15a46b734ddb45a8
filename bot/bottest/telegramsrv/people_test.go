package telegramsrv_test

import (
	"strings"
	"testing"
	"time"

	"boardcast/bot/bottest/telegramsrv"
)

func TestWhereTheBotMayWrite(t *testing.T) {
	tests := []struct {
		name string
		chat func(w *world) any
		want string
	}{
		{"somebody who has started it", func(w *world) any { return w.AddPrivate(w.ann) }, ""},
		{"somebody who has not", func(w *world) any { return w.ann }, "403 Forbidden: bot can't initiate conversation with a user"},
		{"somebody who has blocked it", func(w *world) any {
			w.AddPrivate(w.ann)
			w.Block(w.ann)
			return w.ann
		}, "403 Forbidden: bot was blocked by the user"},
		{"somebody who lets it again", func(w *world) any {
			w.AddPrivate(w.ann)
			w.Block(w.ann)
			w.Unblock(w.ann)
			return w.ann
		}, ""},
		{"nobody", func(*world) any { return 5 }, "400 Bad Request: chat not found"},
		{"no number", func(*world) any { return "x" }, "400 Bad Request: chat not found"},
		{"nothing", func(*world) any { return "" }, "400 Bad Request: chat_id is empty"},
		{"a bot", func(w *world) any { return w.AddUser(telegramsrv.User{IsBot: true}).ID }, "403 Forbidden: bot can't send messages to bots"},
		{"a group", func(w *world) any { return w.AddGroup(telegramsrv.Place{}) }, ""},
		{"a group where it is not", func(w *world) any { return w.AddGroup(telegramsrv.Place{Absent: true}) }, "400 Bad Request: chat not found"},
		{"a public group where it is not", func(w *world) any {
			return w.AddSupergroup(telegramsrv.Place{Absent: true, Username: "fans"})
		}, "403 Forbidden: bot is not a member of the supergroup chat"},
		{"a group by its name", func(w *world) any {
			w.AddSupergroup(telegramsrv.Place{Username: "fans"})
			return "@Fans"
		}, ""},
		{"a name that nobody has", func(*world) any { return "@nobody" }, "400 Bad Request: chat not found"},
		{"a group where only administrators write", func(w *world) any {
			chat := w.AddGroup(telegramsrv.Place{})
			w.Hush(chat, true)
			return chat
		}, "400 Bad Request: not enough rights to send text messages to the chat"},
		{"a group where only administrators write, as it is", func(w *world) any {
			chat := w.AddSupergroup(telegramsrv.Place{BotAdmin: true})
			w.Hush(chat, true)
			return chat
		}, ""},
		{"a group that threw it out", func(w *world) any {
			chat := w.AddGroup(telegramsrv.Place{})
			w.Kick(chat)
			return chat
		}, "403 Forbidden: bot was kicked from the group chat"},
		{"a supergroup that threw it out", func(w *world) any {
			chat := w.AddSupergroup(telegramsrv.Place{})
			w.Kick(chat)
			return chat
		}, "403 Forbidden: bot was kicked from the supergroup chat"},
		{"a channel that threw it out", func(w *world) any {
			chat := w.AddChannel(telegramsrv.Place{BotAdmin: true})
			w.Kick(chat)
			return chat
		}, "403 Forbidden: bot was kicked from the channel chat"},
		{"a group that took it back", func(w *world) any {
			chat := w.AddGroup(telegramsrv.Place{})
			w.Kick(chat)
			w.Readmit(chat, w.ann)
			return chat
		}, ""},
		{"a group that it left", func(w *world) any {
			chat := w.AddSupergroup(telegramsrv.Place{})
			w.call(w.tb, "leaveChat", "chat_id", chat)
			return chat
		}, "403 Forbidden: bot is not a member of the supergroup chat"},
		{"a group where it may not speak", func(w *world) any {
			chat := w.AddSupergroup(telegramsrv.Place{})
			w.Mute(chat)
			return chat
		}, "400 Bad Request: not enough rights to send text messages to the chat"},
		{"a channel where it governs", func(w *world) any { return w.AddChannel(telegramsrv.Place{BotAdmin: true}) }, ""},
		{"a channel where it does not", func(w *world) any {
			return w.AddChannel(telegramsrv.Place{})
		}, "400 Bad Request: need administrator rights in the channel chat"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			if got := w.call(t, "sendMessage", "chat_id", tt.chat(w), "text", "a").said(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAGroupBecomesASupergroup(t *testing.T) {
	w := newWorld(t, nil)
	old := w.AddGroup(telegramsrv.Place{Title: "Fans", Members: []int64{w.ann}})
	id := w.Migrate(old)
	got := w.call(t, "sendMessage", "chat_id", old, "text", "a")
	if got.said() != "400 Bad Request: group chat was upgraded to a supergroup chat" || got.Parameters.MigrateTo != id {
		t.Errorf("%s, to %d", got.said(), got.Parameters.MigrateTo)
	}
	told := w.updates(t)
	if len(told) != 2 || told[0].at("migrate_to_chat_id") != float64(id) || told[1].at("migrate_from_chat_id") != float64(old) {
		t.Errorf("told %v", told)
	}
	if got := w.call(t, "sendMessage", "chat_id", id, "text", "a").said(); got != "" {
		t.Error(got)
	}
}

func TestTheBotLearnsWhereItStands(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddSupergroup(telegramsrv.Place{Title: "Fans", Admins: []int64{w.ann}, Absent: true})
	w.AddPrivate(w.bob)
	w.Readmit(chat, w.ann)
	w.Promote(chat, w.Me().ID)
	w.Demote(chat, w.Me().ID)
	w.Kick(chat)
	w.Block(w.bob)
	w.Unblock(w.bob)
	var got []string
	for _, u := range w.updates(t) {
		if u.kind != "my_chat_member" {
			got = append(got, u.kind)
			continue
		}
		before, _ := u.at("old_chat_member", "status").(string)
		after, _ := u.at("new_chat_member", "status").(string)
		got = append(got, before+"→"+after)
	}
	want := "left→member message member→administrator administrator→member member→kicked member→kicked kicked→member"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

func TestChatsAndTheirMembersCanBeAskedAbout(t *testing.T) {
	w := newWorld(t, nil)
	news := w.AddChannel(telegramsrv.Place{Title: "News", Username: "news_of_lei", Absent: true})
	chat := w.AddSupergroup(telegramsrv.Place{Title: "Fans", Admins: []int64{w.ann}, Anonymous: []int64{w.ann}, Members: []int64{w.bob}, Linked: news})
	if got := into[map[string]any](t, w.call(t, "getChat", "chat_id", chat)); got["title"] != "Fans" || got["linked_chat_id"] != float64(news) {
		t.Errorf("getChat %v", got)
	}
	if got := into[map[string]any](t, w.call(t, "getChat", "chat_id", "@news_of_lei")); got["type"] != "channel" {
		t.Errorf("getChat of a public channel %v", got)
	}
	list := into[[]map[string]any](t, w.call(t, "getChatAdministrators", "chat_id", chat))
	if len(list) != 1 || list[0]["status"] != "creator" || list[0]["is_anonymous"] != true {
		t.Errorf("getChatAdministrators %v", list)
	}
	for user, want := range map[int64]string{w.ann: "creator", w.bob: "member", w.Me().ID: "member", w.AddUser(telegramsrv.User{}).ID: "left"} {
		if got := into[map[string]any](t, w.call(t, "getChatMember", "chat_id", chat, "user_id", user)); got["status"] != want {
			t.Errorf("getChatMember %v, want %s", got, want)
		}
	}
	if got := w.call(t, "getChatMember", "chat_id", chat, "user_id", 5).said(); got != "400 Bad Request: user not found" {
		t.Error(got)
	}
	if got := into[int](t, w.call(t, "getChatMemberCount", "chat_id", chat)); got != 3 {
		t.Errorf("getChatMemberCount %d", got)
	}
	if got := w.call(t, "getChatAdministrators", "chat_id", w.AddPrivate(w.ann)).said(); got != "400 Bad Request: there are no administrators in the private chat" {
		t.Error(got)
	}
}

func TestATopicMustBeThere(t *testing.T) {
	w := newWorld(t, nil)
	chat, topics := w.AddForum(telegramsrv.Place{Title: "Forum", Members: []int64{w.ann}}, "Cars", "Gone", "Shut")
	w.DeleteTopic(chat, topics[1])
	w.CloseTopic(chat, topics[2])
	in := w.Say(chat, w.ann, "/live", telegramsrv.Saying{Thread: topics[0]})
	if got := w.updates(t); len(got) != 1 || got[0].at("message_thread_id") != float64(topics[0]) || got[0].at("is_topic_message") != true {
		t.Errorf("told %v", got)
	}
	plain := w.AddSupergroup(telegramsrv.Place{Title: "Plain"})
	tests := []struct {
		name   string
		chat   int64
		thread int
		want   string
	}{
		{"the General one", chat, 0, ""},
		{"one that is there", chat, topics[0], ""},
		{"one that is gone", chat, topics[1], "400 Bad Request: message thread not found"},
		{"one that is closed", chat, topics[2], "400 Bad Request: TOPIC_CLOSED"},
		{"the General one by its number", chat, 1 << 20, "400 Bad Request: message thread not found"},
		{"of a group without topics", plain, 1, "400 Bad Request: message thread not found"},
	}
	for _, tt := range tests {
		w.now = w.now.Add(time.Minute)
		if got := w.call(t, "sendMessage", "chat_id", tt.chat, "message_thread_id", tt.thread, "text", "a").said(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_parameters", map[string]int{"message_id": in.ID})
	if m, _ := w.Last(chat); m.Thread != topics[0] {
		t.Errorf("a reply went to topic %d", m.Thread)
	}
}

func TestAnEditHasItsRules(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.Unlimited = true })
	chat := w.AddPrivate(w.ann)
	theirs := w.Say(chat, w.ann, "hello").ID
	w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}`)
	text, _ := w.Last(chat)
	w.upload(t, "sendPhoto", "photo", picture(t, 10, 10), "chat_id", chat, "caption", "c")
	photo, _ := w.Last(chat)
	w.call(t, "sendMessage", "chat_id", chat, "text", "gone")
	gone, _ := w.Last(chat)
	w.call(t, "deleteMessage", "chat_id", chat, "message_id", gone.ID)
	same := "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	keyboard := `{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}`
	tests := []struct {
		name, method string
		message      int
		field, value string
		markup       string
		want         string
	}{
		{"the same", "editMessageText", text.ID, "text", "a", keyboard, same},
		{"the same keyboard", "editMessageReplyMarkup", text.ID, "", "", keyboard, same},
		{"another text", "editMessageText", text.ID, "text", "b", keyboard, ""},
		{"no keyboard any more", "editMessageText", text.ID, "text", "b", "", ""},
		{"another keyboard", "editMessageReplyMarkup", text.ID, "", "", keyboard, ""},
		{"a keyboard of another kind", "editMessageText", text.ID, "text", "c", `{"force_reply":true}`, "400 Bad Request: inline keyboard expected"},
		{"one that is gone", "editMessageText", gone.ID, "text", "b", "", "400 Bad Request: message to edit not found"},
		{"one that never was", "editMessageText", 99, "text", "b", "", "400 Bad Request: message to edit not found"},
		{"none", "editMessageText", 0, "text", "b", "", "400 Bad Request: message identifier is not specified"},
		{"one of somebody else", "editMessageText", theirs, "text", "b", "", "400 Bad Request: message can't be edited"},
		{"the text of a photo", "editMessageText", photo.ID, "text", "b", "", "400 Bad Request: there is no text in the message to edit"},
		{"the caption of a text", "editMessageCaption", text.ID, "caption", "b", "", "400 Bad Request: there is no caption in the message to edit"},
		{"the caption of a photo", "editMessageCaption", photo.ID, "caption", "b", "", ""},
		{"a long text", "editMessageText", text.ID, "text", strings.Repeat("a", 4097), "", "400 Bad Request: message is too long"},
		{"no media", "editMessageMedia", photo.ID, "media", "", "", "400 Bad Request: can't parse InputMedia: object expected"},
	}
	for _, tt := range tests {
		got := w.call(t, tt.method, "chat_id", chat, "message_id", tt.message, tt.field, tt.value, "reply_markup", tt.markup).said()
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if m, _ := w.Message(chat, photo.ID); m.Text != "b" || m.Photo == nil {
		t.Errorf("the photo shows %+v", m.Content)
	}
}

func TestADeletionHasItsRules(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddSupergroup(telegramsrv.Place{Members: []int64{w.ann}})
	theirs := w.Say(chat, w.ann, "hello").ID
	w.call(t, "sendMessage", "chat_id", chat, "text", "a")
	mine, _ := w.Last(chat)
	remove := func(id int) string { return w.call(t, "deleteMessage", "chat_id", chat, "message_id", id).said() }
	if got := remove(theirs); got != "400 Bad Request: message can't be deleted" {
		t.Error(got)
	}
	w.now = w.now.Add(49 * time.Hour)
	if got := remove(mine.ID); got != "400 Bad Request: message can't be deleted for everyone" {
		t.Error(got)
	}
	w.Promote(chat, w.Me().ID)
	if got := remove(mine.ID); got != "" {
		t.Error(got)
	}
	if got := remove(mine.ID); got != "400 Bad Request: message to delete not found" {
		t.Error(got)
	}
	if m, _ := w.Message(chat, mine.ID); !m.Deleted {
		t.Error("it stands there")
	}
}

func TestAChatActionIsOneOfAList(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	if got := w.call(t, "sendChatAction", "chat_id", chat, "action", "typing").said(); got != "" {
		t.Error(got)
	}
	if got := w.call(t, "sendChatAction", "chat_id", chat, "action", "dancing").said(); got != "400 Bad Request: wrong parameter action in request" {
		t.Error(got)
	}
}
