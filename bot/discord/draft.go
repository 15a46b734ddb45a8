package discord

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// What a message holds at most, in units of UTF-16 to be sure.
const (
	contentUnits     = 2000
	authorUnits      = 256
	titleUnits       = 256
	descriptionUnits = 4096
	nameUnits        = 256
	valueUnits       = 1024
	embedUnits       = 6000
	embedFields      = 25
	altUnits         = 1024
	// footerUnits is less than Discord takes, so that an embed with all of its parts stays within embedUnits.
	footerUnits = 1024
)

// draft is a message as Discord takes it, to be marshalled as JSON. It says all that the message has, and so an edit takes away what
// was there before.
type draft struct {
	Content         string                    `json:"content"`
	Embeds          []*discordgo.MessageEmbed `json:"embeds"`
	Components      []row                     `json:"components"`
	Attachments     []attachment              `json:"attachments"`
	AllowedMentions allowedMentions           `json:"allowed_mentions"`
	Flags           discordgo.MessageFlags    `json:"flags,omitempty"`
	// Image is the file that goes with the message as files[0], under imageName; nil without one.
	Image *bot.Image `json:"-"`
}

// attachment describes a file that goes with a message.
type attachment struct {
	ID          int    `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"` // for those who do not see it
}

// imageName is that of the file of a picture.
const imageName = "boardcast.png"

// allowedMentions are those who are pinged, whatever the words of a message are. None of the lists is null, which would be all.
type allowedMentions struct {
	Parse []string `json:"parse"`
	Roles []string `json:"roles"`
	Users []string `json:"users"`
}

// silent makes a message that rings nowhere.
const silent = discordgo.MessageFlagsSuppressNotifications

// drafts are a post as Discord takes it: one message, or several where it is too long for one. Whom it mentions is in the first one,
// its picture and buttons are under the last.
func (l layout) drafts(p bot.Post) ([]draft, error) {
	l = l.readBy(p)
	p.Body = slices.DeleteFunc(slices.Clone(p.Body), func(b bot.Block) bool { return !l.block(b).seen() })
	all := l.contents(p)
	for i, e := range l.embeds(p) {
		if i > 0 || len(all) == 0 {
			all = append(all, newDraft())
		}
		all[len(all)-1].Embeds = append(all[len(all)-1].Embeds, e)
	}
	if len(all) == 0 {
		all = append(all, newDraft())
		all[0].Content = "…" // Discord takes no empty message.
	}
	for i := range all {
		if p.Silent {
			all[i].Flags |= silent
		}
	}
	last := &all[len(all)-1]
	if p.Image != nil {
		last.Image = p.Image
		last.Attachments = append(last.Attachments, attachment{Filename: imageName, Description: shortened(l.told(p.Headline), altUnits)})
	}
	var err error
	last.Components, err = l.components(p.Buttons)
	return all, err
}

func newDraft() draft {
	return draft{
		Embeds: []*discordgo.MessageEmbed{}, Components: []row{}, Attachments: []attachment{},
		AllowedMentions: allowedMentions{Parse: []string{}, Roles: []string{}, Users: []string{}},
	}
}

// contents are messages of the words outside of embeds: all that a phone's push shows. Where nothing else is said, the footer stands
// there too, in small letters.
func (l layout) contents(p bot.Post) []draft {
	headline := l.toldLine(p.Headline)
	if called := mentionLine(p.Mentions); len(called) > 0 {
		headline = append(append(called, piece{words: " "}), headline...)
	}
	other := l
	other.voice.Locale = p.Also.Locale
	lines := []textLine{headline.trimmed(), other.toldLine(p.Also.Text)}
	if footer := l.toldLine(p.Footer); len(footer) > 0 && !embedded(p) {
		lines = append(lines, append(markupLine(smallMark), footer...))
	}
	lines = slices.DeleteFunc(lines, func(line textLine) bool { return len(line) == 0 })
	var all []draft
	for _, lines := range pack([]stanza{{chunks: [][]textLine{lines}}}, contentUnits) {
		d := newDraft()
		d.Content = plainText(lines)
		all = append(all, d)
	}
	if len(all) > 0 {
		all[0].AllowedMentions.allow(p.Mentions)
	}
	return all
}

// embedded says whether a post says more than its headline.
func embedded(p bot.Post) bool { return len(p.Body) > 0 || p.Image != nil }

// mention is whom Discord pings: a person, or those of a role.
var mention = regexp.MustCompile(`^<@(&?)!?([0-9]{1,20})>$`)

// mentionLine is those whom a post mentions. What is no mention of a person or a role, such as "@everyone", is words.
func mentionLine(mentions []string) textLine {
	var line textLine
	for _, m := range mentions {
		if len(line) > 0 {
			line = append(line, piece{words: " "})
		}
		called := strings.ReplaceAll(bot.Tidy(m), "\n", " ")
		line = append(line, piece{called, look{markup: mention.MatchString(called)}})
	}
	return line
}

// allow lets those whom a post mentions be pinged.
func (a *allowedMentions) allow(mentions []string) {
	for _, m := range mentions {
		found := mention.FindStringSubmatch(bot.Tidy(m))
		switch {
		case found == nil:
		case found[1] != "":
			a.Roles = append(a.Roles, found[2])
		default:
			a.Users = append(a.Users, found[2])
		}
	}
	slices.Sort(a.Roles)
	slices.Sort(a.Users)
	a.Roles, a.Users = slices.Compact(a.Roles), slices.Compact(a.Users)
}

// embeds are what a post says besides its headline, each for a message of its own. The first one says whom and what it is about, the
// last one where it is known from.
func (l layout) embeds(p bot.Post) []*discordgo.MessageEmbed {
	if !embedded(p) {
		return nil
	}
	footer := l.told(p.Footer)
	if inUnits(footer) > footerUnits {
		footer = ""
		p.Body = append(slices.Clip(p.Body), bot.Paragraph{Text: p.Footer.With(bot.Faint)})
	}
	all := l.body(p.Body)
	for _, e := range all {
		e.Color = colours()[p.Accent]
	}
	first, last := all[0], all[len(all)-1]
	headline := l.told(p.Headline)
	if author := l.told(p.Author); author != headline && bot.Visible(author) {
		first.Author = &discordgo.MessageEmbedAuthor{Name: shortened(author, authorUnits)}
	}
	if title := l.told(p.Title); title != headline && bot.Visible(title) {
		first.Title = heading(title, titleUnits)
	}
	if bot.Visible(footer) {
		last.Footer = &discordgo.MessageEmbedFooter{Text: footer}
	}
	if p.Image != nil {
		last.Image = &discordgo.MessageEmbedImage{URL: "attachment://" + imageName}
	}
	return all
}

// heading is words where Discord reads some markup, of at most so many units.
func heading(words string, units int) string {
	line := textLine{{words: words}}
	if line.bulk() <= units {
		return plainText([]textLine{line})
	}
	head, _ := line.cut(units-inUnits("…"), true)
	return plainText([]textLine{head}) + "…"
}

// colours are those of the edge of an embed. Without one Discord draws it in the colour of the page.
func colours() map[bot.Accent]int {
	return map[bot.Accent]int{
		bot.ComingAccent: 0x4A90E2, // a calm blue
		bot.LiveAccent:   0xE5383B, // red
		bot.PastAccent:   0x8E9297, // grey
		bot.OffAccent:    0xE8A33D, // amber
	}
}
