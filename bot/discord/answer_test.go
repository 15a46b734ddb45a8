package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
	"boardcast/bot/bottest/discordsrv"
)

const (
	busyWords     = "I have my hands full right now. Please ask again in a minute."
	timeoutWords  = "That took me too long, so I stopped. Please try again."
	oldWords      = "This button is too old. Ask me anew: /help"
	failedWords   = "I could not look that up just now. Please press again."
	internalWords = "Something broke on my side, sorry."
)

// Discord always hears within its three seconds: an answer, or a second and a half later that there will be one.
func TestEveryCommandIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line     string
		deferred bool
		want     string
	}{
		"at once":                       {"/quick", false, "Quick."},
		"just in time":                  {"/slow 1400ms", false, "Slow."},
		"later":                         {"/slow 5s", true, "Slow."},
		"never":                         {"/hang", true, timeoutWords},
		"by one that does not listen":   {"/stuck", true, "Stuck."},
		"by one that breaks":            {"/crash", false, internalWords},
		"with a mistake":                {"/slow soon", false, internalWords},
		"to somebody else in the chat":  {"/change", false, "Changed."},
		"with a question for the asker": {"/ask", false, busyWords},
	}
	for name, test := range tests {
		for place, private := range map[string]bool{" in a channel": false, " in private": true} {
			t.Run(name+place, func(t *testing.T) {
				t.Parallel()
				atDesk(t, func(d *desk) {
					channel := d.news.ID
					if private {
						channel = d.server.AddDM(d.ann.ID).ID
					}
					id := d.choose(channel, d.ann, test.line)
					d.pass(30 * time.Second)
					fate := d.fate(id)
					waited := fate.AckedAt.Sub(fate.At)
					if fate.Deferred != test.deferred || test.deferred && waited != 1500*time.Millisecond || waited > 1500*time.Millisecond {
						t.Errorf("deferred %v, first heard of after %s", fate.Deferred, waited)
					}
					if m := d.answer(fate); !strings.HasPrefix(m.Text, test.want) || (m.Reader == "") != private || len(fate.Messages) != 1 {
						t.Errorf("got %q for %q of %d messages, want %q", m.Text, m.Reader, len(fate.Messages), test.want)
					}
					if n := d.adapter.TooMany(); n > 0 {
						t.Errorf("it was too much %d times", n)
					}
				})
			})
		}
	}
}

// What all may read is seen by all, even if the sign of thinking was for the asker alone. [Show all] says the line again for all.
func TestWhatAllMayReadIsNotHidden(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answers bot.Answers
		line    string
		press   string
		want    []string
	}{
		"hidden":                  {bot.AskerReads, "/quick", "", []string{"(Quick.)"}},
		"hidden, and later shown": {bot.AskerReads, "/quick", "Show all", []string{"(Quick.)", "Quick."}},
		"slow":                    {bot.AskerReads, "/slow 2s", "", []string{"(Slow.)"}},
		"slow, and later shown":   {bot.AskerReads, "/slow 2s", "Show all", []string{"(Slow.)", "Slow."}},
		"for all":                 {bot.AllRead, "/quick", "", []string{"Quick."}},
		"slow, for all":           {bot.AllRead, "/slow 2s", "", []string{"Slow."}},
		"an error, for all":       {bot.AllRead, "/hang", "", []string{"(" + timeoutWords + ")"}},
		"long, for all":           {bot.AllRead, "/long 3", "", []string{"Long", "…", "…"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.answers = test.answers
				id := d.choose(d.news.ID, d.ann, test.line)
				d.pass(12 * time.Second)
				if test.press != "" {
					if _, err := d.server.PressLabel(d.answer(d.fate(id)).ID, d.ann.ID, test.press); err != nil {
						t.Fatal(err)
					}
					d.pass(12 * time.Second)
				}
				if diff := cmp.Diff(test.want, d.seen(d.news.ID)); diff != "" {
					t.Errorf("there is (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Where answers are tidied away, all of an answer goes after a while, however it came.
func TestAnAnswerIsTidiedAway(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"/quick", "/slow 2s", "/long 3"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.answers = bot.TidyAway
				d.choose(d.news.ID, d.ann, line)
				d.pass(9 * time.Minute)
				before := len(d.seen(d.news.ID))
				d.pass(2 * time.Minute)
				if after := d.seen(d.news.ID); before == 0 || len(after) > 0 {
					t.Errorf("%d messages before, then %q\n%s", before, after, d.log)
				}
			})
		})
	}
}

// A long answer is as many messages as it takes, at the pace that Discord allows for what comes behind an answer.
func TestALongAnswerIsWhole(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		id := d.choose(d.news.ID, d.ann, "/long 12")
		d.pass(20 * time.Second)
		messages := d.fate(id).Messages
		if n := len(messages); n != 12 || len(messages[n-1].Buttons()) == 0 || messages[n-1].Reader == "" {
			t.Errorf("there are %d messages", n)
		}
		if n := d.server.TooMany(); n > 0 {
			t.Errorf("it was too much %d times", n)
		}
	})
}

// Whatever is lost on the way, the asker reads the answer, and reads it once.
func TestAnAnswerSurvivesTheNetwork(t *testing.T) {
	t.Parallel()
	const original, followUp = "webhooks/{app}/{token}/messages/{message}", "webhooks/{app}/{token}"
	tests := map[string]struct {
		line, method, route string
		fates               []*discordsrv.Fault
		want                []string
	}{
		"the answer's answer":        {"/quick", http.MethodPost, callbackRoute, []*discordsrv.Fault{discordsrv.Lost()}, []string{"(Quick.)"}},
		"the answer":                 {"/quick", http.MethodPost, callbackRoute, []*discordsrv.Fault{discordsrv.Refused()}, []string{"(Quick.)"}},
		"the answer, twice":          {"/quick", http.MethodPost, callbackRoute, []*discordsrv.Fault{discordsrv.BadGateway(), discordsrv.BadGateway()}, []string{"(Quick.)"}},
		"the sign's answer":          {"/slow 3s", http.MethodPost, callbackRoute, []*discordsrv.Fault{discordsrv.Lost()}, []string{"(Slow.)"}},
		"the sign":                   {"/slow 3s", http.MethodPost, callbackRoute, []*discordsrv.Fault{discordsrv.Refused()}, []string{"(Slow.)"}},
		"what takes the sign's turn": {"/slow 3s", http.MethodPatch, original, []*discordsrv.Fault{discordsrv.Lost(), discordsrv.Unavailable()}, []string{"(Slow.)"}},
		"what comes behind":          {"/long 2", http.MethodPost, followUp, []*discordsrv.Fault{discordsrv.Refused(), discordsrv.TooEarly(time.Second, "user")}, []string{"(Long)", "(…)"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.failing(test.method, test.route, test.fates...)
				d.choose(d.news.ID, d.ann, test.line)
				d.pass(10 * time.Second)
				if diff := cmp.Diff(test.want, d.seen(d.news.ID)); diff != "" || strings.Contains(d.log.String(), "level=ERROR") {
					t.Errorf("there is (-want +got):\n%s\n%s", diff, d.log)
				}
			})
		})
	}
}

// A sign of thinking whose answer was lost is a sign all the same: what all may read is not put in its place.
func TestALostSignHidesNothing(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		d.answers = bot.AllRead
		d.failing(http.MethodPost, callbackRoute, discordsrv.Lost())
		d.choose(d.news.ID, d.ann, "/slow 3s")
		d.pass(10 * time.Second)
		if diff := cmp.Diff([]string{"Slow."}, d.seen(d.news.ID)); diff != "" {
			t.Errorf("there is (-want +got):\n%s\n%s", diff, d.log)
		}
	})
}

// Typing is not asking: however much is proposed, one may still ask.
func TestTypingIsNotAsking(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		for range 2 * mostAsked {
			_, err := d.server.Autocomplete(discordsrv.Invocation{Channel: d.news.ID, User: d.ann.ID, Path: []string{"quick"}, Options: options{"words": "1"}}, "words")
			if err != nil {
				t.Fatal(err)
			}
		}
		if m := d.answer(d.command(d.news.ID, d.ann, "quick", nil)); m.Text != "Quick." {
			t.Errorf("it is answered with %q", m.Text)
		}
	})
}

// What is refused as an answer, for it is none that Discord takes, is not silence: the asker reads that something broke.
func TestARefusedAnswerIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ line, method, route string }{
		"at once": {"/quick", http.MethodPost, callbackRoute},
		"later":   {"/slow 2s", http.MethodPatch, "webhooks/{app}/{token}/messages/{message}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.failing(test.method, test.route, discordsrv.Answer(400, 50035, "Invalid Form Body"))
				d.choose(d.news.ID, d.ann, test.line)
				d.pass(5 * time.Second)
				if got := d.seen(d.news.ID); len(got) != 1 || !strings.HasPrefix(got[0], "("+internalWords) {
					t.Errorf("there is %q", got)
				}
				if !strings.Contains(d.log.String(), "Invalid Form Body") {
					t.Errorf("the log does not say why:\n%s", d.log)
				}
			})
		})
	}
}

// An answer that comes too late is said in the channel, if others may read it; what was for the asker alone is not.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	t.Parallel()
	late := discordsrv.Answer(404, 10062, "Unknown interaction")
	expired := discordsrv.Answer(401, 50027, "Invalid Webhook Token")
	const changing = "webhooks/{app}/{token}/messages/{message}"
	tests := map[string]struct {
		private bool
		answers bot.Answers
		line    string
		want    []string
	}{
		"for all":              {false, bot.AllRead, "/quick", []string{"Quick."}},
		"for all, in parts":    {false, bot.AllRead, "/long 2", []string{"Long", "…"}},
		"for all, slow":        {false, bot.AllRead, "/slow 2s", []string{"Slow."}},
		"for the asker":        {false, bot.AskerReads, "/quick", nil},
		"for the asker, slow":  {false, bot.AskerReads, "/slow 2s", nil},
		"in private":           {true, bot.AskerReads, "/quick", []string{"Quick."}},
		"in private, an error": {true, bot.AskerReads, "/ask", []string{busyWords}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.answers = test.answers
				channel := d.news.ID
				if test.private {
					channel = d.server.AddDM(d.ann.ID).ID
				}
				d.server.Fail(func(c discordsrv.Call) *discordsrv.Fault {
					switch {
					case c.Route == callbackRoute:
						return late
					case strings.HasPrefix(c.Route, "webhooks"):
						return expired
					}
					return nil
				})
				d.choose(channel, d.ann, test.line)
				d.pass(10 * time.Second)
				if diff := cmp.Diff(test.want, d.seen(channel)); diff != "" {
					t.Errorf("there is (-want +got):\n%s\n%s", diff, d.log)
				}
			})
		})
	}
	t.Run("its token has expired", func(t *testing.T) {
		t.Parallel()
		atDesk(t, func(d *desk) {
			dm := d.server.AddDM(d.ann.ID).ID
			d.failing(http.MethodPatch, changing, expired)
			d.choose(dm, d.ann, "/slow 2s")
			d.pass(10 * time.Second)
			if diff := cmp.Diff([]string{"thinking", "Slow."}, d.seen(dm)); diff != "" {
				t.Errorf("there is (-want +got):\n%s", diff)
			}
		})
	})
}

// Every press is answered: of a button with a line, of one whose line was kept, or is no more, and of one that never was.
func TestEveryPressIsAnswered(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // what the button says: what the presser reads
		"/quick a":      "(Quick. a)",
		"!/quick b":     "Quick. b",
		"~kept":         "(Quick. kept)",
		"!~kept":        "Quick. kept",
		"~never":        "(" + oldWords + ")",
		"!~never":       "(" + oldWords + ")",
		"%~never":       "(" + oldWords + ")",
		"~broken":       "(" + failedWords + ")",
		"buy now":       "(Quick. buy now)",
		"!":             "(" + oldWords + ")",
		"%":             "(" + oldWords + ")",
		"~":             "(" + oldWords + ")",
		"?0":            "(" + oldWords + ")",
		"!!/quick c":    "(" + oldWords + ")",
		"{}<@&1>%s":     "(Quick. {}",
		"/no_such_line": "(I don't know",
	}
	for said, want := range tests {
		t.Run(said, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				d.kept["kept"] = "/quick kept"
				m := d.raw(d.news.ID, said)
				id, err := d.server.Press(m.ID, d.ann.ID, said)
				if err != nil {
					t.Fatal(err)
				}
				d.settle()
				if got := d.seen(d.news.ID); len(got) != 2 || !strings.HasPrefix(got[1], want) || !d.fate(id).Acked {
					t.Errorf("there is %q, want %q", got, want)
				}
			})
		})
	}
}

// A button whose line lacks its end opens a form for that; what is filled in goes on with the line.
func TestAFormAsksForTheEndOfALine(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		asked := d.answer(d.command(d.news.ID, d.ann, "ask", nil))
		d.kept["kept"] = "/quick kept and"
		raw := d.raw(d.news.ID, ">~kept", ">~gone", ">", ">buy")
		for _, press := range []struct {
			message discordsrv.Message
			data    string
			want    string
		}{
			{asked, ">/quick ", "Quick. to the end"},
			{raw, ">~kept", "Quick. kept and to the end"},
			{raw, ">~gone", oldWords},
			{raw, ">", oldWords},
			{raw, ">buy", "Quick. buy to the end"},
		} {
			id, err := d.server.Press(press.message.ID, d.ann.ID, press.data)
			if err != nil {
				t.Fatal(err)
			}
			d.settle()
			form := d.fate(id).Modal
			if form == nil || form.Title != "Fill in" || len(form.Components) != 1 {
				t.Fatalf("%q opens %+v", press.data, form)
			}
			sent, err := d.server.SubmitModal(id, d.ann.ID, map[string]string{"words": "to the end"})
			if err != nil {
				t.Fatal(err)
			}
			d.settle()
			if m := d.answer(d.fate(sent)); m.Text != press.want || m.Reader != d.ann.ID {
				t.Errorf("%q: the form is answered with %q", press.data, m.Text)
			}
		}
	})
}

// A command that takes much, chosen with nothing, opens a form; what is filled in is its line. One that has all it needs opens none.
func TestACommandThatTakesMuchHasAForm(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		id, err := w.server.Command(discordsrv.Invocation{Channel: w.news.ID, User: w.ann.ID, Path: []string{"stream", "add"}, Locale: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
		form := w.fate(id).Modal
		if form == nil || len(form.Components) < 3 {
			t.Fatalf("it opens %+v\n%s", form, w.log)
		}
		sent, err := w.server.SubmitModal(id, w.ann.ID, map[string]string{"who": "Lei Jun", "when": "2024-05-24 20:00"})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
		if got := shown(w.answer(w.fate(sent))); !strings.Contains(got, "Lei Jun") {
			t.Errorf("it is answered with:\n%s", got)
		}
		whole := w.command(w.news.ID, w.ann, "stream add", options{"who": "Lei Jun", "when": "2024-05-25 20:00"})
		if whole.Modal != nil {
			t.Errorf("one with all it needs opens %+v", whole.Modal)
		}
	})
}

// Many buttons are menus; what is chosen there is a line like that of a button.
func TestAChoiceFromAMenuSaysItsLine(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		m := d.answer(d.command(d.news.ID, d.ann, "shelf", nil))
		menus := m.Buttons()
		last := menus[len(menus)-1]
		id, err := d.server.Select(m.ID, d.ann.ID, last.CustomID, last.Options[0].Value)
		if err != nil {
			t.Fatal(err)
		}
		d.settle()
		if got := d.answer(d.fate(id)).Text; got != "Quick. number 25" {
			t.Errorf("got %q", got)
		}
	})
}

// A line that is too long for a button travels under a name.
func TestALongLineTravelsUnderAName(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		m := d.answer(d.command(d.news.ID, d.ann, "linked", nil))
		for n, button := range m.Buttons()[:2] {
			id, err := d.server.Press(m.ID, d.ann.ID, button.CustomID)
			if err != nil {
				t.Fatal(err)
			}
			d.settle()
			if kept := strings.HasPrefix(button.CustomID, "~"); kept != (n == 1) || !strings.HasPrefix(d.answer(d.fate(id)).Text, "Quick.") {
				t.Errorf("%q is answered with %q", button.CustomID, d.answer(d.fate(id)).Text)
			}
		}
		if lines := d.lines(); lines[len(lines)-1] != "/quick "+strings.Repeat("long ", 30) {
			t.Errorf("heard are %q", lines)
		}
	})
}

// What is about the asker alone is done in their private chat, and read in both places; where Discord keeps the bot out of that, they
// hear at once how to open it.
func TestWhatIsPersonalIsDoneInPrivate(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]bool{"open": false, "closed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				if closed {
					d.server.CloseDMs(d.bob.ID)
				}
				m := d.answer(d.command(d.news.ID, d.bob, "own", nil))
				dm := d.server.AddDM(d.bob.ID).ID
				if m.Text != "Changed." || m.Reader != d.bob.ID || strings.Contains(shown(m), "I can't write to you") != closed {
					t.Errorf("he reads:\n%s", shown(m))
				}
				if got := len(d.seen(dm)); got == 1 == closed {
					t.Errorf("%d messages are in his private chat", got)
				}
				d.press(m, d.bob, "Again")
				for _, in := range d.heard {
					if in.Chat.Address != address(dm) || in.Chat.Kind != bot.Private || in.Chat.Community != d.bob.ID {
						t.Errorf("%q was done in %+v", in.Text, in.Chat)
					}
				}
				if len(d.heard) != 2 {
					t.Errorf("heard are %q", d.lines())
				}
			})
		})
	}
}

// What a person may mean is proposed while they type, at most 25 things; where that cannot be found out, nothing is.
func TestProposalsWhileSomebodyTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typed string
		want  int // -1: no answer
	}{
		"none":          {"0", 0},
		"some":          {"3", 3},
		"too many":      {"40", 25},
		"they hang":     {"hang", -1},
		"they break":    {"broken", -1},
		"they crash":    {"crash", -1},
		"too long ones": {strings.Repeat("0", 150) + "4", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, func(d *desk) {
				id, err := d.server.Autocomplete(discordsrv.Invocation{
					Channel: d.news.ID, User: d.ann.ID, Path: []string{"quick"}, Options: options{"words": test.typed},
				}, "words")
				if err != nil {
					t.Fatal(err)
				}
				d.pass(5 * time.Second)
				fate := d.server.Interaction(id)
				if fate.Acked != (test.want >= 0) || fate.Acked && len(fate.Choices) != test.want {
					t.Errorf("answered %v with %d choices, want %d\n%s", fate.Acked, len(fate.Choices), test.want, d.log)
				}
			})
		})
	}
}

// Interactions that nobody knows, or that are not what they should be, do no harm, and no secret of theirs is logged.
func TestStrangeInteractions(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		const head = `"id":"7","token":"interaction-token-7","application_id":"1","channel_id":"9","guild_id":"8","member":{"user":{"id":"3"},"permissions":"0"}`
		for _, body := range []string{
			`{}`, `[]`, `"x"`, `{"id":5}`, `{"id":"5","token":"interaction-token-5"}`,
			`{"type":2,` + head + `}`, `{"type":2,"data":null,` + head + `}`, `{"type":2,"data":[],` + head + `}`,
			`{"type":2,"data":{},` + head + `}`, `{"type":3,"data":{},` + head + `}`, `{"type":3,"data":{"custom_id":5},` + head + `}`,
			`{"type":4,"data":{},` + head + `}`, `{"type":5,"data":{},` + head + `}`, `{"type":9,"data":{},` + head + `}`,
			`{"type":2,"data":{"name":"quick","options":[{"type":1,"options":[{"name":"x","value":{}}]}]},` + head + `}`,
			`{"type":2,"data":{"name":"quick"},"id":"7","token":"interaction-token-7","member":{"user":{}}}`,
		} {
			d.server.Malformed(0, "INTERACTION_CREATE", []byte(body))
		}
		d.pass(5 * time.Second)
		if m := d.answer(d.command(d.news.ID, d.ann, "quick", options{"words": "a"})); m.Text != "Quick. a" {
			t.Errorf("afterwards: %q", m.Text)
		}
	})
}

// A button of a message that another server follows is pressed in that server, of which the bot may be no member.
func TestAPressInAnotherServer(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		d.server.Malformed(0, "INTERACTION_CREATE", []byte(`{"type":3,"id":"7","token":"interaction-token-7","application_id":"1","channel_id":"9",
			"guild_id":"8","guild_locale":"fr","channel":{"id":"9","name":"elsewhere","type":0},"data":{"custom_id":"/quick"},
			"member":{"user":{"id":"3","username":"carl"},"nick":"Carlo","roles":["4"],"permissions":"32"}}`))
		d.settle()
		want := []bot.Inbound{{
			ID: "i7", Text: "/quick", From: bot.User{ID: "3", Name: "Carlo", Handle: "carl"},
			Chat: bot.Chat{Address: address("9"), Community: "8", Title: "#elsewhere", Kind: bot.Group, Locale: "fr"},
		}}
		if diff := cmp.Diff(want, d.heard); diff != "" {
			t.Errorf("heard is (-want +got):\n%s", diff)
		}
	})
}

// What was taken in when the program stops is finished, also what waits for its turn; what takes too long even so is cut off.
func TestWhatIsInHandIsFinished(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		ids := []string{d.choose(d.news.ID, d.ann, "/slow 2s"), d.choose(d.news.ID, d.ann, "/slow 3s"), d.choose(d.guild.SystemChannel, d.bob, "/quick")}
		d.server.Say(d.news.ID, d.ann.ID, "<@"+d.server.Me().ID+"> last")
		time.Sleep(10 * time.Millisecond)
		d.stop()
		for _, id := range ids {
			if fate := d.fate(id); fate.Original == nil || fate.Original.Loading() {
				t.Errorf("not answered: %+v", fate)
			}
		}
		if diff := cmp.Diff([]string{"(Slow.)", "(Slow.)", "Quick. last"}, d.seen(d.news.ID)); diff != "" {
			t.Errorf("there is (-want +got):\n%s", diff)
		}
	})
	atDesk(t, func(d *desk) {
		d.choose(d.news.ID, d.ann, "/hang")
		d.choose(d.news.ID, d.ann, "/hang")
		time.Sleep(10 * time.Millisecond)
		began := time.Now()
		d.stop()
		if took := time.Since(began); took > 16*time.Second {
			t.Errorf("stopping took %s", took)
		}
	})
}

// Those of a channel are answered in the order of their coming, and those of many channels at once.
func TestOrderAndHaste(t *testing.T) {
	t.Parallel()
	atDesk(t, func(d *desk) {
		var ids []string
		for i := range 30 {
			channel := d.server.AddChannel(d.guild.ID, discordsrv.Channel{Name: fmt.Sprint("c", i)}).ID
			d.choose(channel, d.ann, "/slow 1s")
			ids = append(ids, d.choose(channel, d.bob, "/quick behind"))
		}
		d.pass(1100 * time.Millisecond)
		for _, id := range ids {
			fate := d.fate(id)
			if diff := cmp.Diff([]string{"(Slow.)", "(Quick. behind)"}, d.seen(fate.Channel)); diff != "" || fate.Deferred {
				t.Errorf("deferred %v (-want +got):\n%s", fate.Deferred, diff)
			}
		}
	})
}
