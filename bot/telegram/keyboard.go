package telegram

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"boardcast/bot"
)

// inlineKeyboard is buttons under a message.
type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

// inlineButton says a line, or opens an address.
type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// The bounds of a keyboard.
const (
	maxButtons = 100
	maxData    = 64 // bytes
	maxLabel   = 64 // characters, beyond which a phone shows none
	rowColumns = 34
	rowButtons = 3
)

// keyboard is buttons as a phone has room for them, in rows. Where username is set, a reminder is set in the presser's own chat with
// the bot of that name.
func (a *Adapter) keyboard(ctx context.Context, voice bot.Voice, buttons []bot.Button, username string) (*inlineKeyboard, error) {
	keys := &inlineKeyboard{}
	for _, b := range buttons[:min(len(buttons), maxButtons)] {
		key, err := a.button(ctx, voice, b, username)
		if err != nil {
			return nil, err
		}
		keys.add(key)
	}
	return keys, nil
}

// add puts a button into the last row if it fits there.
func (k *inlineKeyboard) add(key inlineButton) {
	last := len(k.Rows) - 1
	if last < 0 || len(k.Rows[last]) == rowButtons {
		k.Rows = append(k.Rows, []inlineButton{key})
		return
	}
	// Telegram gives the buttons of a row the same width.
	const frame = 3
	widest := columns(key.Text)
	for _, other := range k.Rows[last] {
		widest = max(widest, columns(other.Text))
	}
	if (widest+frame)*(len(k.Rows[last])+1) > rowColumns {
		k.Rows = append(k.Rows, []inlineButton{key})
		return
	}
	k.Rows[last] = append(k.Rows[last], key)
}

func (a *Adapter) button(ctx context.Context, voice bot.Voice, b bot.Button, username string) (inlineButton, error) {
	key := inlineButton{Text: cut(clean(voice.Plain(b.Label)), maxLabel)}
	if strings.TrimSpace(key.Text) == "" {
		key.Text = "…"
	}
	if link, ok := deepLink(username, b.Command); ok {
		key.URL = link
		return key, nil
	}
	mark, line := "", b.Command
	if rest, ok := strings.CutPrefix(line, openMark); ok {
		mark, line = openMark, rest
	}
	if len(mark+line) <= maxData {
		key.Data = mark + line
		return key, nil
	}
	name, err := a.cfg.Keep(ctx, line)
	if err != nil {
		return key, fmt.Errorf("keep the line of a button: %w", err)
	}
	key.Data = mark + keptMark + name
	return key, nil
}

// followed begins what a link to the bot says of whom or what somebody wants to be reminded.
const followed = "w_"

// reminding is a line that sets a reminder of one thing, which its id names.
var reminding = regexp.MustCompile(`^/remind ([A-Za-z0-9_-]{1,62})$`)

// deepLink is the address that opens the presser's own chat with the bot and says a line there; false if there is none for it.
func deepLink(username, line string) (string, bool) {
	found := reminding.FindStringSubmatch(line)
	if username == "" || found == nil {
		return "", false
	}
	return "https://t.me/" + username + "?start=" + followed + found[1], true
}

// fromDeepLink is the line that such an address says.
func fromDeepLink(payload string) (string, bool) {
	about, ok := strings.CutPrefix(payload, followed)
	line := "/remind " + about
	return line, ok && reminding.MatchString(line)
}
