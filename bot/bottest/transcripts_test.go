package bottest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/discord"
	"boardcast/bot/telegram"
)

// monday is when the posts are sent, to whom no limit of time is in the way.
var monday = time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC)

// Every post of every transcript is one that each messenger takes, in a private chat and among others. Nothing in it mentions anybody
// but those whom it means to, and nothing opens what it does not say that it does.
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
			takers := []func(p bot.Post){onTelegram(t), onDiscord(t)}
			bottest.PlayTo(t, string(script), func(p bot.Post) {
				for _, take := range takers {
					take(p)
				}
			})
		})
	}
}

// sendTo sends a post, which has to be taken.
func sendTo(t *testing.T, s bot.Adapter, chat string, p bot.Post) {
	t.Helper()
	if _, err := s.Send(t.Context(), bot.ChatID{Messenger: s.Messenger(), Key: chat}, p, ""); err != nil {
		t.Errorf("%s does not take it: %v\n%.500s", s.Messenger(), err, fmt.Sprintf("%+v", p))
	}
}

// onTelegram sends posts to a person and a group on Telegram, and looks at what became of them.
func onTelegram(t *testing.T) func(p bot.Post) {
	t.Helper()
	const token = "4242:a-token"
	server := telegramsrv.New(telegramsrv.Config{Token: token, Username: "board_bot", Now: time.Now, Unlimited: true})
	ann := server.AddUser(telegramsrv.User{FirstName: "Ann"})
	chats := []int64{server.AddPrivate(ann.ID), server.AddGroup(telegramsrv.Place{Title: "G", Admins: []int64{ann.ID}})}
	adapter, err := telegram.New(telegram.Config{
		Token: token, HTTP: &http.Client{Transport: server.Transport()}, Words: bottest.Words(t), Now: bottest.Hurried(monday), Keep: bottest.KeepNothing, Kept: bottest.KeepNothing,
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(p bot.Post) {
		for _, chat := range chats {
			before := len(server.Sent(chat))
			sendTo(t, adapter, strconv.FormatInt(chat, 10), p)
			for _, sent := range server.Sent(chat)[before:] {
				for _, e := range sent.Found() {
					word := e.In(sent.Text)
					meant := e.Type == "bot_command" || e.Type == "mention" && slices.Contains(p.Mentions, word)
					if !meant {
						t.Errorf("by accident %q is a %s in:\n%s", word, e.Type, sent.Text)
					}
				}
			}
		}
	}
}

// onDiscord sends posts to a person and a channel on Discord, and looks at what became of them.
func onDiscord(t *testing.T) func(p bot.Post) {
	t.Helper()
	const token = "MTEwMDAwMDAwMDAwMDAwMDA0Mg.a.token"
	server := discordsrv.New(discordsrv.Config{Token: token, Username: "boardcast", Now: time.Now, Unlimited: true})
	ann := server.AddUser(discordsrv.User{Username: "ann"})
	guild := server.AddGuild(discordsrv.Place{Name: "G", Owner: ann.ID})
	adapter, err := discord.New(discord.Config{
		Token: token, HTTP: &http.Client{Transport: server.Transport()}, Words: bottest.Words(t), Keep: bottest.KeepNothing, Kept: bottest.KeepNothing,
		Now: bottest.Hurried(monday),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(p bot.Post) {
		for _, channel := range []string{server.AddDM(ann.ID).ID, guild.SystemChannel} {
			before := len(server.Sent(channel))
			sendTo(t, adapter, channel, p)
			for _, sent := range server.Sent(channel)[before:] {
				if sent.Pings.Everyone || len(p.Mentions) == 0 && !sent.Pings.None() {
					t.Errorf("by accident %+v is pinged in:\n%s", sent.Pings, sent.Text)
				}
			}
		}
	}
}
