package discord_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	textcmp "github.com/google/go-cmp/cmp"

	"boardcast/bot/bottest/discordsrv"
	"boardcast/bot/discord"
)

var update = flag.Bool("update", false, "write the conversations in testdata/plays anew")

// Plays are conversations on Discord, with all that the bot does in them, in the files of testdata/plays. With -update the files are
// written anew, to be read before they are kept.
//
// What people do is a line each:
//
//	# a remark
//	ann> /watch add subjects=xiaomi     a command that Ann chooses from the menu, with its options; @bob, @Drivers and #news are a
//	                                    person, a role and a channel
//	ann types> /watch add subjects=xi|  she stops at the bar, and sees what may be meant
//	ann says> @boardcast lei jun        a message
//	ann answers> nio                    a message as a reply to the bot's newest one here
//	ann presses> Undo                   a button by its label, on the newest message that has it and that she sees
//	ann chooses> BYD                    from a menu under a message, likewise
//	ann fills> who=lei jun; when=20:00  the form that was shown to her
//	ann asks of> Why this?              an entry of the menu of the bot's newest message here
//	@ person zoe zh-CN                  there is a Zoe whose Discord speaks Chinese; Ann's speaks English, Bob's French; op, who runs
//	                                    the program, is there too
//	@ guild "Night shift" owner=ann members=bob,cid locale=fr
//	                                    there is another server, and Ann lets the bot in; what follows is said in its #general. The
//	                                    server "Drivers", Ann's too, is there from the beginning, with #general and #news
//	@ in #news                          what follows is said there; also: @ in dm ann, @ in "Drivers #news"
//	@ channel tests                     there is another channel, and what follows is said in it; also: announcement, forum
//	@ thread "The SU7"                  a thread of the channel, or a post in the forum, and what follows is said in it
//	@ role Mods members=bob may=manage_server
//	@ deny #news send,embed to=boardcast   also: allow; to=everyone, to=Mods, to=bob
//	@ delete #news, @ archive #thread, @ remove bot, @ add bot, @ close dms ann, @ open dms ann
//	@ restart                           the program ends and begins again
//	@ stop, @ start                     it ends; it begins again
//	@ drop gateway, @ lose session      the connection breaks; and cannot be resumed
//	@ outage, @ mend                    Discord does not answer; it does again
//	@ slow 2s POST users/@me/channels   every such request takes so long
//	@ 2h                                time passes
//	@ 2024-05-20 20:00                  Beijing's clocks show this
//
// The lines below it, two spaces in, are what the bot did, in any channel: "<!" is a message that notifies those who follow the
// channel, "<" one that does not, "<~ann" one that Ann alone sees, "…" the sign that the bot is thinking, "~" an edit, "x" a deletion,
// ">>" a message published to those who follow the channel from other servers, "[]" a form, "?" a choice while somebody types, "o" an
// event in the calendar of a server, and "!" a request that Discord refused. In brackets is where it is, unless that is here, what
// Beijing's clocks show, if time has passed, and whom it pings. In texts {} is a time that each reader sees by their own clock and
// ⟨⟩ a mention. Behind "|" is what stands in an embed: its colour, whose stream it is, its title, its text, its fields, "·" before
// those that stand side by side, and its footer; below that are buttons, and menus with "▾" before what there is to choose.
func TestPlays(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/plays/*.txt")
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
	said := playOf(t, string(script))
	if *update {
		if err := os.WriteFile(file, []byte(said), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := textcmp.Diff(strings.Split(string(script), "\n"), strings.Split(said, "\n")); diff != "" {
		t.Errorf("said otherwise (-conversation +said):\n%s", diff)
	}
}

// playOf plays a conversation in a world of its own, and returns it with what was said.
func playOf(t *testing.T, script string) string {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	p := &play{
		people: map[string]discordsrv.User{}, places: map[string]string{}, names: map[string]string{}, roles: map[string]string{},
		seen: map[string]looks{}, events: map[string]discordsrv.ScheduledEvent{}, forms: map[string]string{}, zone: zone,
	}
	inWorld(t, func(w *world) {
		p.w = w
		p.know("ann", w.ann)
		p.know("bob", w.bob)
		p.know("op", w.server.AddUser(discordsrv.User{ID: operator, Username: "op", GlobalName: "Op", Locale: "en-US"}))
		p.people["boardcast"] = w.server.Me()
		p.guilds = append(p.guilds, w.guild)
		p.settle("Drivers", "#general", w.guild.SystemChannel)
		p.settle("Drivers", "#news", w.news.ID)
		p.calls = len(w.server.Log())
		for line := range strings.Lines(script) {
			line = strings.TrimRight(line, "\n")
			if strings.HasPrefix(line, "  ") {
				continue
			}
			fmt.Fprintln(&p.out, line)
			p.line(line)
		}
	}, func(served *discordsrv.Config, cfg *discord.Config) {
		served.HeartbeatEvery = 10 * time.Minute
		cfg.PerSecond = 1000 // so that what happens at once has an order
	})
	return p.out.String()
}

// play is where a conversation has come to.
type play struct {
	w      *world
	out    strings.Builder
	zone   *time.Location
	people map[string]discordsrv.User
	guilds []discordsrv.Guild
	places map[string]string // ids of channels by "guild #name", and by "dm name"
	names  map[string]string // the other way round
	roles  map[string]string // ids by name

	guild, channel string            // where the conversation is; no guild in a private chat
	forms          map[string]string // the interaction in answer to which a form was shown last, by who sees it
	seen           map[string]looks
	events         map[string]discordsrv.ScheduledEvent
	calls          int  // that were looked at
	clocks         bool // time has passed: what comes is told with its time
}

// pace is how long people take for a line, so that a channel does not speak faster than a bot may answer.
const pace = 5 * time.Second

func (p *play) line(line string) {
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	p.clocks = false
	if words, ok := strings.CutPrefix(line, "@ "); ok {
		p.direct(words)
		p.tell()
		return
	}
	who, said, ok := strings.Cut(line+" ", "> ")
	if !ok {
		p.w.t.Fatalf("cannot play %q", line)
	}
	name, how, _ := strings.Cut(who, " ")
	p.act(p.person(name), how, strings.TrimSpace(said))
	p.tell()
}

// act has somebody do something.
func (p *play) act(who discordsrv.User, how, said string) {
	var asked string
	var err error
	switch how {
	case "":
		asked, err = p.choose(who, said)
	case "types":
		asked, err = p.typing(who, said)
	case "says", "answers":
		p.say(who, said, how == "answers")
		return
	case "presses", "chooses":
		asked, err = p.press(who, said)
	case "fills":
		asked, err = p.w.server.SubmitModal(p.forms[who.ID], who.ID, fieldsOf(said))
	case "asks of":
		m, ok := p.newest(who, func(m discordsrv.Message) bool { return m.Reader == "" })
		if !ok {
			fmt.Fprintln(&p.out, "  (there is nothing to ask of)")
			return
		}
		asked, err = p.w.server.MessageCommand(m.ID, who.ID, said)
	default:
		p.w.t.Fatalf("how is %q done?", how)
	}
	p.w.pass(pace)
	if err != nil {
		fmt.Fprintf(&p.out, "  (%v)\n", err)
		return
	}
	p.fate(who, p.w.server.Interaction(asked))
}

// fate tells what came of an interaction, but for messages, which are told with the others.
func (p *play) fate(who discordsrv.User, f discordsrv.Fate) {
	switch {
	case !f.Acked:
		fmt.Fprintln(&p.out, "  (Discord says that the bot did not respond)")
	case f.Modal != nil:
		p.forms[who.ID] = f.ID
		p.showForm(f.Modal)
	case f.Type == discordsrv.AnswerChoices:
		p.showChoices(f.Choices)
	}
}

// say has somebody write a message.
func (p *play) say(who discordsrv.User, said string, reply bool) {
	saying := discordsrv.Saying{}
	if reply {
		last, ok := p.newest(who, func(m discordsrv.Message) bool { return m.Reader == "" })
		if !ok {
			fmt.Fprintln(&p.out, "  (there is nothing to reply to)")
			return
		}
		saying.ReplyTo = last.ID
	}
	p.w.server.Say(p.channel, who.ID, p.mentioning(said), saying)
	p.w.pass(pace)
}

// choose has somebody choose a command from the menu.
func (p *play) choose(who discordsrv.User, said string) (string, error) {
	return p.w.server.Command(p.invocation(who, said))
}

// typing has somebody type in an option of a command.
func (p *play) typing(who discordsrv.User, said string) (string, error) {
	n := p.invocation(who, said)
	for name, value := range n.Options {
		if typed, ok := value.(string); ok && strings.HasSuffix(typed, "|") {
			n.Options[name] = strings.TrimSuffix(typed, "|")
			return p.w.server.Autocomplete(n, name)
		}
	}
	return "", fmt.Errorf("nothing is typed in %q", said)
}

// invocation reads a command with its options.
func (p *play) invocation(who discordsrv.User, said string) discordsrv.Invocation {
	words, given := wordsOf(strings.TrimPrefix(said, "/"))
	n := discordsrv.Invocation{Channel: p.channel, User: who.ID, Path: words, Options: map[string]any{}, Locale: who.Locale}
	for name, value := range given {
		n.Options[name] = p.valueOf(words, name, value)
	}
	return n
}

// valueOf is what is given to an option: people, roles and channels by their ids where it takes those, else as they stand in a text.
func (p *play) valueOf(path []string, option, value string) any {
	kind := p.kindOf(path, option)
	switch id := p.lookUp(value); {
	case id != "" && kind == discordsrv.ChannelOption:
		return id
	case value == "@everyone" && kind != discordsrv.StringOption:
		return p.here().ID
	case kind >= discordsrv.UserOption && kind <= discordsrv.MentionableOption:
		return strings.Trim(p.mentioning(value), "<@&#>")
	default:
		return p.mentioning(value)
	}
}

// kindOf is the kind of an option in the menu.
func (p *play) kindOf(path []string, option string) int {
	for _, command := range p.w.server.Commands("") {
		if command.Name != path[0] {
			continue
		}
		options := command.Options
		for _, name := range append(slices.Clone(path[1:]), option) {
			at := slices.IndexFunc(options, func(o discordsrv.Option) bool { return o.Name == name })
			switch {
			case at < 0:
				return 0
			case name == option:
				return options[at].Type
			}
			options = options[at].Options
		}
	}
	return 0
}

// mentioning is a text with the mentions that people's clients make of names.
func (p *play) mentioning(said string) string {
	fields := strings.Fields(said)
	for i, word := range fields {
		name := strings.TrimRight(word[1:], ",.:?")
		rest := word[1+len(name):]
		switch {
		case word[0] == '#' && p.lookUp(word) != "":
			fields[i] = "<#" + p.lookUp(word) + ">"
		case word[0] == '@' && p.roles[name] != "":
			fields[i] = "<@&" + p.roles[name] + ">" + rest
		case word[0] == '@' && p.people[name].ID != "":
			fields[i] = "<@" + p.people[name].ID + ">" + rest
		}
	}
	return strings.Join(fields, " ")
}

// newest is the newest message of the bot's that somebody sees here, and that is as asked.
func (p *play) newest(who discordsrv.User, is func(discordsrv.Message) bool) (discordsrv.Message, bool) {
	for _, m := range slices.Backward(p.w.server.Sent(p.channel)) {
		if !m.Deleted && (m.Reader == "" || m.Reader == who.ID) && is(m) {
			return m, true
		}
	}
	return discordsrv.Message{}, false
}

// press has somebody press a button, or choose from a menu.
func (p *play) press(who discordsrv.User, label string) (string, error) {
	var control, value string
	m, ok := p.newest(who, func(m discordsrv.Message) bool {
		for _, c := range m.Buttons() {
			if plainSpaces(c.Label) == label {
				control, value = c.CustomID, ""
				return true
			}
			for _, o := range c.Options {
				if plainSpaces(o.Label) == label {
					control, value = c.CustomID, o.Value
					return true
				}
			}
		}
		return false
	})
	switch {
	case !ok:
		return "", fmt.Errorf("there is no %q", label)
	case value != "":
		return p.w.server.Select(m.ID, who.ID, control, value)
	}
	return p.w.server.Press(m.ID, who.ID, control)
}

// plainSpaces are words as they are typed here: French has spaces that do not break.
func plainSpaces(words string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(words)
}

func (p *play) know(name string, who discordsrv.User) {
	p.people[name] = who
	dm := p.w.server.AddDM(who.ID)
	p.places["dm "+name], p.names[dm.ID] = dm.ID, "dm "+name
}

func (p *play) person(name string) discordsrv.User {
	who, ok := p.people[name]
	if !ok {
		p.w.t.Fatalf("there is nobody called %q", name)
	}
	return who
}

// settle makes a channel the place where the conversation is.
func (p *play) settle(guild, name, id string) {
	full := guild + " " + name
	p.places[full], p.names[id] = id, full
	p.guild, p.channel = guild, id
}

// enter goes to a channel or a private chat.
func (p *play) enter(name string) {
	id := p.lookUp(name)
	if id == "" {
		p.w.t.Fatalf("there is no %q", name)
	}
	p.channel, p.guild = id, ""
	if guild, _, ok := strings.Cut(p.names[id], " #"); ok {
		p.guild = guild
	}
}

// lookUp is the id of a channel: of this guild, or of one that is named, or of the first one.
func (p *play) lookUp(name string) string {
	return cmp.Or(p.places[p.guild+" "+name], p.places[name], p.places["Drivers "+name])
}

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

// fieldsOf are the fields of a form, as in "who=lei jun; when=20:00".
func fieldsOf(said string) map[string]string {
	fields := map[string]string{}
	for field := range strings.SplitSeq(said, "; ") {
		name, value, _ := strings.Cut(field, "=")
		fields[name] = value
	}
	return fields
}
