package discord_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardcast/bot/bottest/discordsrv"
)

// looks is what was seen of a message already.
type looks struct {
	versions        int
	deleted, spread bool
}

// scene is something that the bot did and that is seen in a channel.
type scene struct {
	at      time.Time
	mark    string // before it, as [TestPlays] says
	channel string
	pings   discordsrv.Pings
	content discordsrv.Content
}

// tell writes what the bot did since the last time.
func (p *play) tell() {
	for _, s := range p.news() {
		p.show(s)
	}
	p.tellEvents()
	calls := p.w.server.Log()
	p.tellRefusals(calls[p.calls:])
	p.calls = len(calls)
}

// tellRefusals writes which requests were refused, and how often.
func (p *play) tellRefusals(calls []discordsrv.Call) {
	var order []string
	times := map[string]int{}
	for _, call := range calls {
		if call.Status < http.StatusBadRequest {
			continue
		}
		said := strings.TrimSpace(fmt.Sprintf("%s%s: %d %s", call.Method, p.refusedWhere(call), call.Status, call.Message))
		if times[said]++; times[said] == 1 {
			order = append(order, said)
		}
	}
	for _, said := range order {
		if times[said] > 1 {
			said += fmt.Sprintf(" (%d times)", times[said])
		}
		fmt.Fprintln(&p.out, "  ! "+said)
	}
}

// refusedWhere is what a refused request was about.
func (p *play) refusedWhere(call discordsrv.Call) string {
	what := " " + call.Route
	if call.Channel != "" && call.Channel != p.channel {
		what += " (" + p.placeName(call.Channel) + ")"
	}
	return what
}

// news is what the bot did since the last time, in all channels, in the order of time. What happens in the same instant, by several
// hands, has an order of its own here: this channel first, then what was there already, then what makes a sound.
func (p *play) news() []scene {
	var all []scene
	for _, id := range slices.Sorted(maps.Keys(p.names)) {
		for _, m := range p.w.server.Sent(id) {
			all = append(all, p.newsOf(m)...)
		}
	}
	slices.SortStableFunc(all, func(a, b scene) int {
		return cmp.Or(
			a.at.Compare(b.at), after(a.channel != p.channel, b.channel != p.channel), after(a.mark != "~", b.mark != "~"),
			after(a.mark == "<", b.mark == "<"), after(a.mark == ">>", b.mark == ">>"), cmp.Compare(len(b.content.Buttons()), len(a.content.Buttons())),
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
func (p *play) newsOf(m discordsrv.Message) []scene {
	var all []scene
	seen := p.seen[m.ID]
	versions := append(m.Earlier, m.Content)
	mark := "~"
	for i, content := range versions {
		if i < seen.versions {
			continue
		}
		if i == 0 {
			mark = p.markOf(m)
		}
		thinking := content.Text == "" && len(content.Embeds) == 0
		if thinking {
			mark += " …"
		}
		if i+1 < len(versions) && versions[i+1].At.Equal(content.At) {
			continue
		}
		all = append(all, scene{at: content.At, mark: mark, channel: m.Channel, pings: m.Pings, content: content})
		mark = "~"
	}
	if m.Crossposted && !seen.spread {
		all = append(all, scene{at: m.At, mark: ">>", channel: m.Channel, content: headOf(versions[0])})
	}
	if m.Deleted && !seen.deleted {
		all = append(all, scene{at: time.Now(), mark: "x", channel: m.Channel, content: headOf(m.Content)})
	}
	p.seen[m.ID] = looks{versions: len(versions), deleted: m.Deleted, spread: m.Crossposted}
	return all
}

// headOf is how a message begins.
func headOf(c discordsrv.Content) discordsrv.Content {
	first, _, _ := strings.Cut(c.Text, "\n")
	return discordsrv.Content{At: c.At, Text: first}
}

func (p *play) markOf(m discordsrv.Message) string {
	switch {
	case m.Reader != "":
		return "<~" + strings.TrimPrefix(p.placeName(p.w.server.AddDM(m.Reader).ID), "dm ")
	case m.Silent():
		return "<"
	}
	return "<!"
}

// show writes a scene.
func (p *play) show(s scene) {
	lines := strings.Split(p.plain(s.content.Text, s.content.At), "\n")
	first := append([]string{"  " + s.mark}, append(p.whereabouts(s), lines[0])...)
	fmt.Fprintln(&p.out, strings.TrimRight(strings.Join(first, " "), " "))
	for _, line := range lines[1:] {
		fmt.Fprintln(&p.out, strings.TrimRight("     "+line, " "))
	}
	for _, e := range s.content.Embeds {
		p.showEmbed(e, s.content)
	}
	for _, c := range s.content.Buttons() {
		if c.Type == discordsrv.Button {
			fmt.Fprintf(&p.out, "   [%s] %s\n", c.Label, p.plain(c.CustomID, s.at))
			continue
		}
		fmt.Fprintf(&p.out, "   [%s] %s\n", c.Placeholder, c.CustomID)
		for _, o := range c.Options {
			fmt.Fprintf(&p.out, "   ▾ %s: %s\n", o.Label, p.plain(o.Value, s.at))
		}
	}
}

// showEmbed writes what stands in an embed.
func (p *play) showEmbed(e discordsrv.Embed, c discordsrv.Content) {
	var parts []string
	if e.Color != 0 {
		parts = append(parts, "("+colourName(e.Color)+")")
	}
	if e.Author != nil {
		parts = append(parts, e.Author.Name)
	}
	p.bar(strings.Join(parts, " "), c.At, false)
	if e.Title != "" {
		p.bar("**"+e.Title+"**", c.At, false)
	}
	p.bar(e.Description, c.At, false)
	for _, f := range e.Fields {
		name := f.Name + ": "
		switch {
		case f.Name == "\u200b":
			name = "- : "
		case f.Inline:
			name = "· " + name
		}
		if strings.Contains(f.Value, "\n") {
			name += "\n"
		}
		p.bar(name+f.Value, c.At, true)
	}
	if e.Image != nil {
		about := []string{"picture " + e.Image.URL}
		for _, f := range c.Files {
			about = append(about, f.Description)
		}
		p.bar("("+strings.Join(about, ": ")+")", c.At, false)
	}
	if e.Footer != nil {
		p.bar("_"+e.Footer.Text+"_", c.At, false)
	}
}

// bar writes lines behind a bar, those behind the first one further in if they belong to it.
func (p *play) bar(text string, at time.Time, hanging bool) {
	if text == "" {
		return
	}
	for i, line := range strings.Split(p.plain(text, at), "\n") {
		if hanging && i > 0 {
			line = "  " + line
		}
		fmt.Fprintln(&p.out, strings.TrimRight("   | "+line, " "))
	}
}

func colourName(colour int) string {
	names := map[int]string{0x4A90E2: "blue", 0xE5383B: "red", 0x8E9297: "grey", 0xE8A33D: "amber"}
	return cmp.Or(names[colour], fmt.Sprintf("#%06X", colour))
}

// whereabouts is where and when a scene is, if that is not here and now, and whom it pings.
func (p *play) whereabouts(s scene) []string {
	var parts []string
	if s.channel != p.channel {
		parts = append(parts, p.placeName(s.channel))
	}
	if p.clocks {
		parts = append(parts, s.at.In(p.zone).Format("15:04"))
	}
	if strings.HasPrefix(s.mark, "<") && !s.pings.None() {
		parts = append(parts, "pings "+strings.Join(p.pinged(s.pings), " "))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"(" + strings.Join(parts, ", ") + ")"}
}

func (p *play) pinged(pings discordsrv.Pings) []string {
	var names []string
	for _, id := range pings.Users {
		names = append(names, p.mentioned("@", id))
	}
	for _, id := range pings.Roles {
		names = append(names, p.mentioned("@&", id))
	}
	if pings.Everyone {
		names = append(names, "@everyone")
	}
	return names
}

// placeName is a channel's name, with its server if that is another.
func (p *play) placeName(id string) string {
	return strings.TrimPrefix(cmp.Or(p.names[id], id), p.guild+" ")
}

// marked is what Discord shows in another way than it is written: mentions and times.
var marked = regexp.MustCompile(`<(@&|@!?|#)([0-9]+)>|<t:(-?[0-9]+)(?::([tTdDfFR]))?>`)

// plain is a text with names for its mentions and times by Beijing's clocks, as they are read at a time.
func (p *play) plain(text string, at time.Time) string {
	text = strings.ReplaceAll(text, "\u2060", "") // which nobody sees
	return marked.ReplaceAllStringFunc(text, func(found string) string {
		parts := marked.FindStringSubmatch(found)
		if parts[3] == "" {
			return "⟨" + p.mentioned(parts[1], parts[2]) + "⟩"
		}
		unix, err := strconv.ParseInt(parts[3], 10, 64)
		if err != nil {
			return found
		}
		return "{" + p.clock(time.Unix(unix, 0), parts[4], at) + "}"
	})
}

// mentioned is the name of whom or what a mention means.
func (p *play) mentioned(sign, id string) string {
	if sign == "#" {
		return p.placeName(id)
	}
	for name, role := range p.roles {
		if sign == "@&" && role == id {
			return "@" + name
		}
	}
	for name, who := range p.people {
		if who.ID == id {
			return "@" + name
		}
	}
	return sign + id
}

// clock is a time as Discord shows it in one of its styles, in Beijing.
func (p *play) clock(t time.Time, style string, now time.Time) string {
	switch style {
	case "R":
		return relative(t.Sub(now))
	case "t":
		return t.In(p.zone).Format("15:04")
	case "d", "D":
		return t.In(p.zone).Format("2 Jan")
	case "F":
		return t.In(p.zone).Format("Mon 2 Jan, 15:04")
	}
	return t.In(p.zone).Format("2 Jan, 15:04")
}

// relative is how Discord says how far off a time is.
func relative(d time.Duration) string {
	units := []struct {
		name      string
		one, from time.Duration
	}{
		{"day", 24 * time.Hour, 22 * time.Hour},
		{"hour", time.Hour, 45 * time.Minute},
		{"minute", time.Minute, 45 * time.Second},
		{"second", time.Second, time.Second},
	}
	said := "now"
	for _, unit := range units {
		if d.Abs() < unit.from {
			continue
		}
		n := max(1, int(math.Round(d.Abs().Seconds()/unit.one.Seconds())))
		said = strconv.Itoa(n) + " " + unit.name
		if n > 1 {
			said += "s"
		}
		break
	}
	switch {
	case said == "now":
		return said
	case d < 0:
		return said + " ago"
	}
	return "in " + said
}

// showForm writes a form.
func (p *play) showForm(m *discordsrv.Modal) {
	fmt.Fprintf(&p.out, "  [] %s\n", m.Title)
	for _, row := range m.Components {
		for _, field := range row.Components {
			line := "   " + field.CustomID + " · " + field.Label
			if field.Placeholder != "" {
				line += " (" + field.Placeholder + ")"
			}
			if field.Required != nil && !*field.Required {
				line += " optional"
			}
			if field.Value != "" {
				line += " = " + field.Value
			}
			fmt.Fprintln(&p.out, line)
		}
	}
}

// showChoices writes what may be meant by what is typed.
func (p *play) showChoices(choices []discordsrv.Choice) {
	if len(choices) == 0 {
		fmt.Fprintln(&p.out, "  ? (nothing)")
	}
	for _, c := range choices {
		line := "  ? " + c.Name
		if value := fmt.Sprint(c.Value); value != c.Name {
			line += ": " + value
		}
		fmt.Fprintln(&p.out, line)
	}
}

// tellEvents writes what is new in the calendars of servers.
func (p *play) tellEvents() {
	states := map[int]string{
		discordsrv.EventScheduled: "scheduled", discordsrv.EventActive: "active", discordsrv.EventCompleted: "completed",
		discordsrv.EventCanceled: "cancelled",
	}
	for _, g := range p.guilds {
		for _, e := range p.w.server.Events(g.ID) {
			if p.events[e.ID] == e {
				continue
			}
			p.events[e.ID] = e
			state := states[e.Status]
			if e.Deleted {
				state = "deleted"
			}
			from, to := e.Starts.In(p.zone).Format("Mon 2 Jan, 15:04"), e.Ends.In(p.zone).Format("15:04")
			fmt.Fprintf(&p.out, "  o (%s) %s\n   | %s to %s, %s\n", state, e.Name, from, to, e.Location)
			p.bar(e.Description, time.Now(), false)
		}
	}
}
