package telegramsrv

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The limits of keyboards.
const (
	maxButtons     = 100
	maxRow         = 8
	maxData        = 64 // bytes
	maxPlaceholder = 64 // characters
)

// Markup is what stands under a message, or what it asks the client to show.
type Markup struct {
	Rows       [][]Button // of an inline keyboard
	ForceReply *ForceReply
	Other      string // a reply keyboard, or its removal, as JSON
	raw        json.RawMessage
}

// Button is one of an inline keyboard.
type Button struct {
	Text        string
	Data        string // callback_data
	URL         string
	Query       *string // switch_inline_query
	QueryHere   *string // switch_inline_query_current_chat
	CopiedText  string  // copy_text
	WebApp, Pay bool
}

// ForceReply has the client open a reply.
type ForceReply struct {
	Placeholder string
	Selective   bool
}

// Buttons are all of a keyboard, row by row.
func (m *Markup) Buttons() []Button {
	var all []Button
	if m == nil {
		return nil
	}
	for _, row := range m.Rows {
		all = append(all, row...)
	}
	return all
}

type buttonJSON struct {
	Text      string  `json:"text"`
	Data      *string `json:"callback_data"`
	URL       *string `json:"url"`
	Query     *string `json:"switch_inline_query"`
	QueryHere *string `json:"switch_inline_query_current_chat"`
	Copy      *struct {
		Text string `json:"text"`
	} `json:"copy_text"`
	WebApp json.RawMessage `json:"web_app"`
	Login  json.RawMessage `json:"login_url"`
	Pay    bool            `json:"pay"`
}

type markupJSON struct {
	Inline      *[][]buttonJSON `json:"inline_keyboard"`
	ForceReply  bool            `json:"force_reply"`
	Placeholder *string         `json:"input_field_placeholder"`
	Selective   bool            `json:"selective"`
	Keyboard    json.RawMessage `json:"keyboard"`
	Remove      bool            `json:"remove_keyboard"`
}

// markup reads reply_markup; nil if there is none.
func (p params) markup() (*Markup, error) {
	raw := strings.TrimSpace(p.text("reply_markup"))
	if raw == "" || raw == "null" {
		return nil, nil //nolint:nilnil // No markup is no error.
	}
	return readMarkup(json.RawMessage(raw))
}

func readMarkup(raw json.RawMessage) (*Markup, error) {
	var read markupJSON
	if err := json.Unmarshal(raw, &read); err != nil {
		return nil, badRequest("can't parse reply keyboard markup JSON object")
	}
	m := &Markup{raw: raw}
	switch {
	case read.Inline != nil:
		rows, err := readRows(*read.Inline)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, nil //nolint:nilnil // An empty keyboard is none.
		}
		m.Rows = rows
	case read.ForceReply:
		return m, m.forceReply(read)
	case read.Keyboard != nil || read.Remove:
		m.Other = string(raw)
	default:
		return nil, badRequest("object expected as reply markup")
	}
	return m, nil
}

func (m *Markup) forceReply(read markupJSON) error {
	m.ForceReply = &ForceReply{Selective: read.Selective}
	if read.Placeholder == nil {
		return nil
	}
	m.ForceReply.Placeholder = *read.Placeholder
	if n := utf8.RuneCountInString(*read.Placeholder); n < 1 || n > maxPlaceholder {
		return badRequest("input field placeholder must be 1-64 characters long")
	}
	return nil
}

func readRows(read [][]buttonJSON) ([][]Button, error) {
	var rows [][]Button
	n := 0
	for _, from := range read {
		if len(from) > maxRow {
			return nil, badRequest("REPLY_MARKUP_TOO_LONG")
		}
		var row []Button
		for _, b := range from {
			button, err := b.read()
			if err != nil {
				return nil, err
			}
			row = append(row, button)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
		n += len(row)
	}
	if n > maxButtons {
		return nil, badRequest("REPLY_MARKUP_TOO_LONG")
	}
	return rows, nil
}

func (b buttonJSON) read() (Button, error) {
	button := Button{Text: b.Text, Query: b.Query, QueryHere: b.QueryHere, WebApp: b.WebApp != nil, Pay: b.Pay}
	if strings.TrimSpace(b.Text) == "" {
		return button, badRequest("can't parse inline keyboard button: Inline keyboard button text must be non-empty")
	}
	switch {
	case b.URL != nil:
		button.URL = *b.URL
		if !buttonURL(*b.URL) {
			return button, badRequest("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", *b.URL)
		}
	case b.Data != nil:
		button.Data = *b.Data
		if len(*b.Data) < 1 || len(*b.Data) > maxData {
			return button, badRequest("BUTTON_DATA_INVALID")
		}
	case b.Copy != nil:
		button.CopiedText = b.Copy.Text
		if n := utf8.RuneCountInString(b.Copy.Text); n < 1 || n > 256 {
			return button, badRequest("BUTTON_COPY_TEXT_INVALID")
		}
	case b.Query == nil && b.QueryHere == nil && b.WebApp == nil && b.Login == nil && !b.Pay:
		return button, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return button, nil
}

// buttonURL reports whether a button may lead there.
func buttonURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "tg", "ton":
		return true
	case "http", "https":
		_, ok := validURL(raw)
		return ok
	}
	return false
}
