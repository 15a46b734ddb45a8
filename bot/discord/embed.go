package discord

import (
	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// body lays the blocks of a post out in embeds, one where they fit: with fields if there are any, else as running text.
func (l layout) body(blocks []bot.Block) []*discordgo.MessageEmbed {
	s := sheet{layout: l, embed: &discordgo.MessageEmbed{}}
	for _, block := range blocks {
		s.block(block)
	}
	if s.finish() {
		return []*discordgo.MessageEmbed{s.embed}
	}
	return l.prose(blocks)
}

// prose is blocks one under another, fields in a line each, in as many embeds as they need.
func (l layout) prose(blocks []bot.Block) []*discordgo.MessageEmbed {
	stanzas := make([]stanza, 0, len(blocks))
	for _, block := range blocks {
		stanzas = append(stanzas, l.block(block))
	}
	all := []*discordgo.MessageEmbed{}
	for _, lines := range pack(stanzas, descriptionUnits) {
		all = append(all, &discordgo.MessageEmbed{Description: richText(lines)})
	}
	if len(all) == 0 {
		return []*discordgo.MessageEmbed{{}} // for a picture
	}
	return all
}

// sheet is an embed with fields. Discord draws the description above all fields, so that only what comes before the first of them is
// one: whatever follows is a field too, that the order stays. A list has its title as the name, and a paragraph has none: the
// empty line of it parts the paragraph from what is above, on a desktop, where short fields stand side by side, as on a phone, where
// all stand one under another. Fields in the description instead would be one dense column on both.
type sheet struct {
	layout

	embed *discordgo.MessageEmbed
	head  []stanza // before the first field
	loose []stanza // behind the last field
	named bool     // there is a field with a name of its own
}

// noName is the name of a field that has none, as Discord wants one.
const noName = "\u200b"

func (s *sheet) block(block bot.Block) {
	if fields, ok := block.(bot.Fields); ok {
		for _, f := range fields {
			s.field(f)
		}
		return
	}
	list, ok := block.(bot.List)
	if title := s.told(list.Title); ok && s.named && bot.Visible(title) && len(list.Items) > 0 {
		s.add(heading(title, nameUnits), s.items(list), false)
		return
	}
	s.put(s.layout.block(block))
}

func (s *sheet) field(f bot.Field) {
	name, value := s.told(f.Name), stanza{chunks: chunksOf(s.phrase(f.Value).inFull(), false)}
	if !bot.Visible(name) || !value.seen() {
		s.put(s.fieldLines(bot.Fields{f}))
		return
	}
	s.named = true
	s.add(heading(name, nameUnits), value, columnsOf(name) <= inlineColumns && value.short())
}

// put adds what has no name.
func (s *sheet) put(part stanza) {
	if s.named {
		s.loose = append(s.loose, part)
		return
	}
	s.head = append(s.head, part)
}

// add adds a field behind what is loose.
func (s *sheet) add(name string, value stanza, inline bool) {
	s.flush()
	s.embed.Fields = append(s.embed.Fields, &discordgo.MessageEmbedField{Name: name, Value: richText(value.lines()), Inline: inline})
}

// flush makes a field of what is loose.
func (s *sheet) flush() {
	loose := s.loose
	if s.loose = nil; len(loose) > 0 {
		s.add(noName, joined(loose), false)
	}
}

// finish reports whether all of it fits one embed with an author, a title and a footer, as fields.
func (s *sheet) finish() bool {
	s.flush()
	s.embed.Description = richText(joined(s.head).lines())
	total := inUnits(s.embed.Description)
	for _, f := range s.embed.Fields {
		if inUnits(f.Value) > valueUnits {
			return false
		}
		total += inUnits(f.Name) + inUnits(f.Value)
	}
	return s.named && len(s.embed.Fields) <= embedFields && total <= embedUnits-authorUnits-titleUnits-footerUnits &&
		inUnits(s.embed.Description) <= descriptionUnits
}

// inlineColumns is how wide a field may be that stands beside others: a desktop shows three in a row.
const inlineColumns = 24

// short says whether a stanza is one short line.
func (s stanza) short() bool {
	lines := s.lines()
	return len(lines) == 1 && lines[0].columns() <= inlineColumns
}

// columns is about how wide a line is. A timestamp is as wide as in English.
func (t textLine) columns() int {
	wide := map[string]int{weekdayClock: 30, dayClock: 20, timeClock: 5, relativeClock: 14}
	n := 0
	for _, p := range t {
		if p.look.clock != "" {
			n += wide[p.look.clock]
			continue
		}
		n += columnsOf(p.words)
	}
	return n
}

// lines are those of a stanza, one under another.
func (s stanza) lines() []textLine {
	var lines []textLine
	for _, chunk := range s.chunks {
		lines = append(lines, chunk...)
	}
	return trimmedLines(lines)
}

// seen says whether people see any of a stanza.
func (s stanza) seen() bool {
	for _, line := range s.lines() {
		if bot.Visible(line.plain()) {
			return true
		}
	}
	return false
}

// joined are stanzas as one, with their empty lines.
func joined(stanzas []stanza) stanza {
	var all stanza
	for i, s := range stanzas {
		if i > 0 && (s.roomy || stanzas[i-1].roomy) {
			all.chunks = append(all.chunks, []textLine{nil})
		}
		all.chunks = append(all.chunks, s.chunks...)
	}
	return all
}
