package telegram_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

// Every post of every transcript is one that Telegram takes, as a message to a person and to a group. Nothing in it mentions
// anybody but those whom it means to, and nothing opens what it does not say that it does.
func TestEveryPostOfTheTranscriptsIsTaken(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../commands/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			box := newMailbox(t)
			bottest.PlayTo(t, string(script), box.take)
		})
	}
}

// mailbox is a person and a group on a server of their own.
type mailbox struct {
	t       *testing.T
	server  *telegramsrv.Server
	adapter *telegram.Adapter
	chats   []int64
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	server := telegramsrv.New(telegramsrv.Config{Token: token, Username: "board_bot", Now: time.Now, Unlimited: true})
	ann := server.AddUser(telegramsrv.User{FirstName: "Ann"})
	return &mailbox{
		t: t, server: server, chats: []int64{server.AddPrivate(ann.ID), server.AddGroup(telegramsrv.Place{Title: "G", Admins: []int64{ann.ID}})},
		adapter: adapterOf(t, telegram.Config{
			Token: token, HTTP: &http.Client{Transport: server.Transport()}, Words: bottest.Words(t), Now: time.Now,
			Keep: keepNothing, Kept: keepNothing,
		}),
	}
}

// take sends a post and looks at what became of it.
func (m *mailbox) take(p bot.Post) {
	m.t.Helper()
	for _, chat := range m.chats {
		before := len(m.server.Sent(chat))
		if _, err := m.adapter.Send(m.t.Context(), keyOf(chat), p, ""); err != nil {
			m.t.Errorf("not taken: %v\n%+v", err, p)
			continue
		}
		for _, sent := range m.server.Sent(chat)[before:] {
			for _, e := range sent.Found() {
				word := e.In(sent.Text)
				meant := e.Type == "bot_command" || e.Type == "mention" && slices.Contains(p.Mentions, word)
				if !meant {
					m.t.Errorf("by accident %q is a %s in:\n%s", word, e.Type, sent.Text)
				}
			}
		}
	}
}
