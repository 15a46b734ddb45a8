package discord

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"boardcast/bot/bottest/discordsrv"
)

// What a member may do in a channel is reckoned as Discord does it, whatever its roles and the channel's exceptions are.
func TestRightsAreThoseThatDiscordSays(t *testing.T) {
	t.Parallel()
	bits := rapid.SampledFrom([]discordsrv.Permission{
		discordsrv.SendMessages, discordsrv.SendInThreads, discordsrv.EmbedLinks, discordsrv.ManageGuild, discordsrv.MentionEveryone, discordsrv.Administrator,
	})
	some := rapid.Custom(func(t *rapid.T) discordsrv.Permission {
		var all discordsrv.Permission
		for _, bit := range rapid.SliceOfN(bits, 0, 4).Draw(t, "bits") {
			all |= bit
		}
		return all
	})
	// Discord takes some rights away with others; these are always there, so that it does not.
	const always = discordsrv.ViewChannel | discordsrv.SendMessages
	rapid.Check(t, func(t *rapid.T) {
		s := discordsrv.New(discordsrv.Config{Token: "MTEw.a.b", Username: "boardcast", Now: time.Now})
		defer s.Close()
		who := s.AddUser(discordsrv.User{}).ID
		roles := []discordsrv.Role{{ID: "901", Permissions: some.Draw(t, "first role")}, {ID: "902", Permissions: some.Draw(t, "second role")}}
		g := s.AddGuild(discordsrv.Place{
			Owner: map[bool]string{true: who}[rapid.Bool().Draw(t, "owner")], Everyone: always | some.Draw(t, "everyone"),
			Roles: roles, Members: []discordsrv.Member{{User: who, Roles: rapid.SampledFrom([][]string{nil, {"901"}, {"901", "902"}}).Draw(t, "roles")}},
		})
		var overwrites []discordsrv.Overwrite
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{g.ID, "901", "902", who, "5"}), 0, 5, rapid.ID).Draw(t, "overwrites") {
			overwrites = append(overwrites, discordsrv.Overwrite{
				ID: id, Member: id == who || id == "5", Allow: some.Draw(t, "allow"), Deny: some.Draw(t, "deny") &^ always,
			})
		}
		id := s.AddChannel(g.ID, discordsrv.Channel{Overwrites: overwrites}).ID
		a := adapterAt(t, s)
		m, err := a.places.members.of(t.Context(), g.ID+"/"+who, 0)
		if err != nil {
			t.Fatal(err)
		}
		in, inErr := a.places.guilds.of(t.Context(), g.ID, 0)
		c, cErr := a.places.channels.of(t.Context(), id, 0)
		if err := errors.Join(inErr, cErr); err != nil {
			t.Fatal(err)
		}
		got, want := discordsrv.Permission(in.rightsIn(c, who, m.Roles)), s.Permissions(id, who)
		if want == discordsrv.All {
			want, got = discordsrv.Administrator, got&discordsrv.Administrator
		}
		if got != want {
			t.Fatalf("got %b, want %b", got, want)
		}
	})
}

// What was asked is remembered for as long as whoever asks wants, and what comes unasked is newer than what is under way.
func TestWhatIsRememberedIsAsOldAsItMayBe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		m := newMemory(time.Now, func(_ context.Context, id string) (string, error) {
			asked++
			said := fmt.Sprint(id, " asked ", asked)
			time.Sleep(time.Second)
			return said, nil
		})
		of := func(id string, age time.Duration) string {
			what, err := m.of(t.Context(), id, age)
			if err != nil {
				t.Error(err)
			}
			return what
		}
		got := []string{of("a", time.Minute), of("a", time.Minute), of("a", 0), of("b/1", time.Minute)}
		m.note("a", "told")
		got = append(got, of("a", time.Minute))
		m.forget("b")
		got = append(got, of("b/1", time.Minute), of("a", time.Minute))
		time.Sleep(time.Minute)
		go func() {
			time.Sleep(time.Second / 2)
			m.note("a", "told meanwhile")
		}()
		got = append(got, of("a", time.Minute), of("a", time.Minute))
		want := []string{"a asked 1", "a asked 1", "a asked 2", "b/1 asked 3", "told", "b/1 asked 4", "told", "a asked 5", "told meanwhile"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Memory is bounded.
func TestNotMoreIsRememberedThanFits(t *testing.T) {
	t.Parallel()
	m := newMemory(time.Now, func(context.Context, string) (int, error) { return 0, errors.New("nobody asks") })
	for i := range 3 * mostRemembered {
		m.note(strconv.Itoa(i), i)
	}
	if n := len(m.known); n > mostRemembered {
		t.Errorf("%d are remembered", n)
	}
	if last, err := m.of(t.Context(), strconv.Itoa(3*mostRemembered-1), time.Hour); err != nil || last != 3*mostRemembered-1 {
		t.Errorf("the last is forgotten: %v", err)
	}
}

// What is said in an announcement channel is shown in the servers that follow it: such a channel is told before others.
func TestAnAnnouncementChannelIsFollowed(t *testing.T) {
	t.Parallel()
	for kind, want := range map[int]bool{announcementChannel: true, textChannel: false, announcementThread: false} {
		if got := chatIn("8", "en", channel{ID: "9", Type: kind}, user{}).Followed; got != want {
			t.Errorf("a channel of type %d: followed %t, want %t", kind, got, want)
		}
	}
}
