package bottest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"boardcast/bot"
)

// MaxHeadline is how many characters the headline of a post that anyone may see has at most.
const MaxHeadline = 100

// What an answer has at most, so that it fits a phone: the items of a list or rows of a table, and the characters of all that is
// read, without the commands behind its buttons.
const (
	MaxItems      = 12
	MaxCharacters = 1600
)

// Transcripts plays every *.txt file of a folder, each in a House of its own, and compares what was said with the file. With
// update it writes the file instead, to be read before it is kept.
//
// A transcript is a conversation, one line a line:
//
//	# a remark
//	> typed by a moderator
//	m> typed by a member
//	ann> typed by another member, of that name
//	o> typed by an operator
//	  what is answered, two spaces in, as [Render] has it
//	@ 2h                          time passes
//	@ 2024-05-18 08:30            the chat's clocks show this
//	@ again                       the messenger delivers the last line once more
//	@ chat paris Europe/Paris     what follows is said in another chat, of another community
//	@ group club Asia/Shanghai    likewise, in a group
//	@ beside den Asia/Shanghai    likewise, in another group of the community of the chat before
//	@ shut                        the messenger takes nothing for this chat any more
//	@ open                        and takes it again
//	@ notices                     from here on notices are sent: "<!" rings, "<" is silent, "~" is an edit
//
// It begins in the private chat "home" in Beijing, on Monday 20 May 2024 at 10:00.
func Transcripts(t *testing.T, folder string, update bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			playFile(t, file, update)
		})
	}
}

func playFile(t *testing.T, file string, update bool) {
	t.Helper()
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	said := Play(t, string(script))
	if update {
		if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	// Compared as lines, a difference shows the lines around it.
	if diff := cmp.Diff(strings.Split(string(script), "\n"), strings.Split(said, "\n")); diff != "" {
		t.Errorf("said otherwise (-transcript +said):\n%s", diff)
	}
}

// Play says the lines of a transcript to a new House and returns the transcript with the answers that were given.
func Play(tb testing.TB, script string) string {
	tb.Helper()
	return PlayIn(tb, script, "")
}

// PlayTo is [Play] for somebody who is given every post: each answer, notice and edit.
func PlayTo(tb testing.TB, script string, see func(p bot.Post)) {
	tb.Helper()
	(&player{tb: tb, see: see, open: openUnchecked}).playAll(script)
}

// PlayIn is [Play] with messengers and people that ask for a language.
func PlayIn(tb testing.TB, script, locale string) string {
	tb.Helper()
	open := openUnchecked
	if locale == "" {
		open = openChecked
	}
	p := &player{tb: tb, locale: locale, see: func(bot.Post) {}, open: open}
	p.playAll(script)
	return p.out.String()
}

func (p *player) playAll(script string) {
	tb := p.tb
	tb.Helper()
	p.zone = mustZone(tb, "Asia/Shanghai")
	p.house = p.open(tb, time.Date(2024, time.May, 20, 10, 0, 0, 0, p.zone))
	p.enter("home", "Asia/Shanghai", bot.Private)
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(&p.out, line)
		p.play(line)
	}
}

// player is where a transcript has come to.
type player struct {
	tb     testing.TB
	locale string
	house  *House
	chat   bot.Chat
	zone   *time.Location
	last   bot.Inbound
	lines  int
	out    strings.Builder
	office *office // nil: no notices are sent
	see    func(p bot.Post)
	open   func(tb testing.TB, now time.Time) *House
}

func (p *player) play(line string) {
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	who, said, ok := strings.Cut(line, " ")
	role, known := map[string]bot.Access{">": bot.Moderator, "m>": bot.Member, "o>": bot.Operator}[who]
	name, another := strings.CutSuffix(who, ">")
	switch {
	case ok && known:
		p.speak(role, bot.User{ID: role.String(), Name: "the " + role.String(), Locale: p.locale}, said)
	case ok && another:
		p.speak(bot.Member, bot.User{ID: name, Name: name, Locale: p.locale}, said)
	case ok && who == "@":
		p.direct(said)
	default:
		p.tb.Fatalf("transcript: cannot play %q", line)
	}
}

// speak has somebody say a line.
func (p *player) speak(role bot.Access, from bot.User, said string) {
	p.lines++
	p.house.role = role
	p.last = bot.Inbound{ID: fmt.Sprintf("line-%d", p.lines), Chat: p.chat, Text: said, From: from}
	p.say()
}

// say has the last line answered. A millisecond passes, as it does between the lines of a pipe.
func (p *player) say() {
	p.house.Now = p.house.Now.Add(time.Millisecond)
	post, answered := p.house.Router.Answer(p.tb.Context(), p.last)
	if !answered {
		fmt.Fprintln(&p.out, "  (no answer)")
		return
	}
	p.see(post)
	if post.Failed {
		p.tb.Errorf("%s: failed inside", p.last.Text)
	}
	voice := bot.Voice{Words: p.house.Words, Now: p.house.Now}
	rendered := Render(voice, post)
	headline, _, _ := strings.Cut(rendered, "\n")
	if n := utf8.RuneCountInString(headline); n > MaxHeadline && !post.Private {
		p.tb.Errorf("%s: a headline of %d characters: %s", p.last.Text, n, headline)
	}
	if wrong := TooLong(voice, post); wrong != "" {
		p.tb.Errorf("%s: %s", p.last.Text, wrong)
	}
	for line := range strings.Lines(rendered) {
		p.out.WriteString("  " + line)
	}
	p.pass(p.house.Now)
}

// pass lets the time come to a moment.
func (p *player) pass(to time.Time) {
	if p.office == nil {
		p.house.Now = to
		return
	}
	p.office.work(p.tb, p.house, to, p.tell)
}

// direct does what a line after "@" says.
func (p *player) direct(said string) {
	words := strings.Fields(said)
	switch {
	case said == "again":
		p.say()
		return
	case said == "notices":
		p.office = openOffice(p.tb, p.house)
		return
	case said == "shut":
		p.office.read.Shut(p.chat.Address, bot.ErrGone)
		return
	case said == "open":
		p.office.read.Shut(p.chat.Address, nil)
		return
	case len(words) == 3 && words[0] == "beside":
		community := p.chat.Community
		p.enter(words[1], words[2], bot.Group)
		p.chat.Community = community
		return
	case len(words) == 3 && words[0] == "chat":
		p.enter(words[1], words[2], bot.Private)
		return
	case len(words) == 3 && words[0] == "group":
		p.enter(words[1], words[2], bot.Group)
		return
	}
	if passed, err := time.ParseDuration(said); err == nil {
		p.pass(p.house.Now.Add(passed))
		return
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", said, p.zone)
	if err != nil {
		p.tb.Fatalf("transcript: cannot do %q", said)
	}
	p.pass(at)
}

func (p *player) enter(name, zone string, kind bot.ChatKind) {
	p.zone = mustZone(p.tb, zone)
	p.chat = bot.Chat{
		Address:   bot.ChatID{Messenger: bot.Console, Key: name},
		Community: "the people of " + name, Title: name, Kind: kind, Zone: zone, Locale: p.locale,
	}
}

func mustZone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}
