package discord

import (
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// plainer are ways to say a draft that need fewer and fewer rights in a channel: as it is, without its picture, and in words alone.
func (d draft) plainer() []draft {
	all := []draft{d}
	if d.Image != nil {
		d.Image, d.Attachments = nil, []attachment{}
		d.Embeds = slices.Clone(d.Embeds)
		for i, e := range d.Embeds {
			bare := *e
			bare.Image = nil
			d.Embeds[i] = &bare
		}
		all = append(all, d)
	}
	if len(d.Embeds) > 0 {
		all = append(all, d.inWords())
	}
	return all
}

// inWords is a draft whose embeds are lines below what else it says, as far as there is room for them.
func (d draft) inWords() draft {
	lines := []string{d.Content}
	for _, e := range d.Embeds {
		lines = append(lines, wordsOfEmbed(e)...)
	}
	d.Content, d.Embeds = "", []*discordgo.MessageEmbed{}
	for _, line := range lines {
		longer := strings.TrimPrefix(d.Content+"\n"+line, "\n")
		if inUnits(longer) > contentUnits {
			break
		}
		d.Content = longer
	}
	return d
}

// wordsOfEmbed are the lines of an embed, but for what its message says besides: whom it is about, and its title.
func wordsOfEmbed(e *discordgo.MessageEmbed) []string {
	var lines []string
	add := func(words string) {
		if words != "" {
			lines = append(lines, strings.Split(words, "\n")...)
		}
	}
	add(e.Description)
	for _, f := range e.Fields {
		switch {
		case f.Name == noName:
			add(f.Value)
		case strings.Contains(f.Value, "\n"):
			add("**" + f.Name + "**\n" + f.Value)
		default:
			add("**" + f.Name + "** " + f.Value)
		}
	}
	if e.Footer != nil {
		add(plainText([]textLine{append(markupLine(smallMark), piece{words: e.Footer.Text})}))
	}
	return lines
}
