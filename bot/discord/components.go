package discord

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"boardcast/bot"
)

// What the controls under a message hold at most.
const (
	messageRows    = 5
	mostRowButtons = 5
	mostButtons    = 10 // beyond which a menu is clearer than a field of buttons
	menuOptions    = 25
	buttonLabel    = 80  // units
	optionLabel    = 100 // units
	customID       = 100 // units
)

// row is controls side by side.
type row struct {
	Type       discordgo.ComponentType `json:"type"`
	Components []control               `json:"components"`
}

// control is a button, or a menu with options.
type control struct {
	Type        discordgo.ComponentType `json:"type"`
	CustomID    string                  `json:"custom_id"`
	Style       discordgo.ButtonStyle   `json:"style,omitempty"`
	Label       string                  `json:"label,omitempty"`
	Placeholder string                  `json:"placeholder,omitempty"`
	Options     []option                `json:"options,omitempty"`
}

// option is one choice of a menu.
type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// components are the buttons of a post in rows, or in menus where they are many. Of those that say the same line only the first one is
// there, as Discord takes no two with one id; those for which five menus have no room are left out.
func (l layout) components(buttons []bot.Button) ([]row, error) {
	keys := make([]control, 0, len(buttons))
	for _, b := range buttons {
		if b.Command == "" {
			continue
		}
		data, err := dataOf(b.Command, l.keep)
		if err != nil {
			return []row{}, err
		}
		if slices.ContainsFunc(keys, func(key control) bool { return key.CustomID == data }) {
			continue
		}
		keys = append(keys, control{Type: discordgo.ButtonComponent, CustomID: data, Style: styleOf(b), Label: l.label(b)})
	}
	if len(keys) > mostButtons {
		return l.menus(keys), nil
	}
	return buttonRows(keys), nil
}

func styleOf(b bot.Button) discordgo.ButtonStyle {
	if b.Proposed {
		return discordgo.PrimaryButton
	}
	return discordgo.SecondaryButton
}

// label is what a button says; its line if that is nothing that can be seen.
func (l layout) label(b bot.Button) string {
	for _, words := range []string{l.voice.Plain(b.Label), b.Command} {
		if label := bot.Clean(words); bot.Visible(label) {
			return label
		}
	}
	return "…"
}

// dataOf is the custom id of a button that says a line: the line, or under what it is stored where it is too long, or would be taken
// for something else.
func dataOf(line string, keep func(line string) (string, error)) (string, error) {
	mark, line := cutMark(line)
	if line != "" && inUnits(mark+line) <= customID && utf8.ValidString(line) && !strings.ContainsRune(marks, rune(line[0])) {
		return mark + line, nil
	}
	name, err := keep(line)
	if err != nil {
		return "", fmt.Errorf("keep the line of a button: %w", err)
	}
	data := mark + storedMark + name
	if name == "" || inUnits(data) > customID {
		return "", fmt.Errorf("keep the line of a button: it was stored under %d bytes, not 1 to %d", len(name), customID-len(openMark+storedMark))
	}
	return data, nil
}

// Rows of buttons. Each is as wide as its label; a phone folds a row that is too wide for it, so that a row is what belongs together.
const (
	rowColumns  = 80
	buttonFrame = 4 // columns around a label
	rowButtons  = 3
)

// buttonRows puts buttons into rows: three in one where their labels are not long, or more where there would be too many rows.
func buttonRows(keys []control) []row {
	for i := range keys {
		keys[i].Label = shortened(keys[i].Label, buttonLabel)
	}
	rows := [][]control{}
	for _, key := range keys {
		last := len(rows) - 1
		if last < 0 || len(rows[last]) == rowButtons || !sideBySide(append(slices.Clip(rows[last]), key)) {
			rows = append(rows, []control{key})
			continue
		}
		rows[last] = append(rows[last], key)
	}
	if len(rows) > messageRows {
		rows = slices.Collect(slices.Chunk(keys, (len(keys)+messageRows-1)/messageRows))
	}
	return inRows(evened(rows))
}

// evened moves a button down to one that would stand alone under a full row.
func evened(rows [][]control) [][]control {
	last := len(rows) - 1
	if last < 1 || len(rows[last]) != 1 || len(rows[last-1]) < rowButtons {
		return rows
	}
	above := rows[last-1]
	pair := []control{above[len(above)-1], rows[last][0]}
	if sideBySide(pair) {
		rows[last-1], rows[last] = above[:len(above)-1], pair
	}
	return rows
}

// sideBySide says whether buttons have room in one row.
func sideBySide(keys []control) bool {
	columns := 0
	for _, key := range keys {
		columns += columnsOf(key.Label) + buttonFrame
	}
	return columns <= rowColumns
}

func inRows(rows [][]control) []row {
	all := make([]row, 0, len(rows))
	for _, controls := range rows {
		all = append(all, row{Type: discordgo.ActionsRowComponent, Components: controls})
	}
	return all
}

// menus are menus whose options say the lines of buttons.
func (l layout) menus(keys []control) []row {
	placeholder := l.told(bot.Say("discord.choose"))
	rows := [][]control{}
	for part := range slices.Chunk(keys[:min(len(keys), messageRows*menuOptions)], menuOptions) {
		menu := control{
			Type: discordgo.SelectMenuComponent, CustomID: menuMark + strconv.Itoa(len(rows)), Placeholder: placeholder,
			Options: make([]option, 0, len(part)),
		}
		for _, key := range part {
			menu.Options = append(menu.Options, option{Label: shortened(key.Label, optionLabel), Value: key.CustomID})
		}
		rows = append(rows, []control{menu})
	}
	return inRows(rows)
}
