package commands_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"boardcast/bot"
	"boardcast/bot/bottest"
	"boardcast/bot/commands"
	"boardcast/storage"
	"boardcast/storage/catalog"
)

// ann is somebody whose name and id are found in a store wherever they are.
var ann = bot.User{ID: "id-of-ann-4711", Name: "Ann Unmistakable"}

// conversation is a House in which people have names and rights.
type conversation struct {
	t      *testing.T
	house  *bottest.House
	router *bot.Router
	role   bot.Access
	lines  int
}

func converse(t *testing.T) *conversation {
	t.Helper()
	c := &conversation{t: t, house: bottest.Open(t, time.Date(2024, time.May, 20, 2, 0, 0, 0, time.UTC))}
	var err error
	c.router, err = bot.NewRouter(bot.Config{
		Commands: commands.New(commands.Config{Store: c.house.Store, Words: c.house.Words}),
		Words:    c.house.Words, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return c.house.Now },
		Authorise: func(context.Context, bot.Inbound, bot.Access) (bot.Access, error) { return c.role, nil },
		Settings:  commands.Settings(c.house.Store, c.house.Words), Bare: "who",
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// say has somebody say a line in a chat; it must not fail.
func (c *conversation) say(who bot.User, role bot.Access, place bot.Chat, line string) {
	c.t.Helper()
	c.lines++
	c.role, c.house.Now = role, c.house.Now.Add(time.Millisecond)
	id := fmt.Sprintf("%s:%d", place.Address.Key, c.lines)
	post, _ := c.router.Answer(c.t.Context(), bot.Inbound{ID: id, Chat: place, From: who, Text: line})
	if post.Failed {
		c.t.Fatalf("%s: failed inside", line)
	}
}

// mentions are the keys of the store under which, or in which, the words stand.
func (c *conversation) mentions(words ...string) []string {
	c.t.Helper()
	var found []string
	err := c.house.Store.View(c.t.Context(), func(r storage.Reader) error {
		found = nil
		for item, err := range r.Scan("", "") {
			if err != nil {
				return err
			}
			for _, word := range words {
				if strings.Contains(item.Key+string(item.Value), word) {
					found = append(found, item.Key)
					break
				}
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func placeOf(key string, kind bot.ChatKind, title string) bot.Chat {
	return bot.Chat{
		Address: bot.ChatID{Messenger: bot.Console, Key: key}, Community: "of " + key, Title: title, Kind: kind, Zone: "Asia/Shanghai",
	}
}

var errBroken = errors.New("broken")

// breaking is a store that takes only so many more updates.
type breaking struct {
	storage.Store
	left int
}

func (b *breaking) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if b.left--; b.left < 0 {
		return errBroken
	}
	return b.Store.Update(ctx, fn)
}

// What somebody corrected stays corrected, and what they added can still be taken back, when nobody knows any more who it was.
func TestFiguresOfSomebodyWhoIsForgottenStayAsTheyWere(t *testing.T) {
	c := converse(t)
	club, bob := placeOf("club", bot.Group, "the club"), bot.User{ID: "bob", Name: "Bob"}
	c.say(ann, bot.Moderator, club, "/figure add s7 390000 kuaishou.shares")
	c.say(ann, bot.Moderator, club, "/figure add s7 39000 kuaishou.shares sure=yes")
	c.say(ann, bot.Moderator, club, "/forgetme yes")
	c.say(bob, bot.Moderator, club, "/figure add s7 41000 kuaishou.shares")
	highest := func() int64 {
		var high int64
		err := c.house.Store.View(t.Context(), func(r storage.Reader) error {
			figures, err := storage.Scoped{Reader: r, Scope: "g1"}.Figures("s7")
			for _, f := range figures {
				if f.Metric == "kuaishou.shares" {
					high = f.High.Value
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return high
	}
	if high := highest(); high != 41_000 {
		t.Errorf("the highest figure is %d, want Bob's: the first of hers was corrected", high)
	}
	c.say(bob, bot.Moderator, club, "/undo")
	c.say(bob, bot.Moderator, club, "/undo")
	if high := highest(); high != 390_000 {
		t.Errorf("without the correction the highest figure is %d, want the first", high)
	}
}

// Everything that a person can say is said by somebody, in every kind of chat, with others who go on from there.
func TestNothingInTheStoreNamesSomebodyWhoIsForgotten(t *testing.T) {
	c := converse(t)
	home, club := placeOf("home", bot.Private, ann.Name), placeOf("club", bot.Group, "the club")
	bob := bot.User{ID: "bob", Name: "Bob"}
	for _, line := range []string{
		"/language fr", "/timezone Tokyo", "/language 中文", "/undo", "/chat set language=en quiet=22-7", "/watch add lei jun",
		"/stream add nio 2024-05-22 20:00 Beijing", "/stream move s1000 2024-05-22 21:00 Beijing", "/undo",
		"/remind nio 1h", "/remind lei jun 10m night=yes", "/remind s1000 1h", "/reminders r1", "/undo", "/reminders s1000",
		"/figure add s7k 41M staff.viewers", "/figure add s7k 15M douyin.entered at=9:30 source=https://weibo.com/leijun", "/undo",
		"/executive add Anna Newcomer nio role=CFO", "/executive edit lei jun alias=Lei Zong", "/account add lei jun x @leijunhere", "/undo",
	} {
		c.say(ann, bot.Moderator, home, line)
	}
	for _, line := range []string{
		"/language zh", "/timezone Paris", "/stream add byd 2024-05-23 20:00", "/watch add byd", "/chat set zone=Paris", "/undo",
	} {
		c.say(ann, bot.Moderator, club, line)
	}
	for i := range 130 { // more than one Update of a strict store holds
		c.say(ann, bot.Moderator, club, fmt.Sprintf("/stream move s1001 2024-05-26 20:%02d", i%60))
	}
	c.say(ann, bot.Operator, home, "/stream add geely 2024-05-24 20:00 Beijing")
	for _, line := range []string{
		"/executive add Otto Public nio role=CTO", "/account add nio x @niohere", "/figure add s7k 42M staff.viewers",
		"/executive edit lei jun role=chair company=xiaomi", "/stream add li auto 2024-05-20 10:30 Beijing", "/stream start s1003",
		"/figure add s1003 3000 douyin.shares", "/stream merge s1003 s7k",
	} {
		c.say(ann, bot.Operator, home, line)
	}
	for _, line := range []string{
		"/stream move s1002 2024-05-24 21:00 Beijing", "/stream start s1001", "/stream end s1001", "/account add lei jun x @leijunhere",
		"/executive edit otto-public alias=The Otto", "/figure add s7k 43M staff.viewers",
	} {
		c.say(bob, bot.Moderator, club, line)
	}
	for _, line := range []string{"/stream edit s1003 note=ours", "/stream split s1003", "/stream merge s1003 sk", "/language fr"} {
		c.say(bob, bot.Moderator, club, line)
	}
	before := strings.Join(c.mentions(ann.ID, ann.Name), "\n")
	for _, table := range []string{"audit", "chat", "user", "stream", "watch", "executive", "account", "reading", "rollup"} {
		if !strings.Contains("\n"+before, "\n"+table) {
			t.Fatalf("no %s names her before: the test tests nothing", table)
		}
	}
	if n := strings.Count(before, "\n"); n < 250 {
		t.Fatalf("only %d records name her before: the test tests nothing", n)
	}
	if _, err := storage.Forget(t.Context(), &breaking{Store: c.house.Store, left: 2}, bot.Console, ann); !errors.Is(err, errBroken) {
		t.Fatalf("on a store that breaks, forgetting ends with %v", err)
	}
	if len(c.mentions(ann.ID, ann.Name)) == 0 {
		t.Fatal("two updates were enough: what comes back to the rest is not tested")
	}
	for range 5 { // on a slow machine an answer may end before all is done: the next one goes on
		c.say(ann, bot.Moderator, club, "/forgetme yes")
		if len(c.mentions(ann.ID, ann.Name)) == 0 {
			break
		}
	}
	for _, key := range c.mentions(ann.ID, ann.Name) {
		t.Errorf("%s still names her", key)
	}
	if len(c.mentions("Bob")) == 0 {
		t.Error("Bob is forgotten too")
	}
	err := c.house.Store.View(t.Context(), func(r storage.Reader) error {
		return storage.CheckTables(r, append(storage.Tables(), catalog.Marks)...)
	})
	if err != nil {
		t.Error(err)
	}
}
