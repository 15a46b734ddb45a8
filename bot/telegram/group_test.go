package telegram_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/telegramsrv"
	"boardcast/bot/telegram"
)

// drivers is a group of Ann, who owns it, and Bob.
func (w *world) drivers(change ...func(*telegramsrv.Place)) int64 {
	place := telegramsrv.Place{Title: "Drivers", Admins: []int64{w.ann.ID}, Members: []int64{w.bob.ID}}
	for _, c := range change {
		c(&place)
	}
	return w.server.AddSupergroup(place)
}

func botIsAdmin(p *telegramsrv.Place) { p.BotAdmin = true }

// What is meant for the bot in a group, and what is not. The bot is an admin, so that it gets everything.
func TestWhatIsMeantForTheBotInAGroup(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		how  telegramsrv.Saying
		want string // how the answer begins; empty: there is none
	}{
		"a command":                            {"/next", telegramsrv.Saying{}, "All streams: nothing is announced"},
		"a command for this bot":               {"/next@Board_Bot", telegramsrv.Saying{}, "All streams: nothing is announced"},
		"a command for another bot":            {"/next@other_bot", telegramsrv.Saying{}, ""},
		"a name alone":                         {"lei jun", telegramsrv.Saying{}, ""},
		"a command without its slash":          {"next", telegramsrv.Saying{}, ""},
		"a name behind the bot's":              {"@board_bot lei jun", telegramsrv.Saying{}, "Lei Jun 雷军"},
		"a name before the bot's":              {"lei jun @board_bot", telegramsrv.Saying{}, "Lei Jun 雷军"},
		"a name that begins with the bot's":    {"@board_bot2 lei jun", telegramsrv.Saying{}, ""},
		"the bot's name alone":                 {"@board_bot", telegramsrv.Saying{}, "Send me a name"},
		"a forwarded command":                  {"/watch add xiaomi", telegramsrv.Saying{Forwarded: "Carl"}, ""},
		"a channel's post in its linked group": {"/next", telegramsrv.Saying{Automatic: -1}, ""},
		"an anonymous admin":                   {"/watch list", telegramsrv.Saying{Anonymous: true}, "Nothing is watched here"},
	}
	inWorld(t, func(w *world) {
		group := w.drivers(botIsAdmin)
		for name, test := range tests {
			if test.how.Automatic != 0 {
				test.how.Automatic = w.server.AddChannel(telegramsrv.Place{Title: "News", Admins: []int64{w.ann.ID}})
			}
			sent := w.say(group, w.ann, test.text, test.how)
			switch {
			case test.want == "" && len(sent) > 0:
				t.Errorf("%s is answered %q", name, textsOf(sent))
			case test.want != "" && (len(sent) != 1 || !strings.HasPrefix(sent[0].Text, test.want)):
				t.Errorf("%s: got %q, want one that begins with %q\n%s", name, textsOf(sent), test.want, w.log)
			}
			w.pass(10 * time.Second) // as much as may be said in a group
		}
	})
}

// A member may ask; an admin, an anonymous one and whom they name may change things; a name that is taken back may not.
func TestWhoMayChangeThingsInAGroup(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers()
		refused := "That is for this chat's moderators: the admins."
		said := func(who telegramsrv.User, text string, how ...telegramsrv.Saying) string {
			return headline(w.answer(group, who, text, how...))
		}
		if got := said(w.bob, "/watch add xiaomi"); !strings.HasPrefix(got, refused) && !strings.HasPrefix(got, "C’est réservé") {
			t.Errorf("a member is told %q", got)
		}
		mention := telegramsrv.Saying{Entities: []telegramsrv.Entity{{Type: "text_mention", Offset: len("/chat set moderators="), Length: 3, UserID: w.bob.ID}}}
		w.answer(group, w.ann, "/chat set moderators=Bob", mention)
		if got := said(w.bob, "/watch add xiaomi"); !strings.HasPrefix(got, "I'll tell you here about Xiaomi") {
			t.Errorf("a named moderator is told %q", got)
		}
		w.answer(group, w.ann, "/chat set moderators=none")
		if got := said(w.bob, "/undo"); strings.HasPrefix(got, "Taken back") {
			t.Errorf("whose naming was taken back is told %q", got)
		}
		w.server.SetAnonymous(group, w.ann.ID, true)
		if got := said(w.ann, "/watch list", telegramsrv.Saying{Anonymous: true}); !strings.HasPrefix(got, "1 watch here") {
			t.Errorf("an anonymous admin is told %q", got)
		}
		w.server.Demote(group, w.ann.ID)
		if got := said(w.ann, "/watch remove all"); !strings.HasPrefix(got, refused) {
			t.Errorf("who is no admin any more is told %q", got)
		}
	})
}

// Where another bot was noticed, what all bots have is left to it, unless this one is meant.
func TestTheBotStaysQuietBesideAnother(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers(botIsAdmin)
		w.answer(group, w.ann, "/chat set answers=public")
		first := w.answer(group, w.ann, "/help")
		other := w.server.AddUser(telegramsrv.User{FirstName: "Other", Username: "other_bot", IsBot: true})
		w.server.Join(group, other.ID)
		w.settle()
		if sent := w.say(group, w.ann, "/help"); len(sent) > 0 {
			t.Errorf("/help beside another bot is answered %q", textsOf(sent))
		}
		w.answer(group, w.ann, "/help@board_bot")
		w.answer(group, w.ann, "/top", telegramsrv.Saying{ReplyTo: first.ID})
		w.answer(group, w.ann, "/next")
	})
}

// The bot sees nothing of what another bot says to it, so that two bots never talk for ever.
func TestTheBotAnswersNoBot(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		other := w.server.AddUser(telegramsrv.User{FirstName: "Other", Username: "other_bot", IsBot: true})
		group := w.drivers(botIsAdmin, func(p *telegramsrv.Place) { p.Members = append(p.Members, other.ID) })
		if sent := w.say(group, other, "/next@board_bot"); len(sent) > 0 {
			t.Errorf("a bot is answered %q", textsOf(sent))
		}
		m := w.server.Say(group, w.ann.ID, "/nexxt")
		w.settle()
		before := len(w.server.Sent(group))
		w.server.EditSaid(group, m.ID, "/next")
		w.settle()
		if after := w.server.Sent(group); len(after) > before {
			t.Errorf("an edited message is answered %q", textsOf(after[before:]))
		}
	})
}

// What a command needs can be said in a reply to the question.
func TestAQuestionIsAnsweredByAReply(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers()
		question := w.answer(group, w.ann, "/watch@board_bot add")
		if len(question.Markup.Buttons()) == 0 || !strings.HasSuffix(question.Text, "↩ /watch add …") {
			t.Errorf("the question is %q with the buttons %v", question.Text, question.Markup.Buttons())
		}
		if got := w.answer(group, w.ann, "xiaomi", telegramsrv.Saying{ReplyTo: question.ID}); !strings.HasPrefix(got.Text, "I'll tell you here about Xiaomi") {
			t.Errorf("the reply is answered %q", got.Text)
		}
		if got := w.answer(group, w.ann, "/next", telegramsrv.Saying{ReplyTo: question.ID}); !strings.HasPrefix(got.Text, "All streams: nothing is announced") {
			t.Errorf("a command in the reply is answered %q", got.Text)
		}
	})
}

// Where a command has to be completed and nothing can be offered, the keyboard opens on a reply.
func TestAQuestionWithoutButtonsOpensTheKeyboard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		question := w.answer(w.ann.ID, w.ann, "/search")
		if question.Markup == nil || len(question.Markup.Buttons()) == 0 && question.Markup.ForceReply == nil {
			t.Fatalf("under %q there is neither a button nor an open keyboard", question.Text)
		}
	})
}

// Who alone reads an answer in a group, by where the question came from.
func TestAnswersForTheAskerAlone(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers()
		quiet := w.answer(group, w.bob, "/who lei jun", telegramsrv.Saying{Ephemeral: true})
		if quiet.Receiver != w.bob.ID || !slices.ContainsFunc(quiet.Markup.Buttons(), func(b telegramsrv.Button) bool { return b.Text == "Montrer à tous" }) {
			t.Errorf("a hidden command is answered to %d with %v", quiet.Receiver, quiet.Markup.Buttons())
		}
		before := len(w.server.Sent(group))
		w.press(quiet, w.bob, "Montrer à tous")
		if shown := w.server.Sent(group)[before:]; len(shown) != 1 || shown[0].Receiver != 0 {
			t.Errorf("shown to all: %+v", shown)
		}
		loud := w.answer(group, w.bob, "/who lei jun")
		if loud.Receiver != 0 || strings.Count(loud.Text, "\n") > 10 {
			t.Errorf("a command that all see is answered to %d:\n%s", loud.Receiver, loud.Text)
		}
		w.server.Promote(group, w.server.Me().ID)
		w.settle()
		if hidden := w.answer(group, w.bob, "/next"); hidden.Receiver != w.bob.ID {
			t.Errorf("as an admin the bot answers to %d", hidden.Receiver)
		}
		w.answer(group, w.ann, "/chat set answers=public")
		if public := w.answer(group, w.bob, "/next"); public.Receiver != 0 {
			t.Errorf("with answers=public the bot answers to %d", public.Receiver)
		}
	})
}

// A server that knows of no hidden messages shows one to all, and is not asked again.
func TestAnOldServerHidesNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers(botIsAdmin)
		for range 2 {
			if got := w.answer(group, w.ann, "/nonsense"); got.Receiver != 0 {
				t.Errorf("hidden from all but %d", got.Receiver)
			}
		}
		asked := 0
		for _, c := range w.server.Calls("sendMessage") {
			if c.Params["ephemeral_message_parameters"] != "" {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times to hide a message", asked)
		}
	}, func(served *telegramsrv.Config, _ *telegram.Config) { served.Lacks.Ephemerals = true })
}

func TestAnswersAreTidiedAway(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		group := w.drivers()
		w.answer(group, w.ann, "/chat set answers=tidy")
		first := w.answer(group, w.bob, "/next")
		w.pass(9 * time.Minute)
		second := w.answer(group, w.bob, "/next")
		w.pass(time.Minute)
		if m, _ := w.server.Message(group, first.ID); !m.Deleted {
			t.Error("the first answer is there after ten minutes")
		}
		if m, _ := w.server.Message(group, second.ID); m.Deleted {
			t.Error("the second answer is gone after one minute")
		}
		w.stop()
		if m, _ := w.server.Message(group, second.ID); !m.Deleted {
			t.Error("the second answer stays when the program stops")
		}
		w.start()
	})
}

// A watch that was added in a topic posts there. When the topic is deleted the whole group goes on, and is told once.
func TestATopicIsAPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, general := range []bool{false, true} {
		inWorld(t, func(w *world) {
			forum, topics := w.server.AddForum(telegramsrv.Place{Title: "Cars", Admins: []int64{w.ann.ID}}, "News")
			news := telegramsrv.Saying{Thread: topics[0]}
			w.answer(forum, w.ann, "/chat set zone=Beijing", news)
			w.answer(forum, w.ann, "/watch add xiaomi", news)
			if general {
				w.answer(forum, w.ann, "/chat set zone=Beijing") // which makes a record of it
			}
			added := w.say(forum, w.ann, "/stream add lei jun tomorrow 8pm title=One", news)
			if len(added) != 2 || added[1].Thread != topics[0] {
				t.Fatalf("announced in topic %d: %q", added[len(added)-1].Thread, textsOf(added))
			}
			w.server.DeleteTopic(forum, topics[0])
			before := len(w.server.Sent(forum))
			w.say(forum, w.ann, "/stream move s1000 tomorrow 21:00 Beijing")
			w.pass(34 * time.Hour) // over the reminder
			w.say(forum, w.ann, "/stream start s1000")
			w.pass(time.Minute)
			told := map[string]int{}
			for _, m := range w.server.Sent(forum)[before:] {
				for _, what := range []string{"Lei Jun 雷军 live in 1 h", "The topic in which I posted is gone"} {
					if strings.HasPrefix(first(m), what) && m.Thread == 0 && m.ReplyTo == 0 {
						told[what]++
					}
				}
			}
			// That it is live is on the card, for it has just rung.
			want := map[string]int{"Lei Jun 雷军 live in 1 h": 1, "The topic in which I posted is gone": 1}
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("with a record of the General topic %v (-want +told):\n%s%q\n%s", general, diff, textsOf(w.server.Sent(forum)), w.log)
			}
		})
	}
}

// first is what a message said before it was edited.
func first(m telegramsrv.Message) string {
	if len(m.Earlier) > 0 {
		return m.Earlier[0].Text
	}
	return m.Text
}

// A group that becomes a supergroup keeps what was set up, whether the bot learns it from the group or from a message that fails.
func TestAGroupThatMigratesKeepsEverything(t *testing.T) {
	t.Parallel()
	for _, told := range []bool{true, false} {
		inWorld(t, func(w *world) {
			group := w.server.AddGroup(telegramsrv.Place{Title: "Drivers", Admins: []int64{w.ann.ID}})
			w.beijing(group, w.ann)
			w.answer(group, w.ann, "/watch add xiaomi")
			w.say(group, w.ann, "/stream add lei jun in 30m title=One")
			if !told {
				w.stop()
			}
			super := w.server.Migrate(group)
			if !told {
				w.drop()
				w.start()
			}
			w.pass(31 * time.Minute)
			w.say(super, w.ann, "/stream start s1000")
			if got := w.answer(super, w.ann, "/watch list"); !strings.HasPrefix(got.Text, "1 watch here") {
				t.Errorf("told %v: %q\n%s", told, got.Text, w.log)
			}
			live := slices.ContainsFunc(w.server.Sent(super), func(m telegramsrv.Message) bool { return strings.HasPrefix(m.Text, "● LIVE") && !m.Silent })
			if !live {
				t.Errorf("told %v: not told that it is live: %q\n%s", told, textsOf(w.server.Sent(super)), w.log)
			}
		})
	}
}

// drop confirms everything that waits for the bot, so that it is told of none of it.
func (w *world) drop() {
	w.t.Helper()
	client := &http.Client{Transport: w.server.Transport()}
	answer, err := client.PostForm("http://telegram.test/bot"+token+"/getUpdates", url.Values{"offset": {"2000000000"}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		w.t.Fatal(err)
	}
}
