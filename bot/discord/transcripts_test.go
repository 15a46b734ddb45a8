package discord_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"boardcast/bot"
	"boardcast/bot/bottest"
)

// Every post of every transcript is one that Discord takes, as a private message and in a channel, and pings nobody but those whom it
// means to.
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

// mailbox is a person and a channel on a server of their own.
type mailbox struct {
	*world
	channels []string
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	w := bare(t, unlimited)
	return &mailbox{world: w, channels: []string{w.server.AddDM(w.ann.ID).ID, w.news.ID}}
}

// take sends a post and looks at what became of it.
func (m *mailbox) take(p bot.Post) {
	m.t.Helper()
	for _, channel := range m.channels {
		before := len(m.server.Sent(channel))
		if _, err := m.adapter.Send(m.t.Context(), address(channel), p, ""); err != nil {
			m.t.Errorf("not taken: %v\n%.500s", err, fmt.Sprintf("%+v", p))
			continue
		}
		for _, sent := range m.server.Sent(channel)[before:] {
			if sent.Pings.Everyone || len(p.Mentions) == 0 && len(sent.Pings.Users)+len(sent.Pings.Roles) > 0 {
				m.t.Errorf("by accident %+v is pinged in:\n%s", sent.Pings, shown(sent))
			}
		}
	}
}
