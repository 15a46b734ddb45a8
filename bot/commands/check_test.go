package commands_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/commands"
	"boardcast/storage"
)

// rights are what a messenger says of the rights in a chat.
type rights func(chat bot.ChatID) ([]bot.Lack, error)

func (r rights) Lacks(_ context.Context, chat bot.ChatID) ([]bot.Lack, error) { return r(chat) }

// club is a group in Beijing, and den another one of its community.
var (
	club = groupOf("club", bot.Console)
	den  = groupOf("den", bot.Console)
)

func groupOf(name string, messenger bot.Messenger) bot.Chat {
	return bot.Chat{
		Address:   bot.ChatID{Messenger: messenger, Key: name},
		Community: "motorists", Title: name, Kind: bot.Group, Zone: "Asia/Shanghai",
	}
}

// opened is a House whose people are moderators, and what it logs.
func opened(t *testing.T, changes ...func(h *bottest.House, c *bot.Config)) (*bottest.House, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	changes = append(changes, func(_ *bottest.House, c *bot.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC), changes...)
	house.As(bot.Moderator)
	return house, log
}

// told is what somebody reads who says a line.
func told(t *testing.T, house *bottest.House, in bot.Inbound) string {
	t.Helper()
	in.ID = in.Chat.Address.String() + in.Text
	post, _ := house.Router.Answer(t.Context(), in)
	if post.Failed {
		t.Fatalf("%s: failed inside", in.Text)
	}
	return bottest.Render(bot.Voice{Words: house.Words, Now: house.Now}, post)
}

// checked is what /chat check says in the club.
func checked(t *testing.T, house *bottest.House) string {
	t.Helper()
	return told(t, house, bot.Inbound{Chat: club, Text: "/chat check"})
}

func lack(right string, optional bool) bot.Lack {
	return bot.Lack{Right: bot.Lit(right), For: bot.Lit("I fail"), How: bot.Lit("An admin grants it."), Optional: optional}
}

// What is missing is said before all else, then what would be good to have; a messenger that does not answer says nothing at all.
func TestWhatACheckSaysOfRights(t *testing.T) {
	const standing = "Watched: nothing yet\nZone: Beijing (Asia/Shanghai), where it is 10:00 now\nModerators: the admins\n"
	const begin = "[/watch add everything] /watch add everything\n"
	for name, test := range map[string]struct {
		lacks  []bot.Lack
		err    error
		want   string
		logged string
	}{
		"nothing is missing": {want: "I may do all that I need here.\n" + standing + begin},
		"one is": {lacks: []bot.Lack{lack("Send", false)}, want: "1 right that I need here is missing.\n" +
			"- Send: without it I fail. An admin grants it.\n" + standing + "[Check again] /chat check\n" + begin},
		"several are": {
			lacks: []bot.Lack{lack("Send", false), lack("Pin", true), lack("Embed", false)},
			want: "2 rights that I need here are missing.\n" +
				"- Send: without it I fail. An admin grants it.\n- Embed: without it I fail. An admin grants it.\n" +
				"Good to have, though not needed:\n- Pin: without it I fail. An admin grants it.\n" + standing + "[Check again] /chat check\n" + begin,
		},
		"one would be good to have": {lacks: []bot.Lack{lack("Pin", true)}, want: "I may do all that I need here.\n" +
			"Good to have, though not needed:\n- Pin: without it I fail. An admin grants it.\n" + standing + begin},
		"nobody knows": {
			err: errors.New("the wire is cut"), logged: "the wire is cut",
			want: "I could not find out what I may do here. Please try again in a minute.\n[Check again] /chat check\n",
		},
		"the messenger says why not": {
			err:  bot.NewError(bot.Unavailable, "error.busy", nil),
			want: "I have my hands full right now. Please ask again in a minute.\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house, log := opened(t)
			house.Checks[bot.Console] = rights(func(chat bot.ChatID) ([]bot.Lack, error) {
				if chat != club.Address {
					t.Errorf("asked of %s", chat)
				}
				return test.lacks, test.err
			})
			if diff := cmp.Diff(test.want, checked(t, house)); diff != "" {
				t.Errorf("-want +said:\n%s", diff)
			}
			if test.logged == "" && log.Len() > 0 || !strings.Contains(log.String(), test.logged) {
				t.Errorf("logged: %s", log)
			}
		})
	}
}

// A chat that is suspended says why. Where nothing is against it any more, it says that it is tried again, and it is.
func TestACheckHasASuspendedChatTriedAgain(t *testing.T) {
	for missing, want := range map[bool]string{
		true: "1 right that I need here is missing.\nSince Mon 20 May, 10:00: the messenger says that the chat is gone, or that I may not write in it.\n" +
			"The messenger says: “CHAT_WRITE_FORBIDDEN”\n- Send",
		false: "My messages did not get through here.\nSince Mon 20 May, 10:00: the messenger says that the chat is gone, or that I may not write in it.\n" +
			"The messenger says: “CHAT_WRITE_FORBIDDEN”\nI am trying again at once.\nWatched",
	} {
		house, _ := opened(t)
		house.Checks[bot.Console] = rights(func(bot.ChatID) ([]bot.Lack, error) {
			if missing {
				return []bot.Lack{lack("Send", false)}, nil
			}
			return nil, nil
		})
		told(t, house, bot.Inbound{Chat: club, Text: "/watch add xiaomi"})
		suspend(t, house, club)
		house.Now = house.Now.Add(time.Minute)
		if got := checked(t, house); !strings.HasPrefix(got, want) {
			t.Errorf("missing %v:\n%s", missing, got)
		}
		view(t, house, func(r storage.Reader) error {
			chat, err := storage.FindChat(r, club.Address)
			if err != nil {
				return err
			}
			s, err := storage.SuspensionOf(r, chat.ID)
			if err == nil && s.Probe.After(house.Now) {
				t.Errorf("missing %v: tried again at %s only", missing, s.Probe)
			}
			return err
		})
	}
}

func suspend(t *testing.T, house *bottest.House, place bot.Chat) {
	t.Helper()
	err := house.Store.Update(t.Context(), func(tx storage.Tx) error {
		chat, err := storage.FindChat(tx, place.Address)
		if err != nil {
			return err
		}
		return storage.Suspend(tx, house.Now, chat, "suspended.gone", "CHAT_WRITE_FORBIDDEN", 1)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, house *bottest.House, look func(r storage.Reader) error) {
	t.Helper()
	if err := house.Store.View(t.Context(), look); err != nil {
		t.Fatal(err)
	}
}

// A chat that was deleted is suspended, and another one of its community is told once; the others go on. One that nobody had set
// anything up in is none of our business.
func TestAChatThatIsClosedIsSuspendedAlone(t *testing.T) {
	t.Parallel()
	house, _ := opened(t, func(h *bottest.House, c *bot.Config) {
		c.Happened = commands.Happened(h.Store, func() time.Time { return h.Now }, h.Words)
	})
	for _, place := range []bot.Chat{club, den} {
		told(t, house, bot.Inbound{Chat: place, Text: "/watch add xiaomi"})
	}
	for _, place := range []bot.Chat{club, groupOf("yard", bot.Console), club} {
		if post, says := house.Router.Happened(t.Context(), bot.Event{Kind: bot.Closed, Chat: place}); says {
			t.Errorf("of %s it says %v", place.Title, post.Headline)
		}
	}
	view(t, house, func(r storage.Reader) error {
		var suspended, owed []string
		for s, err := range storage.Suspensions.Scan(r) {
			if err != nil {
				return err
			}
			suspended = append(suspended, s.Address.Key+" "+s.Why)
		}
		for n, err := range storage.Notices.Scan(r) {
			if err != nil {
				return err
			}
			chat, err := storage.Chats.Get(r, n.Chat)
			if err != nil {
				return err
			}
			owed = append(owed, chat.Address.Key+" "+string(n.Kind))
		}
		if want := []string{"club suspended.gone"}; !slices.Equal(suspended, want) {
			t.Errorf("suspended: %q, want %q", suspended, want)
		}
		if want := []string{"den suspended"}; !slices.Equal(owed, want) {
			t.Errorf("owed: %q, want %q", owed, want)
		}
		return nil
	})
}

// Moderators are named by themselves or by a role; who is none of them is told who is, in the words of the messenger.
func TestModeratorsAreNamedByTheirRole(t *testing.T) {
	t.Parallel()
	server := groupOf("general", bot.Discord)
	house, _ := opened(t, func(h *bottest.House, c *bot.Config) {
		c.Authorise = commands.Rights(commands.RightsConfig{Store: h.Store, Operators: map[bot.Messenger][]string{bot.Discord: {"1"}}})
	})
	told(t, house, bot.Inbound{Chat: server, From: bot.User{ID: "1"}, Text: "/chat set moderators=<@&9007>,<@!42>"})
	elsewhere := server
	elsewhere.Community = "strangers"
	elsewhere.Address.Key = "elsewhere"
	const list, none = "Nothing is watched here yet.", "That is for this chat's moderators: whoever may manage this server"
	for _, test := range []struct {
		name  string
		who   bot.User
		roles []string
		chat  bot.Chat
		want  string
	}{
		{"with the role", bot.User{ID: "2"}, []string{"@&1", "@&9007"}, server, list},
		{"by themselves", bot.User{ID: "42"}, nil, server, list},
		{"with another role", bot.User{ID: "2"}, []string{"@&900"}, server, none + ", and @&9007, 42. Ask one of them to do it."},
		{"in another community", bot.User{ID: "2"}, []string{"@&9007"}, elsewhere, none + ". Ask one of them to do it."},
	} {
		if got := told(t, house, bot.Inbound{Chat: test.chat, From: test.who, Roles: test.roles, Text: "/watch list"}); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
