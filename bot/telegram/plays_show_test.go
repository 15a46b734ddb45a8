package telegram_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"boardcast/bot/bottest/telegramsrv"
)

// looks is what was seen of a message already.
type looks struct {
	versions int
	deleted  bool
}

// scene is something that the bot did and that is seen in a chat.
type scene struct {
	at      time.Time
	mark    string // before it, as [TestPlays] says
	chat    int64
	thread  int
	content telegramsrv.Content
}

// tell writes what the bot did since the last time.
func (p *play) tell() {
	for _, s := range p.news() {
		p.show(s)
	}
	calls := p.w.server.Log()
	for _, call := range calls[p.calls:] {
		if call.Code >= http.StatusBadRequest {
			fmt.Fprintf(&p.out, "  ! %s: %d %s\n", call.Method, call.Code, call.Description)
		}
	}
	p.calls = len(calls)
}

// news is what the bot did since the last time, in all chats, in the order of time. What happens in the same instant, by several
// hands, has an order of its own here: this chat first, then what was there already, then what makes a sound.
func (p *play) news() []scene {
	var all []scene
	for _, id := range slices.Sorted(maps.Keys(p.names)) {
		for i, m := range p.w.server.Sent(id) {
			if i >= len(p.seen[id]) {
				p.seen[id] = append(p.seen[id], looks{})
			}
			all = append(all, p.newsOf(m, &p.seen[id][i])...)
		}
	}
	slices.SortStableFunc(all, func(a, b scene) int {
		return cmp.Or(
			a.at.Compare(b.at), after(a.chat != p.chat, b.chat != p.chat), after(a.mark != "~", b.mark != "~"),
			after(a.mark == "<", b.mark == "<"), cmp.Compare(len(b.content.Markup.Buttons()), len(a.content.Markup.Buttons())),
			cmp.Compare(a.content.Text, b.content.Text),
		)
	})
	return all
}

// after orders those for which something holds behind the others.
func after(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// newsOf is what is new about a message: of what it showed in one instant, what it showed last.
func (p *play) newsOf(m telegramsrv.Message, seen *looks) []scene {
	var all []scene
	versions := append(m.Earlier, m.Content)
	mark := "~"
	for i, content := range versions {
		if i < seen.versions {
			continue
		}
		if i == 0 {
			mark = p.markOf(m)
		}
		if i+1 < len(versions) && versions[i+1].At.Equal(content.At) {
			continue
		}
		all = append(all, scene{at: content.At, mark: mark, chat: m.Chat, thread: m.Thread, content: content})
		mark = "~"
	}
	if m.Deleted && !seen.deleted {
		gone := telegramsrv.Content{Text: headline(m)}
		all = append(all, scene{at: time.Now(), mark: "x", chat: m.Chat, thread: m.Thread, content: gone})
	}
	*seen = looks{versions: len(versions), deleted: m.Deleted}
	return all
}

func (p *play) markOf(m telegramsrv.Message) string {
	switch {
	case m.Receiver != 0:
		return "<~" + p.names[m.Receiver]
	case m.Silent:
		return "<"
	}
	return "<!"
}

// show writes a scene.
func (p *play) show(s scene) {
	lines := strings.Split(plainLooks(s.content), "\n")
	fmt.Fprintln(&p.out, strings.Join(append([]string{"  " + s.mark}, append(p.whereabouts(s), lines[0])...), " "))
	for _, line := range lines[1:] {
		fmt.Fprintln(&p.out, strings.TrimRight("   | "+line, " "))
	}
	if s.content.Markup == nil {
		return
	}
	for _, b := range s.content.Markup.Buttons() {
		fmt.Fprintf(&p.out, "   [%s] %s\n", b.Text, cmp.Or(b.Data, b.URL))
	}
	if f := s.content.Markup.ForceReply; f != nil {
		fmt.Fprintf(&p.out, "   [reply] %s\n", f.Placeholder)
	}
}

// whereabouts is where and when a scene is, if that is not here and now.
func (p *play) whereabouts(s scene) []string {
	var parts []string
	if s.chat != p.chat || s.thread != p.topic {
		parts = append(parts, p.placeOf(s))
	}
	if p.clocks {
		parts = append(parts, s.at.In(p.zone).Format("15:04"))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"(" + strings.Join(parts, ", ") + ")"}
}

func (p *play) placeOf(s scene) string {
	for topic, thread := range p.topics[s.chat] {
		if thread == s.thread {
			return p.names[s.chat] + " / " + topic
		}
	}
	return p.names[s.chat]
}

// plainLooks is a text with signs for how its parts look.
func plainLooks(c telegramsrv.Content) string {
	units := utf16.Encode([]rune(c.Text))
	before, after := make([]string, len(units)+1), make([]string, len(units)+1)
	for _, e := range joined(c.Entities) {
		open, shut := signsOf(e)
		before[e.Offset] += open
		after[e.Offset+e.Length] = shut + after[e.Offset+e.Length]
	}
	var b strings.Builder
	if c.Photo != nil {
		b.WriteString("(picture " + strconv.Itoa(c.Photo.Width) + "×" + strconv.Itoa(c.Photo.Height) + ") ")
	}
	at := 0
	for _, r := range c.Text {
		b.WriteString(after[at] + before[at])
		if r != '\u2060' { // which nobody sees
			b.WriteRune(r)
		}
		at += utf16.RuneLen(r)
	}
	b.WriteString(after[at])
	return b.String()
}

// joined are entities with those as one that touch and look the same, the longer ones first.
func joined(entities []telegramsrv.Entity) []telegramsrv.Entity {
	var all []telegramsrv.Entity
	for _, e := range entities {
		at := slices.IndexFunc(all, func(before telegramsrv.Entity) bool {
			return before.Type == e.Type && before.Offset+before.Length == e.Offset && (e.Type == "bold" || e.Type == "italic")
		})
		if at < 0 {
			all = append(all, e)
			continue
		}
		all[at].Length += e.Length
	}
	slices.SortStableFunc(all, func(a, b telegramsrv.Entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
	})
	return all
}

func signsOf(e telegramsrv.Entity) (open, shut string) {
	switch e.Type {
	case "bold":
		return "**", "**"
	case "italic":
		return "_", "_"
	case "code":
		return "`", "`"
	case "pre":
		return "```\n", "\n```"
	case "text_link":
		return "[", "](" + e.URL + ")"
	case "date_time":
		return "{", "}"
	case "bot_command":
		return "", ""
	}
	return "⟨", "⟩"
}
