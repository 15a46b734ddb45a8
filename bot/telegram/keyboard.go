package telegram

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"boardcast/bot"
)

// inlineKeyboard is the buttons under a message.
type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

// inlineButton does one of two things: it says its Data to the bot, or opens an address.
type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// What a keyboard holds.
const (
	keyboardButtons = 100
	buttonData      = 64 // bytes
	buttonLabel     = 64 // characters
	// storedMark begins the data of a button whose line is stored under what follows, and openMark, before that, that of one that
	// shows the answer to all.
	storedMark = "~"
	openMark   = "!"
)

// keyboardFor is what a keyboard depends on besides its buttons.
type keyboardFor struct {
	voice    bot.Voice
	shared   bool   // the chat is not private: a reminder is set in the presser's own chat
	username string // of the bot, without "@"
	// keep stores a line that is too long for a button, and returns under what.
	keep func(line string) (string, error)
}

// keyboard is buttons in rows, for a phone. It is empty without buttons; those after the hundredth are left out, as Telegram takes
// no more.
func keyboard(buttons []bot.Button, k keyboardFor) (inlineKeyboard, error) {
	if k.voice.Zone == nil {
		k.voice.Zone = time.UTC
	}
	keys := make([]inlineButton, 0, len(buttons))
	for _, b := range buttons {
		if b.Command == "" || len(keys) == keyboardButtons {
			continue
		}
		key, err := k.button(b)
		if err != nil {
			return inlineKeyboard{}, err
		}
		keys = append(keys, key)
	}
	return inlineKeyboard{Rows: keyRows(keys)}, nil
}

func (k keyboardFor) button(b bot.Button) (inlineButton, error) {
	key := inlineButton{Text: k.label(b)}
	if k.shared {
		if link, ok := deepLink(k.username, b.Command); ok {
			key.URL = link
			return key, nil
		}
	}
	data, err := k.data(b.Command)
	key.Data = data
	return key, err
}

// label is what a button says; its line if that is nothing that can be seen.
func (k keyboardFor) label(b bot.Button) string {
	for _, words := range []string{k.voice.Plain(b.Label), b.Command} {
		if label := bot.Clean(words); bot.Visible(label) {
			return cutLabel(label)
		}
	}
	return "…"
}

// cutLabel is at most 64 characters of a label.
func cutLabel(label string) string {
	runes := []rune(label)
	if len(runes) <= buttonLabel {
		return label
	}
	return strings.TrimSpace(string(runes[:buttonLabel-1])) + "…"
}

// data is what a button says when it is pressed: its line, or under what that is stored.
func (k keyboardFor) data(line string) (string, error) {
	if rest, open := strings.CutPrefix(line, openMark); open {
		return k.dataWithin(rest, openMark)
	}
	return k.dataWithin(line, "")
}

// dataWithin is data behind a mark.
func (k keyboardFor) dataWithin(line, mark string) (string, error) {
	if len(mark+line) <= buttonData && utf8.ValidString(line) && !strings.HasPrefix(line, storedMark) {
		return mark + line, nil
	}
	hash, err := k.keep(line)
	if err != nil {
		return "", fmt.Errorf("keep the line of a button: %w", err)
	}
	data := mark + storedMark + hash
	if hash == "" || len(data) > buttonData {
		return "", fmt.Errorf("keep the line of a button: it was stored under %d bytes, not 1 to %d", len(hash), buttonData-len(openMark+storedMark))
	}
	return data, nil
}

// Rows of buttons. Those of a row are equally wide, so the longest label decides.
const (
	keyboardColumns = 36 // that a phone shows in a row
	buttonFrame     = 3  // columns around a label
	rowButtons      = 3
	mostRowButtons  = 8
	seenRows        = 8 // beyond which a keyboard hides the message above it
)

// keyRows puts buttons into rows: three in one where their labels are short, or more where there would be too many rows.
func keyRows(keys []inlineButton) [][]inlineButton {
	rows := rowsOf(keys, rowButtons)
	for n := rowButtons + 1; len(rows) > seenRows && n <= mostRowButtons; n++ {
		rows = rowsOf(keys, n)
	}
	return evened(rows)
}

func rowsOf(keys []inlineButton, most int) [][]inlineButton {
	var rows [][]inlineButton
	for _, key := range keys {
		last := len(rows) - 1
		if last < 0 || len(rows[last]) == most || !sideBySide(append(rows[last], key)) {
			rows = append(rows, []inlineButton{key})
			continue
		}
		rows[last] = append(rows[last], key)
	}
	return rows
}

// evened moves a button down to one that would stand alone under a full row.
func evened(rows [][]inlineButton) [][]inlineButton {
	last := len(rows) - 1
	if last < 1 || len(rows[last]) != 1 || len(rows[last-1]) < rowButtons {
		return rows
	}
	above := rows[last-1]
	pair := []inlineButton{above[len(above)-1], rows[last][0]}
	if sideBySide(pair) {
		rows[last-1], rows[last] = above[:len(above)-1], pair
	}
	return rows
}

// sideBySide says whether buttons have room in one row.
func sideBySide(row []inlineButton) bool {
	widest := 0
	for _, key := range row {
		widest = max(widest, columnsOf(key.Text))
	}
	return len(row)*(widest+buttonFrame) <= keyboardColumns
}

// remindPayload begins what a link to the bot says of whom or what somebody wants to be reminded.
const remindPayload = "w_"

// remindLine is a line that sets a reminder of one thing, by its id. Behind its mark that makes at most 64 characters, as a link
// has them.
var remindLine = regexp.MustCompile(`^/remind ([A-Za-z0-9_-]{1,62})$`)

// deepLink is the address that opens the presser's own chat with the bot and says a line there. Only a reminder of one thing has
// one.
func deepLink(username, line string) (address string, ok bool) {
	found := remindLine.FindStringSubmatch(line)
	if found == nil || username == "" {
		return "", false
	}
	return "https://t.me/" + username + "?start=" + remindPayload + found[1], true
}

// fromDeepLink is the line that such an address says, by what stands behind "start=" in it.
func fromDeepLink(payload string) (line string, ok bool) {
	about, marked := strings.CutPrefix(payload, remindPayload)
	if line = "/remind " + about; !marked || !remindLine.MatchString(line) {
		return "", false
	}
	return line, true
}
