package telegram_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	textcmp "github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/telegramsrv"
)

var update = flag.Bool("update", false, "write the conversations in testdata anew")

// Plays are conversations on Telegram, with all that the bot does in them, in the files of testdata. With -update the files are
// written anew, to be read before they are kept.
//
// What people do is a line each:
//
//	# a remark
//	ann> typed by Ann in the chat where the conversation is
//	ann~> a command that only the bot sees
//	ann anonymously> typed by an admin who does not want to be named
//	ann answers> typed as a reply to the bot's newest message here
//	ann forwards> somebody else's words
//	ann presses> the label of a button, on the newest message that has it
//	ann inline> typed behind the bot's name, anywhere
//	@ person zoe zh                     there is a Zoe whose Telegram speaks Chinese; Ann's speaks English, Bob's French; op, who runs
//	                                    the program, is there too
//	@ private ann                       what follows is said in Ann's own chat with the bot
//	@ group "Drivers" admin=ann members=bob bot=admin
//	                                    there is a group and what follows is said in it; Ann lets the bot in. Also: supergroup,
//	                                    forum with topics=News,Talk, channel with name=auto. bot=absent: she does not
//	@ in "Drivers"                      what follows is said there
//	@ topic News                        what follows is said in that topic; General is the one that is always there
//	@ delete topic News
//	@ joins quiz                        another bot comes in
//	@ kick, @ readmit ann, @ migrate    of the chat; also: @ bot admin, @ bot member, @ admin bob, @ block ann, @ unblock ann
//	@ restart                           the program ends and begins again
//	@ 2h                                time passes
//	@ 2024-05-20 20:00                  Beijing's clocks show this
//
// The lines below it, two spaces in, are what the bot did, in any chat: "<!" is a message that makes a sound, "<" one that does not,
// "<~ann" one that Ann alone sees, "~" an edit, "x" a deletion, "[!]" a window after a press, "[·]" words that pass, "!" a request
// that Telegram refused, and "?" a result of an inline query. In brackets is where it is, unless that is here, and what Beijing's
// clocks show, if time has passed. In texts {} is a time that each reader sees by their own clock, ⟨⟩ something that Telegram found in
// the words, as in **bold**, _italic_ and `code`; below them are buttons.
func TestPlays(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			playFile(t, file)
		})
	}
}

func playFile(t *testing.T, file string) {
	t.Helper()
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	said := playOf(t, string(script)).out.String()
	if *update {
		if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := textcmp.Diff(strings.Split(string(script), "\n"), strings.Split(said, "\n")); diff != "" {
		t.Errorf("said otherwise (-conversation +said):\n%s", diff)
	}
}

// playOf plays a conversation in a world of its own.
func playOf(t *testing.T, script string) *play {
	t.Helper()
	p := &play{
		people: map[string]telegramsrv.User{}, chats: map[string]int64{}, names: map[int64]string{}, topics: map[int64]map[string]int{},
		seen: map[int64][]looks{}, zone: zoneOf(t, "Asia/Shanghai"),
	}
	inWorld(t, func(w *world) {
		p.w = w
		p.know("ann", w.ann)
		p.know("bob", w.bob)
		p.know("op", w.server.AddUser(telegramsrv.User{ID: runner, FirstName: "Op", LanguageCode: "en"}))
		p.enter("ann", 0)
		p.calls = len(w.server.Log())
		for line := range strings.Lines(script) {
			line = strings.TrimRight(line, "\n")
			if strings.HasPrefix(line, "  ") {
				continue
			}
			fmt.Fprintln(&p.out, line)
			p.line(line)
		}
	})
	return p
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// play is where a conversation has come to.
type play struct {
	w      *world
	out    strings.Builder
	zone   *time.Location
	people map[string]telegramsrv.User
	chats  map[string]int64
	names  map[int64]string
	topics map[int64]map[string]int

	chat   int64
	topic  int
	seen   map[int64][]looks
	calls  int  // that were looked at
	clocks bool // time has passed: what comes is told with its time
}

// runner is who runs the program in every world.
const runner = 77

// pace is how long people take for a line, so that a group does not speak faster than a bot may answer.
const pace = 5 * time.Second

func (p *play) line(line string) {
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	p.clocks = false
	who, said, ok := strings.Cut(line, " ")
	if ok && who == "@" {
		p.direct(said)
		p.tell()
		return
	}
	who, said, ok = strings.Cut(line+" ", "> ")
	said = strings.TrimRight(said, " ")
	if !ok {
		p.w.t.Fatalf("cannot play %q", line)
	}
	name, how, _ := strings.Cut(who, " ")
	if quiet, ephemeral := strings.CutSuffix(name, "~"); ephemeral {
		name, how = quiet, "hidden"
	}
	p.act(p.person(name), how, said)
	p.tell()
}

// act has somebody do something.
func (p *play) act(who telegramsrv.User, how, said string) {
	saying := telegramsrv.Saying{Thread: p.topic}
	switch how {
	case "presses":
		p.press(who, said)
		return
	case "inline":
		p.inline(who, said)
		return
	case "":
	case "hidden":
		saying.Ephemeral = true
	case "anonymously":
		saying.Anonymous = true
	case "forwards":
		saying.Forwarded = "Somebody"
	case "answers":
		last, ok := p.newest(who, func(telegramsrv.Message) bool { return true })
		if !ok {
			fmt.Fprintln(&p.out, "  (there is nothing to reply to)")
			return
		}
		saying.ReplyTo = last.ID
		if last.EphemeralID != 0 {
			saying.Answers, saying.Ephemeral = last.EphemeralID, true
		}
	default:
		p.w.t.Fatalf("how is %q said?", how)
	}
	p.w.server.Say(p.chat, who.ID, said, saying)
	p.w.pass(pace)
}

// newest is the newest message of the bot's that somebody sees here, and that is as asked.
func (p *play) newest(who telegramsrv.User, is func(telegramsrv.Message) bool) (telegramsrv.Message, bool) {
	for _, m := range slices.Backward(p.w.server.Sent(p.chat)) {
		if !m.Deleted && m.Thread == p.topic && (m.Receiver == 0 || m.Receiver == who.ID) && is(m) {
			return m, true
		}
	}
	return telegramsrv.Message{}, false
}

func (p *play) press(who telegramsrv.User, label string) {
	var pressed telegramsrv.Button
	m, ok := p.newest(who, func(m telegramsrv.Message) bool {
		return slices.ContainsFunc(m.Markup.Buttons(), func(b telegramsrv.Button) bool {
			pressed = b
			return plainSpaces(b.Text) == label
		})
	})
	switch {
	case !ok:
		fmt.Fprintln(&p.out, "  (there is no such button)")
		return
	case pressed.URL != "":
		fmt.Fprintf(&p.out, "  (opens %s)\n", pressed.URL)
		return
	}
	query, err := p.w.server.Press(telegramsrv.Tap{Chat: p.chat, Message: m.ID, EphemeralID: m.EphemeralID, User: who.ID, Data: pressed.Data})
	if err != nil {
		p.w.t.Fatal(err)
	}
	p.w.pass(pace)
	answer, ok := p.w.server.Answered(query)
	switch {
	case !ok:
		fmt.Fprintln(&p.out, "  (the button waits for ever)")
	case answer.Text != "":
		mark := "[·]"
		if answer.Alert {
			mark = "[!]"
		}
		p.show(scene{at: answer.At, mark: mark, chat: p.chat, thread: p.topic, content: telegramsrv.Content{Text: answer.Text}})
	}
}

// plainSpaces are words as they are typed here: French has spaces that do not break.
func plainSpaces(words string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(words)
}

func (p *play) inline(who telegramsrv.User, said string) {
	query := p.w.server.Inline(who.ID, said)
	p.w.pass(pace)
	answer, ok := p.w.server.InlineAnswer(query)
	if !ok {
		fmt.Fprintln(&p.out, "  (the query waits for ever)")
		return
	}
	for _, result := range answer.Results {
		fmt.Fprintf(&p.out, "  ? %s\n   ? %s\n", result.Title, result.Description)
		p.show(scene{at: time.Now(), mark: "<", chat: p.chat, thread: p.topic, content: result.Content})
	}
	if answer.Button != "" {
		fmt.Fprintf(&p.out, "  ? [%s] /start %s\n", answer.Button, answer.Start)
	}
}

// direct does what a line after "@" says.
func (p *play) direct(said string) {
	words, options := wordsOf(said)
	server := p.w.server
	switch words[0] {
	case "person":
		p.know(words[1], server.AddUser(telegramsrv.User{FirstName: named(words[1]), Username: words[1], LanguageCode: words[2]}))
	case "private":
		p.enter(words[1], 0)
	case "group", "supergroup", "forum", "channel":
		p.found(words[0], words[1], options)
	case "in":
		p.enter(words[1], 0)
	case "topic":
		p.enter(p.names[p.chat], p.topicOf(words[1]))
	case "delete":
		server.DeleteTopic(p.chat, p.topicOf(words[2]))
		p.topic = 0
		p.news()
	case "joins":
		other := server.AddUser(telegramsrv.User{FirstName: named(words[1]), Username: words[1] + "_bot", IsBot: true})
		server.Join(p.chat, other.ID)
	case "admin":
		server.Promote(p.chat, p.person(words[1]).ID)
	case "bot":
		map[string]func(chat, user int64){"admin": server.Promote, "member": server.Demote}[words[1]](p.chat, server.Me().ID)
	case "kick":
		server.Kick(p.chat)
	case "readmit":
		server.Readmit(p.chat, p.person(words[1]).ID)
	case "migrate":
		p.settle(p.names[p.chat], server.Migrate(p.chat))
	case "block":
		server.Block(p.person(words[1]).ID)
	case "unblock":
		server.Unblock(p.person(words[1]).ID)
	case "restart":
		p.w.stop()
		p.w.start()
	default:
		p.pass(said)
		return
	}
	p.w.pass(pace)
}

// pass lets time pass: so much, or until Beijing's clocks show something.
func (p *play) pass(said string) {
	p.clocks = true
	if d, err := time.ParseDuration(said); err == nil {
		p.w.pass(d)
		return
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", said, p.zone)
	if err != nil {
		p.w.t.Fatalf("cannot do %q", said)
	}
	p.w.pass(time.Until(at))
}

// found makes a chat, and has its first admin let the bot in.
func (p *play) found(kind, title string, options map[string]string) {
	place := telegramsrv.Place{Title: title, Username: options["name"], Absent: true}
	place.Admins, place.Members = p.numbers(options["admin"]), p.numbers(options["members"])
	place.Anonymous = p.numbers(options["anonymous"])
	var id int64
	switch kind {
	case "group":
		id = p.w.server.AddGroup(place)
	case "supergroup":
		id = p.w.server.AddSupergroup(place)
	case "channel":
		id = p.w.server.AddChannel(place)
	default:
		titles := strings.Split(options["topics"], ",")
		var threads []int
		id, threads = p.w.server.AddForum(place, titles...)
		p.topics[id] = map[string]int{"General": 0}
		for i, name := range titles {
			p.topics[id][name] = threads[i]
		}
	}
	p.settle(title, id)
	if options["bot"] == "absent" {
		return
	}
	p.w.server.Readmit(id, place.Admins[0])
	if options["bot"] == "admin" && kind != "channel" {
		p.w.server.Promote(id, p.w.server.Me().ID)
	}
}

func (p *play) settle(title string, id int64) {
	p.chats[title], p.names[id] = id, title
	p.enter(title, 0)
}

func (p *play) enter(name string, topic int) {
	id, ok := p.chats[name]
	if !ok {
		p.w.t.Fatalf("there is no chat %q", name)
	}
	if id > 0 {
		p.w.server.AddPrivate(id)
	}
	p.chat, p.topic = id, topic
}

func (p *play) know(name string, who telegramsrv.User) {
	p.people[name] = who
	p.chats[name], p.names[who.ID] = who.ID, name
}

func (p *play) person(name string) telegramsrv.User {
	who, ok := p.people[name]
	if !ok {
		p.w.t.Fatalf("there is nobody called %q", name)
	}
	return who
}

func (p *play) numbers(names string) []int64 {
	var ids []int64
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' }) {
		ids = append(ids, p.person(name).ID)
	}
	return ids
}

func (p *play) topicOf(name string) int {
	thread, ok := p.topics[p.chat][name]
	if !ok {
		p.w.t.Fatalf("there is no topic %q in %s", name, p.names[p.chat])
	}
	return thread
}

func named(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// wordsOf are the words of a line, those in quotes as one, and its options.
func wordsOf(line string) (words []string, options map[string]string) {
	options = map[string]string{}
	quoted := false
	for _, word := range strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	}) {
		word = strings.ReplaceAll(word, `"`, "")
		if name, value, ok := strings.Cut(word, "="); ok {
			options[name] = value
			continue
		}
		words = append(words, word)
	}
	return words, options
}
