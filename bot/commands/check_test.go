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
	"boardcast/storage/storagetest"
)

// rights are what a messenger says of the rights in a chat.
type rights func(chat bot.ChatID) ([]bot.Lack, error)

func (r rights) Lacks(_ context.Context, chat bot.ChatID) ([]bot.Lack, error) { return r(chat) }

// club is a group in Beijing.
var club = groupOf("club", bot.Console)

func groupOf(name string, messenger bot.Messenger) bot.Chat {
	return bot.Chat{
		Address:   bot.ChatID{Messenger: messenger, Key: name},
		Community: "motorists", Title: name, Kind: bot.Group, Zone: "Asia/Shanghai",
	}
}

// opened is a House whose people are moderators, and what it logs.
func opened(t *testing.T) (*bottest.House, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	house := bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC), func(_ *bottest.House, c *bot.Config) {
		c.Log = slog.New(slog.NewTextHandler(log, nil))
	})
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
	t.Parallel()
	const standing = "Watched: nothing yet\nZone: Beijing (Asia/Shanghai), where it is 10:00 now\nModerators: the admins\n"
	const begin = "[/watch add everything] /watch add everything\n"
	house, log := opened(t)
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
		house.Checks[bot.Console] = rights(func(chat bot.ChatID) ([]bot.Lack, error) {
			if chat != club.Address {
				t.Errorf("asked of %s", chat)
			}
			return test.lacks, test.err
		})
		log.Reset()
		if diff := cmp.Diff(test.want, checked(t, house)); diff != "" {
			t.Errorf("%s: -want +said:\n%s", name, diff)
		}
		if test.logged == "" && log.Len() > 0 || !strings.Contains(log.String(), test.logged) {
			t.Errorf("%s: logged: %s", name, log)
		}
	}
}

// A chat that is suspended says why. Where nothing is against it any more, it says that it is tried again, and it is.
func TestACheckHasASuspendedChatTriedAgain(t *testing.T) {
	t.Parallel()
	const why = "Since Mon 20 May, 10:00: the messenger says that the chat is gone, or that I may not write in it.\n" +
		"The messenger says: “CHAT_WRITE_FORBIDDEN”\n"
	house, _ := opened(t)
	missing := []bot.Lack{lack("Send", false)}
	house.Checks[bot.Console] = rights(func(bot.ChatID) ([]bot.Lack, error) { return missing, nil })
	told(t, house, bot.Inbound{Chat: club, Text: "/watch add xiaomi"})
	suspend(t, house, club)
	for _, want := range []string{
		"1 right that I need here is missing.\n" + why + "- Send",
		"My messages did not get through here.\n" + why + "I am trying again at once.\nWatched",
	} {
		house.Now = house.Now.Add(time.Minute)
		if got := checked(t, house); !strings.HasPrefix(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
		missing = nil
	}
	view(t, house.Store, func(r storage.Reader) error {
		for s, err := range storage.Suspensions.Scan(r) {
			if err != nil || s.Probe.After(house.Now) {
				t.Errorf("tried again at %s only, error %v", s.Probe, err)
			}
		}
		return nil
	})
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

func view(t *testing.T, store storage.Store, look func(r storage.Reader) error) {
	t.Helper()
	if err := store.View(t.Context(), look); err != nil {
		t.Fatal(err)
	}
}

// known makes records of some chats and of their community, which is changed before it is kept.
func known(t *testing.T, store storage.Store, change func(c *storage.Community), places ...bot.Chat) {
	t.Helper()
	err := store.Update(t.Context(), func(tx storage.Tx) error {
		for _, place := range places {
			chat, err := storage.OpenChat(tx, place)
			if err != nil {
				return err
			}
			community, err := storage.Communities.Get(tx, chat.Community)
			if err != nil {
				return err
			}
			change(&community)
			if err := storage.Communities.Put(tx, community); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A chat that was deleted is suspended, and another one of its community is told once; the others go on. One that nobody had set
// anything up in is none of our business.
func TestAChatThatIsClosedIsSuspendedAlone(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	known(t, store, func(*storage.Community) {}, club, groupOf("den", bot.Console), groupOf("bar", bot.Console))
	happened := commands.Happened(store, func() time.Time { return time.Unix(1716170400, 0) }, bottest.Words(t))
	for _, place := range []bot.Chat{club, groupOf("yard", bot.Console), club} {
		if post, err := happened(t.Context(), bot.Event{Kind: bot.Closed, Chat: place}); err != nil || len(post.Headline) > 0 {
			t.Errorf("of %s it says %v, error %v", place.Title, post.Headline, err)
		}
	}
	var suspended, owed []string
	view(t, store, func(r storage.Reader) error {
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
			owed = append(owed, n.Chat+" "+string(n.Kind))
		}
		return nil
	})
	if want := []string{"club suspended.deleted"}; !slices.Equal(suspended, want) {
		t.Errorf("suspended: %q, want %q", suspended, want)
	}
	if want := []string{"c2 suspended"}; !slices.Equal(owed, want) {
		t.Errorf("owed: %q, want %q", owed, want)
	}
}

// Moderators are named by themselves or by a role. Who they are is said in the words of the messenger.
func TestModeratorsAreNamedByTheirRole(t *testing.T) {
	t.Parallel()
	store := storagetest.Open(t, storage.Tables()...)
	server, elsewhere := groupOf("general", bot.Discord), groupOf("elsewhere", bot.Discord)
	elsewhere.Community = "strangers"
	direct := bot.Chat{Address: bot.ChatID{Messenger: bot.Discord, Key: "direct"}, Community: "direct", Kind: bot.Private}
	known(t, store, func(c *storage.Community) { c.Moderators = []string{"@&9007", "42"} }, server)
	may := commands.Rights(commands.RightsConfig{Store: store})
	for _, test := range []struct {
		name  string
		who   bot.User
		roles []string
		chat  bot.Chat
		want  bot.Access
	}{
		{"with the role", bot.User{ID: "2"}, []string{"@&1", "@&9007"}, server, bot.Moderator},
		{"by themselves", bot.User{ID: "42"}, nil, server, bot.Moderator},
		{"with another role", bot.User{ID: "2"}, []string{"@&900"}, server, bot.Member},
		{"with none", bot.User{ID: "2"}, nil, server, bot.Member},
		{"in another community", bot.User{ID: "2"}, []string{"@&9007"}, elsewhere, bot.Member},
	} {
		got, err := may(t.Context(), bot.Inbound{Chat: test.chat, From: test.who, Roles: test.roles}, bot.Moderator)
		if err != nil || got != test.want {
			t.Errorf("%s: %v, error %v, want %v", test.name, got, err, test.want)
		}
	}
	voice := bot.Voice{Words: bottest.Words(t), Locale: "en"}
	for want, place := range map[string]bot.Chat{
		"whoever may manage this server, and @&9007, 42": server,
		"whoever may manage this server":                 elsewhere,
		"the admins":                                     club,
		"":                                               direct,
	} {
		said, err := commands.Moderators(store)(t.Context(), bot.Inbound{Chat: place})
		if got := voice.Plain(said); err != nil || got != want {
			t.Errorf("of %s: %q, error %v, want %q", place.Title, got, err, want)
		}
	}
}
